import { AIMessage, type BaseMessage, HumanMessage, RemoveMessage, ToolMessage } from "@langchain/core/messages";
import {
  arrivedText,
  ConfigError,
  conversation,
  roomNote,
  type ToolNames,
  type Turn,
  turnConversation,
} from "@thenvoi/core";
import type { CallableAgent, Graph } from "./agent.ts";
import type { LangchainHandlerOptions } from "./handler.ts";
import { interruptsOf, type PendingInterrupt } from "./interrupts.ts";
import { answeredId, callsOf, messagesIn, textOf, typeOf } from "./message-parts.ts";
import { messagesOf } from "./messages.ts";
import { isRecord } from "./shape.ts";

/** What a checkpointer keeps of a room. */
export interface Thread {
  readonly messages: readonly BaseMessage[];
  readonly interrupts: readonly PendingInterrupt[];
}

/** Under which the note about the room stands in a thread: sent anew it takes the place of the one before. */
const noteId = "thenvoi-room-note";

/** The graph whose checkpointer remembers the room; undefined where the room itself is the memory. Throws {@link ConfigError}. */
export function rememberingGraph(agent: CallableAgent, memory: LangchainHandlerOptions["memory"]): Graph | undefined {
  if (memory === "room") return undefined;
  const { graph } = agent;
  if (memory === "checkpointer" && graph === undefined)
    throw new ConfigError(
      "config.invalid",
      'memory: "checkpointer" needs a graph with a checkpointer: this agent is no graph.',
    );
  return memory === "checkpointer" || graph?.hasCheckpointer === true ? graph : undefined;
}

/** What is kept of a room, as the last run left it. */
export async function readThread(graph: Graph, config: object): Promise<Thread> {
  const snapshot = await graph.getState(config);
  if (!isRecord(snapshot)) return { messages: [], interrupts: [] };
  const tasks: readonly unknown[] = Array.isArray(snapshot.tasks) ? snapshot.tasks : [];
  return {
    messages: messagesIn(await keptValues(graph, snapshot)) ?? [],
    interrupts: tasks.flatMap((task) => (isRecord(task) ? interruptsOf(task.interrupts) : [])),
  };
}

/**
 * What new input is added to. Where a step was under way, LangGraph shows what its finished tasks have written as if it were
 * part of the state, and drops it when new input comes: of the checkpoint itself, asked for by its id, it shows what is kept.
 */
async function keptValues(graph: Graph, snapshot: Readonly<Record<string, unknown>>): Promise<unknown> {
  const { tasks, config, values } = snapshot;
  const isUnderWay = Array.isArray(tasks) && tasks.length > 0;
  const place = isRecord(config) ? config.configurable : undefined;
  if (!isUnderWay || !isRecord(config) || !isRecord(place) || typeof place.checkpoint_id !== "string") return values;
  const kept = await graph.getState(config);
  return isRecord(kept) ? kept.values : values;
}

/** Whether a thread already holds the message of a turn: an earlier attempt has brought it there. */
export function holds(thread: Thread, turn: Turn): boolean {
  return thread.messages.some(({ id }) => id === turn.message.id);
}

/**
 * What a thread is sent for a turn: repairs of what a crash has left, and what it has not seen yet. A thread that holds nothing
 * gets the room so far. Messages have the ids they have in the room, so that none is there twice.
 */
export async function threadInput(
  thread: Thread,
  turn: Turn,
  options: LangchainHandlerOptions,
  names: ToolNames,
): Promise<BaseMessage[]> {
  if (thread.messages.length === 0) {
    const messages = messagesOf(await turnConversation(turn, options, names));
    const isNoted = options.instructions !== false && messages.length > 1;
    return messages.map((message, index) => {
      if (index === messages.length - 1) return new HumanMessage({ id: turn.message.id, content: message.content });
      return index === 0 && isNoted ? new HumanMessage({ id: noteId, content: message.content }) : message;
    });
  }
  const note = await roomNote(turn, options, names);
  return [
    ...repairs(thread.messages),
    ...(note === undefined ? [] : [new HumanMessage({ id: noteId, content: note })]),
    ...(await unseen(thread, turn, options)),
  ];
}

/** Others' words since the newest of them that the thread holds, the message to answer last. */
async function unseen(thread: Thread, turn: Turn, options: LangchainHandlerOptions): Promise<HumanMessage[]> {
  const known = new Set(thread.messages.map(({ id }) => id));
  const waiting = new Set(turn.messages.map(({ id }) => id));
  const { entries } = options.history === false ? { entries: [] } : await turn.transcript(options.history);
  const said = entries.filter((entry) => entry.kind === "said");
  const newest = said.findLastIndex(({ messageId, own }) => !own && known.has(messageId) && !waiting.has(messageId));
  const missed =
    newest < 0 ? [] : said.slice(newest + 1).filter(({ own, messageId }) => !own && !waiting.has(messageId));
  return [
    ...missed.flatMap((entry) =>
      conversation({ entries: [entry] }).flatMap((shown) =>
        shown.kind === "user" ? [new HumanMessage({ id: entry.messageId, content: shown.text })] : [],
      ),
    ),
    ...turn.messages.map((message) => new HumanMessage({ id: message.id, content: arrivedText(message) })),
  ];
}

/**
 * Messages that, sent to a thread, make it one that every provider takes, whatever a crash, an interrupt given up or a trimmed
 * history has left: no call without its result right after it, no result without its call, no empty answer, a human first.
 */
export function repairs(messages: readonly BaseMessage[]): BaseMessage[] {
  const changes: BaseMessage[] = [];
  const remove = ({ id }: BaseMessage) => {
    if (id !== undefined) changes.push(new RemoveMessage({ id }));
  };
  const start = messages.findIndex((message) => typeOf(message) === "human");
  for (const message of messages.slice(0, start < 0 ? messages.length : start))
    if (typeOf(message) !== "system") remove(message);
  for (let index = Math.max(start, 0); start >= 0 && index < messages.length; index += 1) {
    const message = messages[index];
    if (message === undefined) continue;
    if (typeOf(message) === "tool") remove(message); // those that stand with their call are stepped over below
    if (typeOf(message) !== "ai") continue;
    const calls = callsOf(message);
    const following = messages.slice(index + 1);
    const end = following.findIndex((each) => typeOf(each) !== "tool");
    const results = end < 0 ? following : following.slice(0, end);
    index += results.length;
    const answered = new Set<string>();
    for (const result of results) {
      const id = answeredId(result) ?? "";
      if (!calls.some((call) => call.id === id) || answered.has(id)) remove(result);
      answered.add(id);
    }
    const open = calls.filter(({ id }) => !answered.has(id));
    if (calls.length === 0 && textOf(message).trim() === "") remove(message);
    else if (open.length > 0 && end < 0) changes.push(...open.map(cutOff));
    else if (open.length > 0) changes.push(without(message, new Set(open.map(({ id }) => id))));
  }
  return changes;
}

function cutOff({ id, name }: { readonly id: string; readonly name: string }): ToolMessage {
  return new ToolMessage({ content: "Cut off before there was a result.", tool_call_id: id, name, status: "error" });
}

/** The same message, in its place, without calls that have no result there. */
function without(message: BaseMessage, open: ReadonlySet<string>): AIMessage {
  const text = textOf(message);
  return new AIMessage({
    ...(message.id !== undefined && { id: message.id }),
    content: text.trim() === "" ? "(cut off)" : text,
    tool_calls: callsOf(message)
      .filter(({ id }) => !open.has(id))
      .map(({ id, name, input }) => ({ type: "tool_call", id, name, args: isRecord(input) ? { ...input } : {} })),
  });
}
