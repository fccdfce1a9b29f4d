import type { Participant, Person, RoomNews } from "@thenvoi/core";
import type { FeedEvent } from "../entry.ts";
import { entryOf } from "./entry.ts";

const keepAliveMs = 15_000;
/** A stream ends after this, and its page comes back at once: so whoever loses the right to see a room loses it within that time. */
const longestMs = 5 * 60_000;
const encoder = new TextEncoder();

/**
 * A room as a stream of events for a page, from `after` on, or from its newest hundred entries.
 *
 * Rejects when the room can't be read. Ends with the page's interest (`signal`), with the room, or after five minutes.
 */
export async function feedOf(
  person: Person,
  ref: { readonly roomId: string; readonly me: string; readonly after: string; readonly signal: AbortSignal },
): Promise<Response> {
  const { roomId, me, after, signal } = ref;
  const ended = new AbortController();
  const follow = person.room(roomId).follow({
    signal: AbortSignal.any([signal, ended.signal]),
    ...(after !== "" && { from: after }),
  });
  const news = follow[Symbol.asyncIterator]();
  let next: Promise<IteratorResult<RoomNews>> | undefined = Promise.resolve(await news.next());
  let people: readonly Participant[] = [];
  let timers: readonly ReturnType<typeof setTimeout>[] = [];
  const stop = () => {
    for (const timer of timers) clearTimeout(timer);
    ended.abort();
  };
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const keepAlive = () => {
        if (!ended.signal.aborted) controller.enqueue(encoder.encode(": still here\n\n"));
      };
      timers = [setInterval(keepAlive, keepAliveMs), setTimeout(() => ended.abort(), longestMs)];
    },
    async pull(controller) {
      try {
        const { done, value } = await (next ?? news.next());
        next = undefined;
        if (done) {
          stop();
          controller.close();
          return;
        }
        if (value.type === "participants") people = value.participants;
        controller.enqueue(encoder.encode(`data: ${JSON.stringify(eventOf(value, people, me))}\n\n`));
      } catch {
        stop(); // whatever ended it, the page comes back and is told then
        controller.close();
      }
    },
    cancel: stop,
  });
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
    },
  });
}

function eventOf(news: RoomNews, people: readonly Participant[], me: string): FeedEvent {
  switch (news.type) {
    case "participants":
      return {
        type: "people",
        people: news.participants.map(({ id, kind, name, handle, description }) => ({
          id,
          kind,
          name,
          handle,
          description,
        })),
        me,
      };
    case "item":
      return { type: "entry", entry: entryOf(news.item, people) };
    case "read":
    case "deleted":
    case "gone":
      return news;
    default:
      return news satisfies never;
  }
}
