/** One thing a model does, in any framework. */
export type ModelPart =
  | { readonly type: "reasoning"; readonly text: string }
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "call"; readonly id: string; readonly tool: string; readonly input: unknown }
  /** A call whose arguments are this text, which need not be JSON. */
  | { readonly type: "raw-call"; readonly id: string; readonly tool: string; readonly json: string };

/** What a model is given for one step, in any framework. */
export interface ModelRequest {
  /** How many came before it, in the life of this model. */
  readonly index: number;
  /** The prompt, oldest first. */
  readonly messages: readonly SeenMessage[];
  /** Names of the tools it may call. */
  readonly tools: readonly string[];
}

/** A message of a prompt. */
export interface SeenMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  /** All its text; empty for one that only calls tools. */
  readonly text: string;
  readonly calls: readonly SeenCall[];
  readonly results: readonly SeenResult[];
}

/** A tool call in a prompt. */
export interface SeenCall {
  readonly id: string;
  readonly tool: string;
  readonly input: unknown;
}

/** A tool result in a prompt. */
export interface SeenResult {
  readonly id: string;
  readonly tool: string;
  /** As text, or as JSON text. */
  readonly output: string;
}

/**
 * What a model does in one step: its parts as they come. Waiting in it is a slow model, never ending a stalled one,
 * throwing a provider that fails: before the first part as a refusal, after it as a stream that is cut.
 */
export type ModelScript = (request: ModelRequest) => Iterable<ModelPart> | AsyncIterable<ModelPart>;

/** A failure of the provider, for an adapter's tests to turn into their framework's own error. */
export class ProviderFailure extends Error {
  override readonly name = "ProviderFailure";
  /** HTTP status it answered with; undefined for a connection that broke. */
  readonly status: number | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, answer: { readonly status?: number; readonly retryAfterSeconds?: number } = {}) {
    super(message);
    this.status = answer.status;
    this.retryAfterSeconds = answer.retryAfterSeconds;
  }
}

/** A model that does what a script says, and remembers what it was asked. An adapter's tests put their framework's model over it. */
export class ScriptedModel {
  readonly #script: ModelScript;
  readonly #requests: ModelRequest[] = [];

  constructor(script: ModelScript) {
    this.#script = script;
  }

  /** Every step so far, oldest first. */
  get requests(): readonly ModelRequest[] {
    return this.#requests;
  }

  /** One step. Throws what the script throws; the caller stops asking for parts when its run is aborted. */
  async *step(asked: Omit<ModelRequest, "index">): AsyncGenerator<ModelPart, void> {
    const request = { ...asked, index: this.#requests.length };
    this.#requests.push(request);
    yield* this.#script(request);
  }
}

/** A model that does the first list of parts in its first step, the second in its second; after the last it answers "Done." */
export function steps(...planned: readonly (readonly ModelPart[])[]): ScriptedModel {
  return new ScriptedModel(({ index }) => planned[index] ?? [text("Done.")]);
}

export function text(content: string): ModelPart {
  return { type: "text", text: content };
}

export function reasoning(content: string): ModelPart {
  return { type: "reasoning", text: content };
}

export function call(id: string, tool: string, input: unknown): ModelPart {
  return { type: "call", id, tool, input };
}

/** The newest text of others in a prompt: what the model is to answer. */
export function lastUserText(request: ModelRequest): string {
  return request.messages.findLast(({ role }) => role === "user")?.text ?? "";
}

/** Every word of a prompt, results of tools included. */
export function wholePrompt(request: ModelRequest): string {
  return JSON.stringify(request.messages);
}
