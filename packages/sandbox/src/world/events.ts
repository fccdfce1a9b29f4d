import { checkEventContent } from "./content.ts";
import type { Messages } from "./messages.ts";
import type { Agent, Message } from "./model.ts";
import type { Participants } from "./participants.ts";
import { invalid } from "./refusal.ts";
import type { Rooms } from "./rooms.ts";
import type { Store } from "./store.ts";
import type { Tasks } from "./tasks.ts";

export const eventTypes = ["tool_call", "tool_result", "thought", "error", "task", "attention"] as const;
type EventType = (typeof eventTypes)[number];

export interface NewEvent {
  readonly roomId: string;
  readonly type: EventType;
  readonly content: string;
  readonly metadata?: Readonly<Record<string, unknown>> | null | undefined;
}

const longestMetadataBytes = 65_536;
const attentionKinds: readonly unknown[] = ["question", "assumption", "failure", "review"];

/** What agents report in a room: said to no one, seen by the people in it, part of the author's own memory. */
export class Events {
  readonly #store: Store;
  readonly #rooms: Rooms;
  readonly #participants: Participants;
  readonly #messages: Messages;
  readonly #tasks: Tasks;

  constructor(store: Store, parts: { rooms: Rooms; participants: Participants; messages: Messages; tasks: Tasks }) {
    this.#store = store;
    this.#rooms = parts.rooms;
    this.#participants = parts.participants;
    this.#messages = parts.messages;
    this.#tasks = parts.tasks;
  }

  /** Throws a 404 (room), a 403 (stopped) or a 422 (content, metadata). */
  report(agent: Agent, input: NewEvent): Message {
    const room = this.#participants.room(input.roomId, agent.id);
    this.#messages.checkVoice(agent, room.id);
    checkEventContent(input.content, "/event/content");
    const metadata = input.metadata ?? null;
    if (Buffer.byteLength(JSON.stringify(metadata)) > longestMetadataBytes) {
      throw invalid("/event/metadata", `must not be larger than ${longestMetadataBytes} bytes`);
    }
    if (input.type === "attention") this.#checkAttention(room.id, metadata ?? {});
    return this.#store.change(() => {
      const { type, content } = input;
      const id = this.#messages.insert({ roomId: room.id, type, content, sender: agent, metadata });
      const message = this.#messages.message(id);
      if (message === undefined) throw new Error(`event ${id} vanished while it was written`);
      this.#rooms.touch(room, message.insertedAt, undefined, () => undefined);
      this.#store.publish({ type: "event_created", message });
      return message;
    });
  }

  /** Tells the people in the room whether the agent is at work. Throws a 404 (room). */
  showActivity(agent: Agent, input: { roomId: string; working: boolean }): void {
    const { id: roomId } = this.#participants.room(input.roomId, agent.id);
    this.#store.publish({ type: "agent_activity", roomId, agentId: agent.id, working: input.working });
  }

  #checkAttention(roomId: string, metadata: Readonly<Record<string, unknown>>): void {
    const { kind, blocking, task_id: taskId, resolves, resolution } = metadata;
    const pointer = (field: string) => `/event/metadata/${field}`;
    if (kind === undefined) throw invalid(pointer("kind"), "Missing field: kind");
    if (!attentionKinds.includes(kind)) throw invalid(pointer("kind"), "Invalid value for enum");
    if (blocking !== undefined && typeof blocking !== "boolean") throw invalid(pointer("blocking"), "Invalid boolean");
    if (resolution !== undefined && typeof resolution !== "string")
      throw invalid(pointer("resolution"), "Invalid string");
    const isTask = typeof taskId === "string" && this.#tasks.find(roomId, taskId) !== undefined;
    if (taskId !== undefined && taskId !== null && !isTask)
      throw invalid(pointer("task_id"), "is not a task of this chat room");
    if (resolves === undefined || resolves === null) return;
    const earlier = typeof resolves === "string" ? this.#messages.message(resolves) : undefined;
    if (earlier?.roomId !== roomId || earlier.type !== "attention") {
      throw invalid(pointer("resolves"), "is not an attention event of this chat room");
    }
  }
}
