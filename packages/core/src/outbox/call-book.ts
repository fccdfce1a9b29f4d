import type { RoomEventInput } from "../model/room-event.ts";
import type { StoredItem } from "../model/stored-item.ts";

/** A tool call that was reported and has no result yet. */
export interface OpenCall {
  readonly toolCallId: string;
  readonly name: string;
}

/**
 * The tool calls of one turn, those of its earlier attempts included: each is reported once and gets one result.
 *
 * A result whose call was not reported is let through once: the call may have been shed.
 */
export class CallBook {
  readonly #open = new Map<string, string>();
  readonly #answered = new Set<string>();

  /** @param alreadySaid What earlier attempts reported, oldest first. */
  constructor(alreadySaid: readonly StoredItem[]) {
    for (const item of alreadySaid) {
      const call = item.type === "tool_call" || item.type === "tool_result" ? readCall(item.content) : undefined;
      if (call !== undefined) this.#note(item.type === "tool_result", call);
    }
  }

  /** The calls without a result, oldest first. */
  get open(): readonly OpenCall[] {
    return [...this.#open].map(([toolCallId, name]) => ({ toolCallId, name }));
  }

  /** Notes an event that is to be reported; false when it repeats one and must not go out. */
  admit(input: RoomEventInput): boolean {
    if (input.type !== "tool_call" && input.type !== "tool_result") return true;
    return this.#note(input.type === "tool_result", input);
  }

  #note(isResult: boolean, { toolCallId, name }: OpenCall): boolean {
    if (this.#answered.has(toolCallId)) return false;
    if (isResult) {
      this.#open.delete(toolCallId);
      this.#answered.add(toolCallId);
      return true;
    }
    if (this.#open.has(toolCallId)) return false;
    this.#open.set(toolCallId, name);
    return true;
  }
}

/** The call that the content of a tool event is about; undefined when it was not written by this package. */
function readCall(content: string): OpenCall | undefined {
  try {
    const body: unknown = JSON.parse(content);
    if (typeof body !== "object" || body === null) return undefined;
    if (!("tool_call_id" in body) || typeof body.tool_call_id !== "string") return undefined;
    return { toolCallId: body.tool_call_id, name: "name" in body && typeof body.name === "string" ? body.name : "" };
  } catch {
    return undefined;
  }
}
