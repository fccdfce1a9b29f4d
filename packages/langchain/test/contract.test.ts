import { adapterContract } from "@thenvoi/sandbox/contract";
import { describe, test } from "vitest";
import { agentUnderContract, loopUnderContract } from "./kit/under-contract.ts";

describe("what every adapter promises · toolLoop", () => {
  for (const { title, run } of adapterContract) test(title, () => run(loopUnderContract));
});

describe("what every adapter promises · createAgent", () => {
  // LangChain's middleware drops what was approved beside a refusal; statement 15 says what is promised instead
  const served = adapterContract.filter(
    ({ title }) => !title.startsWith("what waits for approval is asked one at a time"),
  );
  for (const { title, run } of served) test(title, () => run(agentUnderContract));
});
