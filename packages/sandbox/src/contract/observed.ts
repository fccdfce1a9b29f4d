import { setTimeout as sleep } from "node:timers/promises";
import type { RoomHandle, TimelineItem } from "../testing/room-handle.ts";
import type { OwnTool } from "./adapter.ts";

/** A tool call or result as the room shows it. */
export interface ToolEvent {
  readonly type: "tool_call" | "tool_result";
  readonly id: string;
  readonly name: string;
  readonly isError: boolean;
  /** JSON text of the arguments or of the output. */
  readonly value: string;
}

/** What `agent` reported of its tools, oldest first. Throws for content that is not the JSON the platform's readers expect. */
export function toolEvents(room: RoomHandle, agent: string): ToolEvent[] {
  return by(room, agent).flatMap((item) => {
    if (item.type !== "tool_call" && item.type !== "tool_result") return [];
    const body: unknown = JSON.parse(item.content);
    if (typeof body !== "object" || body === null || !("tool_call_id" in body) || !("name" in body))
      throw new Error(`A ${item.type} without a tool_call_id or name: ${item.content}`);
    const value =
      item.type === "tool_call" ? ("args" in body ? body.args : undefined) : "output" in body ? body.output : undefined;
    return [
      {
        type: item.type,
        id: String(body.tool_call_id),
        name: String(body.name),
        isError: "is_error" in body && body.is_error === true,
        value: JSON.stringify(value) ?? "",
      },
    ];
  });
}

/** A tool call with what came of it. */
export interface ToolRun {
  readonly name: string;
  /** JSON text. */
  readonly input: string;
  /** JSON text; undefined for a call that is still open. */
  readonly output: string | undefined;
  readonly isError: boolean;
}

/** The tool calls of `agent`, in the order they were reported. Ids are the adapter's own: a provider may use one again in its next answer. */
export function toolRuns(room: RoomHandle, agent: string): ToolRun[] {
  const events = toolEvents(room, agent);
  const results = new Map(events.flatMap((event) => (event.type === "tool_result" ? [[event.id, event]] : [])));
  return events.flatMap(({ type, id, name, value }) => {
    const result = results.get(id);
    return type === "tool_call"
      ? [{ name, input: value, output: result?.value, isError: result?.isError === true }]
      : [];
  });
}

export function thoughts(room: RoomHandle, agent: string): string[] {
  return contents(room, agent, "thought");
}

export function errors(room: RoomHandle, agent: string): string[] {
  return contents(room, agent, "error");
}

/** What `agent` said, oldest first, mentions by short name. */
export function answers(room: RoomHandle, agent: string): string[] {
  return by(room, agent).flatMap((item) => (item.type === "text" ? [item.text] : []));
}

/** The kinds of what `agent` put into the room, oldest first: `["thought", "tool_call", "tool_result", "text"]`. */
export function kinds(room: RoomHandle, agent: string): string[] {
  return by(room, agent).map(({ type }) => type);
}

/** Calls whose number of results is not one: `["call-1: 0"]`; empty when every call is closed exactly once. */
export function unbalanced(room: RoomHandle, agent: string): string[] {
  const events = toolEvents(room, agent);
  const ids = [...new Set(events.map(({ id }) => id))];
  const count = (id: string, type: ToolEvent["type"]): number =>
    events.filter((event) => event.id === id && event.type === type).length;
  return ids.flatMap((id) => {
    const [called, closed] = [count(id, "tool_call"), count(id, "tool_result")];
    return called === 1 && closed === 1 ? [] : [`${id}: called ${called}, closed ${closed}`];
  });
}

/** Waits until `holds` is true; throws with a picture of the room after 15 s. */
export async function until(room: RoomHandle, what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}.\n${room.picture()}`);
    await sleep(5);
  }
}

/** A tool that looks something up, and remembers for what. */
export function lookup(
  answer: (place: string) => unknown = (place) => `dry in ${place}`,
): OwnTool & { readonly places: readonly string[] } {
  const places: string[] = [];
  return {
    name: "lookup",
    description: "Looks up the weather of a place",
    texts: ["place"],
    places,
    execute: ({ place = "" }) => {
      places.push(place);
      return answer(place);
    },
  };
}

function contents(room: RoomHandle, agent: string, type: Exclude<TimelineItem["type"], "text">): string[] {
  return by(room, agent).flatMap((item) => (item.type === type ? [item.content] : []));
}

function by(room: RoomHandle, agent: string): TimelineItem[] {
  return room.timeline().filter(({ from }) => from === agent);
}
