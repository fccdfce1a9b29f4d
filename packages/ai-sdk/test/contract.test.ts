import { adapterContract } from "@thenvoi/sandbox/contract";
import { describe, test } from "vitest";
import { underContract } from "./statements/kit/start-agent.ts";
import { versions } from "./statements/kit/versions.ts";

describe.each(versions)("what every adapter promises · ai $name", (ai) => {
  for (const { title, run } of adapterContract) test(title, () => run(underContract(ai)));
});
