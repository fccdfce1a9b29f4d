import { isDeepStrictEqual } from "node:util";
import { partsOf } from "./frames.ts";

/**
 * Where what came differs from what was recorded on one connection; empty when it does not.
 *
 * The order within a topic counts, and that of the answers to joins; the order between topics does not.
 * In `raced` topics only the order among replies and among closing frames counts.
 */
export function differences(
  recorded: readonly unknown[],
  received: readonly unknown[],
  joinRefs: ReadonlySet<unknown>,
  isRaced: boolean,
): readonly string[] {
  const kinds = isRaced ? eventAndTopic : topic;
  const found = [...new Set([...recorded, ...received].map(kinds))].flatMap((kind) =>
    differing(kind, only(recorded, kinds, kind), only(received, kinds, kind)),
  );
  const isJoinReply = (message: unknown): boolean => {
    const parts = partsOf(message);
    return parts?.event === "phx_reply" && joinRefs.has(parts.ref);
  };
  return [...found, ...differing("answers to joins", recorded.filter(isJoinReply), received.filter(isJoinReply))];
}

function differing(where: string, recorded: readonly unknown[], received: readonly unknown[]): readonly string[] {
  const length = Math.max(recorded.length, received.length);
  const at = Array.from({ length }, (_, index) => index).find(
    (index) => !isDeepStrictEqual(recorded[index], received[index]),
  );
  return at === undefined
    ? []
    : [`${where}, message ${at + 1}: ${shown(recorded[at])} was recorded, ${shown(received[at])} came`];
}

function shown(message: unknown): string {
  const text = message === undefined ? "nothing" : JSON.stringify(message);
  return text.length > 300 ? `${text.slice(0, 300)}… (${text.length})` : text;
}

function only(messages: readonly unknown[], kindOf: (message: unknown) => string, kind: string): readonly unknown[] {
  return messages.filter((message) => kindOf(message) === kind);
}

function topic(message: unknown): string {
  return partsOf(message)?.topic ?? "no frame";
}

function eventAndTopic(message: unknown): string {
  return `${String(partsOf(message)?.event)} of ${topic(message)}`;
}
