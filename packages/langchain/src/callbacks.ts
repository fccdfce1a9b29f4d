import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import type { BaseMessage } from "@langchain/core/messages";
import { createReporter, type EventOptions, type RoomVoice } from "@thenvoi/core";
import { isMessage } from "./message-parts.ts";
import { isRecord } from "./shape.ts";
import { RunReader } from "./stream.ts";

/**
 * Follows a run by LangChain's callbacks, and hands it to a reader.
 *
 * Every method returns at once and none is put into LangChain's one queue for all, which a slow handler would hold up for
 * everybody. Runs inside of tools, inside of graphs in a graph, and models that the framework calls for itself (summaries)
 * are not followed.
 */
export class RunFollower extends BaseCallbackHandler {
  override readonly name = "thenvoi_run_follower";
  override readonly awaitHandlers = true;
  readonly #reader: RunReader;
  readonly #parents = new Map<string, string>();
  readonly #hidden = new Set<string>();
  /** The call of each tool run. */
  readonly #tools = new Map<string, string>();

  constructor(reader: RunReader) {
    super({ _awaitHandler: true });
    this.#reader = reader;
  }

  /** At run time the fourth argument is the parent's id, whatever is declared. */
  override handleChainStart(_chain: object, _inputs: object, runId: string, parentRunId?: string): void {
    this.#place(runId, parentRunId);
  }

  override handleChatModelStart(
    _model: object,
    messages: BaseMessage[][],
    runId: string,
    parentRunId?: string,
    _extra?: Record<string, unknown>,
    tags?: string[],
    metadata?: Record<string, unknown>,
  ): void {
    this.#place(runId, parentRunId);
    if (this.#isInside(runId) || isInternal(tags, metadata)) this.#hidden.add(runId);
    else this.#reader.modelStarted(messages[0] ?? []);
  }

  /** Called for models that stream, which this handler makes no model do. */
  override handleLLMNewToken(_token: string, _place: object, runId: string): void {
    if (!this.#hidden.has(runId)) this.#reader.modelBegan();
  }

  override handleLLMEnd(output: { readonly generations: readonly (readonly object[])[] }, runId: string): void {
    const generation: unknown = output.generations[0]?.[0];
    const message = isRecord(generation) ? generation.message : undefined;
    if (!this.#hidden.has(runId) && isMessage(message)) this.#reader.modelEnded(message);
  }

  override handleLLMError(error: unknown, runId: string): void {
    if (!this.#hidden.has(runId)) this.#reader.modelFailed(error);
  }

  override handleToolStart(
    _tool: object,
    input: unknown,
    runId: string,
    parentRunId?: string,
    tags?: string[],
    metadata?: Record<string, unknown>,
    runName?: string,
    toolCallId?: string,
  ): void {
    this.#place(runId, parentRunId);
    const isHidden = this.#isInside(runId) || isInternal(tags, metadata);
    const id = toolCallId ?? runId;
    this.#tools.set(runId, id);
    if (isHidden) this.#hidden.add(runId);
    else this.#reader.toolStarted({ id, name: runName ?? "tool", input: parsed(input) });
  }

  override handleToolEnd(output: unknown, runId: string): void {
    const id = this.#tools.get(runId);
    if (id !== undefined && !this.#hidden.has(runId)) this.#reader.toolEnded(id, output);
  }

  override handleToolError(error: unknown, runId: string): void {
    const id = this.#tools.get(runId);
    if (id !== undefined && !this.#hidden.has(runId)) this.#reader.toolFailed(id, error);
  }

  #place(runId: string, parentRunId: string | undefined): void {
    if (parentRunId !== undefined) this.#parents.set(runId, parentRunId);
  }

  #isInside(runId: string): boolean {
    let above = this.#parents.get(runId);
    while (above !== undefined) {
      if (this.#tools.has(above)) return true;
      above = this.#parents.get(above);
    }
    return false;
  }
}

/**
 * Reports in a room what a run of your own does: `app.invoke(input, { callbacks: [new RoomCallbackHandler(room)] })`.
 *
 * Afterwards hand it the messages of the result, which tell of calls that no callback tells of, and wait until all is out:
 * `handler.reconcile(result.messages); await handler.flush()`.
 */
export class RoomCallbackHandler extends RunFollower {
  readonly #room: Pick<RoomVoice, "report" | "flush">;
  readonly #own: RunReader;

  constructor(room: Pick<RoomVoice, "report" | "flush">, options: { readonly events?: EventOptions | false } = {}) {
    const own = new RunReader(createReporter(room, options.events), ({ id }) => id);
    super(own);
    this.#room = room;
    this.#own = own;
  }

  reconcile(messages: readonly BaseMessage[]): void {
    this.#own.reconcile(messages);
  }

  flush(): Promise<void> {
    return this.#room.flush();
  }
}

/** Models that the framework calls for itself, and graphs inside of graphs. */
function isInternal(
  tags: readonly string[] | undefined,
  metadata: Readonly<Record<string, unknown>> | undefined,
): boolean {
  if (tags?.includes("nostream") === true || typeof metadata?.lc_source === "string") return true;
  const place = metadata?.langgraph_checkpoint_ns;
  return typeof place === "string" && place.includes("|");
}

function parsed(input: unknown): unknown {
  if (typeof input !== "string") return input;
  try {
    const value: unknown = JSON.parse(input);
    return value;
  } catch {
    return { input };
  }
}
