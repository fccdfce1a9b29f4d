import type { CallableAgent } from "./agent.ts";
import { isRecord } from "./agent.ts";
import type { StreamPart } from "./stream.ts";

/** How the driving of one call ended; how the run itself ended is told by its parts. */
export type RunEnd =
  | { readonly kind: "ended"; readonly result: object }
  | { readonly kind: "aborted" }
  | { readonly kind: "threw"; readonly error: unknown };

/** How long the SDK may take to end a run by itself after it was aborted. */
const graceMs = 100;

/**
 * Calls the agent and reads its stream to the end, at the model's full speed.
 *
 * A provider that stalls and ignores its signal would hang the loop of several versions for ever: shortly after `signal`
 * aborts the run is left behind, and nothing of it is read any more.
 */
export async function driveAgent(
  agent: CallableAgent,
  call: Readonly<Record<string, unknown>>,
  run: { readonly signal: AbortSignal; readonly read: (part: StreamPart) => void },
): Promise<RunEnd> {
  const state = { isLeft: false };
  const left = Promise.withResolvers<RunEnd>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onAbort = () => {
    timer = setTimeout(() => {
      state.isLeft = true;
      left.resolve({ kind: "aborted" });
    }, graceMs);
  };
  if (run.signal.aborted) return { kind: "aborted" };
  run.signal.addEventListener("abort", onAbort, { once: true });
  try {
    const end = await Promise.race([drain(agent, call, run.read, state), left.promise]);
    return run.signal.aborted ? { kind: "aborted" } : end;
  } finally {
    clearTimeout(timer);
    run.signal.removeEventListener("abort", onAbort);
  }
}

async function drain(
  agent: CallableAgent,
  call: Readonly<Record<string, unknown>>,
  read: (part: StreamPart) => void,
  state: { readonly isLeft: boolean },
): Promise<RunEnd> {
  try {
    const result = await agent.stream(call);
    if (!isRecord(result)) throw new TypeError("The agent's stream() gave no result to read from.");
    for await (const part of partsOf(result)) {
      if (state.isLeft) break;
      read(part);
    }
    return { kind: "ended", result };
  } catch (error) {
    return { kind: "threw", error };
  }
}

/** `ai` 7 calls it `stream`, `ai` 6 `fullStream`. Each reading of these properties makes another copy, so one is read, once. */
function partsOf(result: object): AsyncIterable<StreamPart> {
  const stream: unknown = "stream" in result ? result.stream : "fullStream" in result ? result.fullStream : undefined;
  if (!isPartStream(stream)) throw new TypeError("The agent's stream() gave a result without a stream of parts.");
  return stream;
}

function isPartStream(value: unknown): value is AsyncIterable<StreamPart> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

/** The messages a run has added to the conversation, `[]` where they can't be had: `responseMessages` in `ai` 7, inside `response` in `ai` 6. */
export async function responseMessages(result: object): Promise<readonly object[]> {
  try {
    const messages: unknown =
      "responseMessages" in result
        ? await result.responseMessages
        : messagesIn("response" in result ? await result.response : undefined);
    return Array.isArray(messages) ? messages.filter((message) => isRecord(message) && hasContent(message)) : [];
  } catch {
    return [];
  }
}

function messagesIn(response: unknown): unknown {
  return isRecord(response) ? response.messages : undefined;
}

function hasContent(message: Readonly<Record<string, unknown>>): boolean {
  const { content } = message;
  return (Array.isArray(content) || typeof content === "string") && content.length > 0;
}
