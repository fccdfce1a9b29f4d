import { setTimeout as wait } from "node:timers/promises";
import { at, textAt } from "./json.ts";
import { type Account, call } from "./rest.ts";

const attemptsAllowed = 3;

/** What the agent does with a text: says it back. */
function answerTo(text: string): string {
  return `You said: ${text.replaceAll(/@\[\[[^\]]*\]\]\s*/g, "")}`;
}

/**
 * Works through what waits for the agent in one room, oldest first, until nothing does.
 *
 * `/next` serves everything that is not processed, failed messages too. So a message is tried a few times, and then given up in the
 * open, or it would stand before all others for ever. Throws when the platform can't be reached; the message still waits then.
 */
export async function drain(account: Account, roomId: string): Promise<void> {
  const room = `chats/${roomId}`;
  for (;;) {
    const message = at(await call(account, "GET", `${room}/messages/next`), "data");
    if (message === undefined) return; // 204: nothing waits, or a person stopped the agent here
    const mark = `${room}/messages/${textAt(message, "id")}`;
    const claimed = await call(account, "POST", `${mark}/processing`);
    if (claimed === undefined) return; // 204: stopped in between
    const attempt = Number(at(claimed, "data", "attempt_number"));
    try {
      const mentions = [{ id: textAt(message, "sender_id") }];
      await call(account, "POST", `${room}/messages`, {
        message: { content: answerTo(textAt(message, "content")), mentions },
      });
    } catch (error) {
      if (attempt < attemptsAllowed) {
        await call(account, "POST", `${mark}/failed`, { error: String(error) });
        await wait(attempt * 1_000);
        continue;
      }
      const event = { content: `Given up after ${attempt} attempts: ${error}`, message_type: "error" };
      await call(account, "POST", `${room}/events`, { event });
    }
    await call(account, "POST", `${mark}/processed`);
  }
}
