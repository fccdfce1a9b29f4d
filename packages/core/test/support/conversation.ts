import type { Handler } from "@thenvoi/core";
import type { RoomHandle, Said, Sandbox } from "@thenvoi/sandbox";
import { expect } from "vitest";
import { soon } from "./soon.ts";

/** Answers each message with its last word: `@weather number 7` with `7`. */
export const repeatLastWord: Handler = (turn) => turn.reply(lastWord(turn.message.text));

export function lastWord(text: string): string {
  return text.split(" ").at(-1) ?? "";
}

/** Says `@weather <word>` as ada for each word, in this order. */
export async function sayAll(room: RoomHandle, words: readonly (string | number)[]): Promise<readonly Said[]> {
  const said: Said[] = [];
  for (const word of words) said.push(await room.as("ada").say(`@weather ${word}`));
  return said;
}

/** What ada was answered in the room, oldest first. */
export function answers(room: RoomHandle): string[] {
  return room.said().flatMap((text) => (text.startsWith("@ada ") ? [text.slice("@ada ".length)] : []));
}

/** How often each message for the agent was claimed, oldest first. */
export function attempts(room: RoomHandle): number[] {
  return room.deliveries("weather").map((delivery) => delivery.attempts.length);
}

/**
 * Ends when every message of the room is settled and the agent has nothing more to look for in it, so that from here on
 * only a frame brings it up.
 */
export async function quiet(room: RoomHandle, sandbox: Sandbox): Promise<void> {
  await room.settled();
  const looks = () => sandbox.requests({ request: "GET messages/next", room: room.id });
  await expect.poll(() => looks().map((look) => look.status), soon).toContain(204);
  await fetch(`${sandbox.url}/sandbox`); // answers sent before this one have been read by now
}

/** The numbers from 1 to `count`, as words. */
export function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(index + 1));
}

/** Works for as long as it may: ends by throwing what the signal aborts with. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
