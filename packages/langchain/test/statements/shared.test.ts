import { adapterContract } from "@thenvoi/sandbox/contract";
import { describe, test } from "vitest";
import { agentUnderContract, loopUnderContract } from "../kit/under-contract.ts";

/** Statements that cases of the contract keep, which all adapters share: here for a tool loop and for `createAgent`. */
const kept: Readonly<Record<string, readonly string[]>> = {
  "1. Reporting is free.": ["a platform that is slow to take events"],
  "2. Order and completeness.": ["what the agent does appears in the room while the run goes on"],
  "3. Balanced lifecycles.": ["every tool call is closed exactly once"],
  "6. Aborts are silent and final.": ["an interrupt ends a run whose tool", "an interrupt ends a run whose model"],
  "10. One turn per room.": ["messages that come during a run"],
  "11. At-least-once delivery is harmless.": ["own messages and events never start a run"],
  "13. Memory is neither doubled nor lost.": [
    "only own messages are the assistant's",
    "the model sees the same history",
  ],
  "17. Rooms are isolated.": ["fifty rooms at once"],
  "18. One answer per question.": [
    "the final text is posted once",
    "a model that answered by `send_message`",
    "a run that ends with nothing is asked once more",
    "a model that never stops calling tools",
  ],
  "19. Thoughts are right, and events are clean.": [
    "the agent's own key is in no prompt",
    "a huge result and a huge answer",
  ],
  "20. Peers behave.": ["a peer is a tool", "two peers asked at once", "asking somebody who does not exist"],
};

for (const [statement, starts] of Object.entries(kept))
  describe(statement, () => {
    for (const start of starts) {
      const found = adapterContract.find(({ title }) => title.startsWith(start));
      if (found === undefined) throw new Error(`The contract has no case ${JSON.stringify(start)}`);
      test(`${found.title} · toolLoop`, () => found.run(loopUnderContract));
      test(`${found.title} · createAgent`, () => found.run(agentUnderContract));
    }
  });
