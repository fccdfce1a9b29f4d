import { type Sandbox, startSandbox } from "../sandbox.ts";
import type { RoomHandle } from "../testing/room-handle.ts";
import type { AdapterUnderTest, AgentSetup } from "./adapter.ts";
import type { ScriptedModel } from "./model.ts";

/** A room with ada in it and an agent `weather` of the adapter under test, live. */
export interface Stage extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly room: RoomHandle;
  readonly model: ScriptedModel;
}

/** Sets up a stage; disposing it stops the agent and then the sandbox. */
export async function stage(
  adapter: AdapterUnderTest,
  setup: Omit<AgentSetup, "sandbox" | "name"> & {
    /** Besides ada. */
    readonly users?: readonly string[];
    /** Besides weather. */
    readonly agents?: readonly string[];
  },
): Promise<Stage> {
  const { users = [], agents = [], ...agent } = setup;
  await using stack = new AsyncDisposableStack();
  const sandbox = stack.use(await startSandbox());
  const room = await sandbox.room({ users: ["ada", ...users], agents: ["weather", ...agents] });
  stack.use(await adapter.start({ sandbox, name: "weather", ...agent }));
  const owned = stack.move();
  return { sandbox, room, model: setup.model, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
