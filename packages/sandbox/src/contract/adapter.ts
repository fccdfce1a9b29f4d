import type { Sandbox } from "../sandbox.ts";
import type { ScriptedModel } from "./model.ts";

/** What an adapter's tests give the contract: a way to start an agent of their framework. */
export interface AdapterUnderTest {
  /**
   * Starts an agent of the sandbox whose model is this one, and offers the room's tools to it; it is live when this ends.
   *
   * Its waits are to be short: a failed message is tried again within a tenth of a second. Disposing stops it.
   */
  start(setup: AgentSetup): Promise<AsyncDisposable>;
}

/** An agent of the contract. */
export interface AgentSetup {
  readonly sandbox: Sandbox;
  /** Its name in the sandbox. */
  readonly name: string;
  readonly model: ScriptedModel;
  /** The agent's own tools. */
  readonly tools?: readonly OwnTool[];
  /** Tools of its own that a person must approve: by the asker, or by those of these handles. */
  readonly approve?: {
    readonly tools: readonly string[];
    readonly by: "asker" | readonly string[];
    readonly timeoutMs?: number;
  };
}

/** A tool of the agent's own, to be given to the framework as its users do. */
export interface OwnTool {
  readonly name: string;
  readonly description: string;
  /** Its input is an object with these texts, all of them required; what differs must not reach `execute`. */
  readonly texts: readonly string[];
  execute(input: Readonly<Record<string, string>>): unknown;
}

/** A statement every adapter must meet. */
export interface AdapterCase {
  /** A promise in the present tense. */
  readonly title: string;
  /** Throws when it is not kept. */
  run(adapter: AdapterUnderTest): Promise<void>;
}
