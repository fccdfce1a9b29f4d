import type { Message } from "../model/message.ts";
import type { RoomItem } from "../model/room-event.ts";
import type { Turn } from "../turn/turn.ts";
import { labelledNote } from "./label.ts";
import type { AdapterOptions } from "./options.ts";
import type { Reporter } from "./reporter.ts";

/** Whether who asked has their answer: told by text or tool, deliberately left without one, or still waiting. */
export type Delivered = "answered" | "silent" | "unanswered";

/**
 * Delivers the one answer of a turn, from the text a model ended with.
 *
 * Throws what {@link Turn.reply} throws.
 *
 * @param answer `alsoTo`: ids of others whose messages the run took up on its way.
 */
export async function deliverAnswer(
  turn: Turn,
  answer: { readonly text: string; readonly alsoTo?: readonly string[] },
  how: { readonly reply?: AdapterOptions["reply"]; readonly report: Reporter },
): Promise<Delivered> {
  const { reply = "auto", report } = how;
  if (turn.silent) return "silent";
  const text = answer.text.trim();
  if (text === "") return turn.answered ? "answered" : "unanswered";
  if (reply === "tool" || (reply === "auto" && turn.answered)) {
    report({ type: "thought", text });
    return turn.answered ? "answered" : "unanswered";
  }
  const others = (answer.alsoTo ?? []).filter((id) => id !== turn.message.sender.id);
  if (others.length === 0 || turn.message.kind === "prompt") await turn.reply(text);
  else await turn.send({ content: text, mentions: [turn.message.sender.id, ...others].map((id) => ({ id })) });
  return "answered";
}

/** What a model that ended without an answer is told before its last try. */
export function nudge(
  turn: Turn,
  about: { readonly sendTool?: string; readonly silentTool?: string; readonly reply?: AdapterOptions["reply"] },
): string {
  const how =
    about.reply === "tool" && about.sendTool !== undefined
      ? `with ${about.sendTool}`
      : "as plain text, without calling a tool";
  const orNot = about.silentTool === undefined ? "" : ` If nothing needs to be said, call ${about.silentTool}.`;
  return labelledNote(`You have ended without an answer to ${turn.message.sender.name}. Give it now, ${how}.${orNot}`);
}

/** Says in the room that no answer was found. The message counts as done: another try would end the same. */
export function reportNoAnswer(report: Reporter): void {
  report({ type: "error", errorCode: "no_answer", text: "The model ended twice without an answer." });
}

/**
 * Whether an earlier attempt of this message already gave the answer: the newest thing it did was a text to who asked.
 * Such a turn is to end without a run. A question that still waits for its answer is not one.
 */
export function isAlreadyAnswered(turn: Pick<Turn, "alreadySaid" | "message">): boolean {
  const newest = turn.alreadySaid.findLast((item) => item.kind !== "event" || isWork(item));
  if (newest === undefined || newest.kind === "event") return false;
  if (!newest.mentions.some(({ id }) => id === turn.message.sender.id)) return false;
  return !isQuestion(newest, turn.alreadySaid);
}

/** Thoughts and calls for attention may reach the room after the text they came before. */
function isWork(item: Extract<RoomItem, { kind: "event" }>): boolean {
  return item.type === "tool_call" || item.type === "tool_result";
}

function isQuestion(message: Message, said: readonly RoomItem[]): boolean {
  return said.some((item) => {
    if (item.kind !== "event" || item.type !== "attention" || item.metadata.resolves !== undefined) return false;
    return item.metadata.kind === "question" && message.text.trimEnd().endsWith(item.content.trimEnd());
  });
}
