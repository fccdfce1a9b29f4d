import type { AdapterCase } from "./adapter.ts";
import { answering } from "./cases/answering.ts";
import { approval } from "./cases/approval.ts";
import { ending } from "./cases/ending.ts";
import { history } from "./cases/history.ts";
import { identity } from "./cases/identity.ts";
import { peers } from "./cases/peers.ts";
import { reporting } from "./cases/reporting.ts";
import { rooms } from "./cases/rooms.ts";
import { secrets } from "./cases/secrets.ts";

export type { AdapterCase, AdapterUnderTest, AgentSetup, OwnTool } from "./adapter.ts";
export {
  call,
  lastUserText,
  type ModelPart,
  type ModelRequest,
  type ModelScript,
  ProviderFailure,
  reasoning,
  ScriptedModel,
  type SeenCall,
  type SeenMessage,
  type SeenResult,
  steps,
  text,
  wholePrompt,
} from "./model.ts";
export {
  answers,
  errors,
  kinds,
  lookup,
  type ToolEvent,
  type ToolRun,
  thoughts,
  toolEvents,
  toolRuns,
  unbalanced,
  until,
} from "./observed.ts";
export { flaws } from "./prompts.ts";

/**
 * What every adapter promises, whatever its framework: run each with a way to start an agent of yours, in any test runner.
 *
 * `for (const { title, run } of adapterContract) test(title, () => run({ start }));`
 */
export const adapterContract: readonly AdapterCase[] = [
  ...reporting,
  ...answering,
  ...identity,
  ...ending,
  ...rooms,
  ...peers,
  ...history,
  ...approval,
  ...secrets,
];
