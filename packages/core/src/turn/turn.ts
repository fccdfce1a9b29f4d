import type { Message, SentMessage } from "../model/message.ts";
import type { Participant } from "../model/participant.ts";
import type { RoomEventInput, RoomItem } from "../model/room-event.ts";
import type { StoredItem } from "../model/stored-item.ts";
import type { MentionInput } from "../outbox/mentions.ts";
import type { Voice } from "../outbox/voice.ts";
import type { KnownRoom } from "../room/known-room.ts";
import { readableItem } from "../room/readable.ts";
import { type Transcript, type TranscriptOptions, transcript } from "../room/transcript.ts";
import type { Answer, AskOptions } from "../tools/answer.ts";
import { bindSelection, type ToolSelection } from "../tools/selection.ts";
import type { PlatformTool } from "../tools/tool.ts";
import type { Toolbox } from "../tools/toolbox.ts";
import type { Arrivals } from "./arrivals.ts";
import { rememberToolbox } from "./peer-tools.ts";
import { toolboxOf } from "./toolbox.ts";

/**
 * What you write: takes one message from its room and does what it should. The result is ignored; saying nothing is fine.
 *
 * When it throws, the message is tried again after 2, 10 and 60 s and given up, in the open, after four failures. It may
 * run again after a crash: `turn.attempt` is above 1 then, and a text it said before is not posted again.
 */
export type Handler = (turn: Turn) => unknown;

/** A way to speak in one room, inside a turn or from outside of one. */
export interface RoomVoice {
  /** The room's id, a UUID. */
  readonly id: string;
  /**
   * Posts a text that mentions someone; ends when the room has it.
   *
   * Mentions are handles (with or without `@`), names or ids of people and agents in the room. Long text goes out in
   * parts. Throws {@link MentionError} for a mention that names nobody, {@link TurnClosedError} when the turn is over,
   * {@link ApiError} or {@link NetworkError} when the platform can't be had.
   */
  send(message: OutgoingMessage): Promise<SentMessage>;
  /**
   * Reports a thought, tool call, tool result, error, task or call for attention. Queued; never waits and never throws.
   * People in the room see it as it happens; it wakes no one.
   */
  report(event: RoomEventInput): void;
  /** Messages of the room and own events, oldest first, the newest `limit` (default 50, at most 200). */
  history(options?: { readonly limit?: number }): Promise<readonly RoomItem[]>;
  /** Ends when everything said so far is out. */
  flush(): Promise<void>;
  /**
   * What a model can do here, as tools. Without a selection those offered unasked: `send_message`, `get_participants`,
   * `lookup_peers`, and in a turn `ask_peer` and `no_reply`. Throws {@link ConfigError} for a name there is no tool of.
   */
  tools(selection?: ToolSelection): readonly PlatformTool[];
}

/** A text and whom it is for. */
export interface OutgoingMessage {
  readonly content: string;
  readonly mentions: readonly MentionInput[];
}

/** The room of a turn. */
export interface Room extends RoomVoice {
  readonly title: string | undefined;
  /** Who is here, as known when it is read. */
  readonly participants: readonly Participant[];
}

/** One message, from the moment it was claimed until it is settled. */
export interface Turn {
  readonly room: Room;
  /** The message to answer. */
  readonly message: Message;
  /** All the messages this turn is for, oldest first, `message` last. More than one only under `whileBusy: "batch"`. */
  readonly messages: readonly Message[];
  /** 1, and one more for each earlier attempt that failed or was cut off by a crash. */
  readonly attempt: number;
  /** What earlier attempts of this message already posted, oldest first. */
  readonly alreadySaid: readonly RoomItem[];
  /** The tools offered unasked, bound to this room: as `room.tools()`. */
  readonly tools: readonly PlatformTool[];
  /** True once something was said in this turn to who sent the message; of a {@link RoomAgent.wake}, to anyone. */
  readonly answered: boolean;
  /** True once the model has chosen, by its tool `no_reply`, to say nothing. */
  readonly silent: boolean;
  /** True when agents have answered each other here for a while without a word from a person: time to finish. */
  readonly finishing: boolean;
  /** Aborts, with an `AbortError`, when the turn is to end: deadline, interrupt, stop, shutdown, room gone, superseded. */
  readonly signal: AbortSignal;
  /** The room as a model should see it, this message last. */
  transcript(options?: TranscriptOptions): Promise<Transcript>;
  /** As {@link RoomVoice.history}. */
  history(options?: { readonly limit?: number }): Promise<readonly RoomItem[]>;
  /** Posts a text to who sent the message; of a {@link RoomAgent.wake}, to whom it mentions. Else as {@link RoomVoice.send}. */
  reply(text: string): Promise<SentMessage>;
  /** As {@link RoomVoice.send}. */
  send(message: OutgoingMessage): Promise<SentMessage>;
  /** As {@link RoomVoice.report}. */
  report(event: RoomEventInput): void;
  /**
   * Messages that have come since it was last called, under `whileBusy: "steer"`; else always none. What you take is
   * answered by this turn, and settled with it; what you don't take has a turn of its own.
   */
  incoming(): readonly Message[];
  /** Gives a message taken by {@link incoming} a turn of its own after all. */
  defer(messageId: string): void;
  /**
   * Asks a peer or a person, by handle, name or id, and ends with the answer; who is not in the room is added to it. The
   * answer starts no turn. While it waits the turn gives its place to others, and waiting for a person does not count
   * against its time. Throws {@link AskError} when no answer comes, {@link MentionError} when nobody is meant.
   */
  ask(who: string, question: string, options?: AskOptions): Promise<Answer>;
}

const defaultLimit = 50;
const transcriptReach = 200;

/** A voice as users hold it; in a turn its tools can do more. */
export function roomVoice(room: KnownRoom, voice: Voice, toolbox: Toolbox): RoomVoice {
  return {
    id: room.id,
    send: (message) => voice.send(message),
    report: (event) => voice.report(event),
    history: (options) => readHistory(room, options?.limit),
    flush: () => voice.flush(),
    tools: (selection = {}) => bindSelection(selection, toolbox, room.session.toolPrefix),
  };
}

/** What a turn is made of. */
export interface TurnParts {
  readonly room: KnownRoom;
  readonly voice: Voice;
  readonly message: Message;
  readonly messages: readonly Message[];
  readonly replyTo: readonly MentionInput[];
  readonly attempt: number;
  readonly alreadySaid: readonly StoredItem[];
  readonly finishing: boolean;
  readonly arrivals?: Arrivals;
  readonly signal: AbortSignal;
  readonly ask: Turn["ask"];
}

/** The turn that a handler receives. */
export function createTurn(parts: TurnParts): Turn {
  const { room, voice, message } = parts;
  let silent = false;
  const staySilent = () => {
    silent = true;
  };
  const send = (outgoing: OutgoingMessage) => voice.send(outgoing);
  const report = (event: RoomEventInput) => voice.report(event);
  const toolbox = toolboxOf(async () => room, { send, report, ask: parts.ask, staySilent, closed: voice.closed });
  const spoken = roomVoice(room, voice, toolbox);
  let offered: readonly PlatformTool[] | undefined;
  const turn: Turn = {
    room: {
      ...spoken,
      title: room.title,
      get participants() {
        return room.people.known;
      },
    },
    message,
    messages: parts.messages,
    attempt: parts.attempt,
    alreadySaid: parts.alreadySaid.flatMap((item) => readableItem(item, room.people.known) ?? []),
    get tools() {
      offered ??= spoken.tools();
      return offered;
    },
    get answered() {
      return message.kind === "prompt" ? voice.hasAddressedAnyone : voice.hasAddressed(message.sender.id);
    },
    get silent() {
      return silent;
    },
    finishing: parts.finishing,
    signal: parts.signal,
    transcript: async (options) => {
      const items = await readHistory(room, transcriptReach, parts.signal);
      return transcript(items, { trigger: message, selfId: room.session.identity.id }, options);
    },
    history: spoken.history,
    reply: (text) => voice.send({ content: text, mentions: parts.replyTo }),
    send,
    report,
    incoming: () => parts.arrivals?.take() ?? [],
    defer: (messageId) => parts.arrivals?.defer(messageId),
    ask: parts.ask,
  };
  rememberToolbox(turn, toolbox, room);
  return turn;
}

/** The newest items of a room, readable, oldest first. */
export async function readHistory(
  room: KnownRoom,
  limit: number = defaultLimit,
  signal?: AbortSignal,
): Promise<readonly RoomItem[]> {
  const items = await room.tail(limit, signal);
  return items.flatMap((item) => readableItem(item, room.people.known) ?? []);
}
