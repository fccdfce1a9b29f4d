import { adapterContract } from "@thenvoi/sandbox/contract";
import { test } from "vitest";
import { statement } from "../kit/statements.ts";
import { agentUnderContract, loopUnderContract } from "../kit/under-contract.ts";

/** Statements that cases of the contract keep, which all adapters share: here for a tool loop and for `createAgent`. */
const kept: Readonly<Record<number, readonly string[]>> = {
  1: ["a platform that is slow to take events"],
  2: ["what the agent does appears in the room while the run goes on"],
  3: ["every tool call is closed exactly once"],
  6: ["an interrupt ends a run whose tool", "an interrupt ends a run whose model"],
  10: ["messages that come during a run", "fifty rooms at once"],
  11: ["own messages and events never start a run"],
  13: ["only own messages are the assistant's", "the model sees the same history"],
  17: ["fifty rooms at once"],
  18: [
    "the final text is posted once",
    "a model that answered by `send_message`",
    "a run that ends with nothing is asked once more",
    "a model that never stops calling tools",
  ],
  19: ["the agent's own key is in no prompt", "a huge result and a huge answer"],
  20: ["a peer is a tool", "two peers asked at once", "asking somebody who does not exist"],
};

for (const [number, starts] of Object.entries(kept))
  statement(Number(number), () => {
    for (const start of starts) {
      const found = adapterContract.find(({ title }) => title.startsWith(start));
      if (found === undefined) throw new Error(`The contract has no case ${JSON.stringify(start)}`);
      test(`${found.title} · toolLoop`, () => found.run(loopUnderContract));
      test(`${found.title} · createAgent`, () => found.run(agentUnderContract));
    }
  });
