import type { Message, Sender } from "@thenvoi/core";
import type { DynamicToolUIPart, UIMessage } from "ai";
import type { DeliveryStatus, RoomEntry } from "./entry.ts";

/** What a page knows of a message beside its parts. */
export interface RoomMetadata {
  /** Who said it. Decided by the platform, never by a page. */
  readonly sender: Sender;
  /** When it began: ISO-8601 UTC. */
  readonly at: string;
  readonly mentions: Message["mentions"];
  /** Where it stands with the agents it is for, by id. */
  readonly deliveries: Readonly<Record<string, DeliveryStatus>>;
}

/** A call for a person's attention. To answer, send a text that mentions `from`: `@dana/trips yes`. */
export interface Attention {
  readonly kind: string;
  readonly text: string;
  /** The agent waits for the answer. */
  readonly blocking: boolean;
  /** The agent to mention: its handle, else its name. */
  readonly from: string;
  /** How it ended; undefined while it is open. */
  readonly resolution: string | undefined;
}

/** The data parts of a room's messages. */
export type RoomData = { attention: Attention; error: { readonly text: string }; task: { readonly text: string } };

/** One message of a room, for `useChat<RoomUIMessage>()`. */
export type RoomUIMessage = UIMessage<RoomMetadata, RoomData>;

type Part = RoomUIMessage["parts"][number];

/** A message while it is put together. */
interface Draft {
  readonly first: RoomEntry;
  readonly parts: Part[];
  text: Extract<RoomEntry, { type: "text" }> | undefined;
  /** Ids and states of all entries that made it: a message of the same makes need not be made again. */
  makes: string;
}

interface Call {
  readonly draft: Draft;
  readonly index: number;
  readonly entry: Extract<RoomEntry, { type: "tool-call" }>;
  readonly agentId: string;
}

const unreported = "No result was reported.";

/**
 * The messages that a room's entries make, oldest first; pure, whatever the order in which the entries are given.
 *
 * A text is a message. What an agent reports on the way to a text belongs to it: thoughts are reasoning parts, tool calls
 * dynamic tool parts, calls for attention, errors and task notes data parts. Such a message begins with the first report and
 * ends with the text, or where somebody addresses the agent anew; its id is that of the entry it begins with, so it is the
 * same from the first thought to the last word. A result or a resolution joins the message of its call, wherever that is.
 */
export function toUIMessages(
  entries: readonly RoomEntry[],
  known: ReadonlyMap<string, Made> = new Map(),
): readonly Made[] {
  const drafts: Draft[] = [];
  const open = new Map<string, Draft>();
  const calls: Call[] = [];
  const attentions = new Map<string, { readonly draft: Draft; readonly index: number }>();
  const begin = (first: RoomEntry): Draft => {
    const draft: Draft = { first, parts: [], text: undefined, makes: "" };
    drafts.push(draft);
    return draft;
  };

  for (const entry of entries.toSorted(byTime)) {
    const agentId = entry.sender.id;
    const of = open.get(agentId);
    if (entry.type === "text") {
      const draft = of ?? begin(entry);
      draft.text = entry;
      add(draft, entry, { type: "text", text: entry.text, state: "done" });
      open.delete(agentId);
      for (const { id } of entry.mentions) open.delete(id);
      continue;
    }
    if (entry.type === "tool-result") {
      const at = calls.findLastIndex(
        (call) => call.agentId === agentId && (entry.callId === undefined || call.entry.callId === entry.callId),
      );
      const [call] = at < 0 ? [] : calls.splice(at, 1);
      if (call) change(call.draft, entry, call.index, toolPart(call.entry.id, call.entry, entry));
      else add(of ?? openOf(agentId, entry), entry, toolPart(entry.id, { ...entry, input: undefined }, entry));
      continue;
    }
    if (entry.type === "attention" && entry.resolves !== undefined) {
      const asked = attentions.get(entry.resolves);
      const part = asked?.draft.parts[asked.index];
      if (asked === undefined || part?.type !== "data-attention") continue;
      const data = { ...part.data, resolution: entry.resolution ?? entry.text };
      change(asked.draft, entry, asked.index, { ...part, data });
      continue;
    }
    const draft = of ?? openOf(agentId, entry);
    switch (entry.type) {
      case "thought":
        add(draft, entry, { type: "reasoning", text: entry.text, state: "done" });
        break;
      case "tool-call":
        calls.push({ draft, index: draft.parts.length, entry, agentId });
        add(draft, entry, toolPart(entry.id, entry));
        break;
      case "attention": {
        const { kind, text, blocking, sender } = entry;
        attentions.set(entry.id, { draft, index: draft.parts.length });
        const data = { kind, text, blocking, from: sender.handle ?? sender.name, resolution: undefined };
        add(draft, entry, { type: "data-attention", id: entry.id, data });
        break;
      }
      case "error":
        add(draft, entry, { type: "data-error", id: entry.id, data: { text: entry.text } });
        break;
      case "task":
        add(draft, entry, { type: "data-task", id: entry.id, data: { text: entry.text } });
        break;
      default:
        entry satisfies never;
    }
  }
  return drafts.map((draft) => made(draft, known.get(draft.first.id)));

  /** The agent begins something new: calls it left open before will not be answered, or else their result says so later. */
  function openOf(agentId: string, entry: RoomEntry): Draft {
    for (const { draft, index, entry: call, agentId: caller } of calls) {
      if (caller === agentId)
        change(draft, entry, index, toolPart(call.id, call, { output: unreported, isError: true }));
    }
    const draft = begin(entry);
    open.set(agentId, draft);
    return draft;
  }
}

/** A message, and by what it is known to be the same as one made before. */
export interface Made {
  readonly message: RoomUIMessage;
  readonly makes: string;
}

function made({ first, parts, text, makes }: Draft, before: Made | undefined): Made {
  if (before?.makes === makes) return before; // so that a page draws again only what changed
  const { sender, at, id } = first;
  const metadata = { sender, at, mentions: text?.mentions ?? [], deliveries: text?.deliveries ?? {} };
  return { message: { id, role: sender.kind === "user" ? "user" : "assistant", metadata, parts }, makes };
}

function add(draft: Draft, entry: RoomEntry, part: Part): void {
  change(draft, entry, draft.parts.length, part);
}

function change(draft: Draft, entry: RoomEntry, index: number, part: Part): void {
  draft.parts[index] = part;
  draft.makes += `${entry.id} ${entry.updatedAt} ${index};`;
}

/**
 * A tool call at whatever state it is in. Its id is the entry's, since agents may use theirs twice; it counts as executed by
 * the provider, because the page is not to execute it.
 */
function toolPart(
  toolCallId: string,
  call: { readonly toolName: string; readonly input: unknown },
  result?: { readonly output: unknown; readonly isError: boolean },
): DynamicToolUIPart {
  const base = {
    type: "dynamic-tool",
    toolName: call.toolName,
    toolCallId,
    input: call.input,
    providerExecuted: true,
  } as const;
  if (result === undefined) return { ...base, state: "input-available" };
  if (!result.isError) return { ...base, state: "output-available", output: result.output };
  const errorText = typeof result.output === "string" ? result.output : JSON.stringify(result.output);
  return { ...base, state: "output-error", errorText };
}

function byTime(one: RoomEntry, other: RoomEntry): number {
  if (one.at !== other.at) return one.at < other.at ? -1 : 1;
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}
