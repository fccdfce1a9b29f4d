import { setTimeout as wait } from "node:timers/promises";
import * as z from "zod";

const pollEveryMs = 150;

const room = z.object({ id: z.string() });
const person = z.object({ id: z.string(), type: z.string(), handle: z.string().nullish() });
const message = z.object({
  id: z.string(),
  content: z.string(),
  message_type: z.string(),
  sender_id: z.string(),
  sender_name: z.string(),
});

/** What one person says once, and where. */
export interface Utterance {
  /** Mentions someone as `@owner/agent` or `@user`. */
  readonly text: string;
  /** Origin of the platform. */
  readonly url: string;
  /** A person's key. */
  readonly apiKey: string;
  /** How long to wait for an answer. */
  readonly answerMs: number;
}

/** Something went wrong that a sentence can tell. */
export class SayError extends Error {
  override readonly name = "SayError";
}

/**
 * Says something as a person, over the platform's Human API, in the newest room with everyone mentioned, and yields what
 * they answer, as lines to print. Where there is no such room it opens one.
 *
 * Ends after the first answer: a text of theirs that mentions who asked. Throws a {@link SayError} when nobody is mentioned,
 * or no answer comes in time.
 */
export async function* say(utterance: Utterance): AsyncGenerator<string, void> {
  const api = new HumanApi(utterance);
  const handles = [...utterance.text.matchAll(/@([a-z0-9][a-z0-9_-]*(?:\/[a-z0-9][a-z0-9_-]*)?)/giu)].flatMap(
    ([, handle]) => handle ?? [],
  );
  if (handles.length === 0) throw new SayError('Mention who should hear it: "@dana/echo hello".');
  const { id: me } = await api.get("/me/profile", z.object({ id: z.string() }));
  const { roomId, people } = (await findRoom(api, handles)) ?? (await openRoom(api, handles));
  const mentioned = people.filter(({ handle }) => handle !== undefined && handle !== null && handles.includes(handle));
  const mentions = mentioned.map(({ id, handle }) => ({ id, handle }));
  const sent = await api.post(
    `/me/chats/${roomId}/messages`,
    { message: { content: utterance.text, mentions } },
    z.object({ id: z.string() }),
  );
  const toMe = `@[[${me}]]`; // an agent may ask others before it answers
  const deadlineMs = Date.now() + utterance.answerMs;
  while (Date.now() < deadlineMs) {
    await wait(pollEveryMs);
    const newestFirst = await api.get(`/me/chats/${roomId}/messages?limit=50`, z.array(message));
    const at = newestFirst.findIndex(({ id }) => id === sent.id);
    const answers = newestFirst
      .slice(0, at === -1 ? undefined : at)
      .filter(({ message_type, content }) => message_type === "text" && content.includes(toMe))
      .filter(({ sender_id }) => mentioned.some(({ id }) => id === sender_id));
    for (const { sender_name, content } of answers.toReversed()) yield `${sender_name}: ${readable(content, people)}`;
    if (answers.length > 0) return;
  }
  throw new SayError(
    `Said, but nobody answered within ${Math.round(utterance.answerMs / 1_000)} seconds. Is the agent running?`,
  );
}

type Person = z.infer<typeof person>;

/** The newest room in which everyone mentioned is. */
async function findRoom(
  api: HumanApi,
  handles: readonly string[],
): Promise<{ roomId: string; people: Person[] } | undefined> {
  for (const { id } of await api.get("/me/chats?limit=100", z.array(room))) {
    const people = await api.get(`/me/chats/${id}/participants?limit=100`, z.array(person));
    if (handles.every((handle) => people.some((each) => each.handle === handle))) return { roomId: id, people };
  }
  return undefined;
}

async function openRoom(api: HumanApi, handles: readonly string[]): Promise<{ roomId: string; people: Person[] }> {
  const peers = await api.get("/me/peers?page_size=100", z.array(person));
  const found = handles.map((handle) => {
    const peer = peers.find((each) => each.handle === handle);
    if (peer === undefined)
      throw new SayError(
        `Nobody is called @${handle}. Within reach: ${peers.map((each) => `@${each.handle ?? each.id}`).join(", ")}.`,
      );
    return peer;
  });
  const { id } = await api.post("/me/chats", { chat: {} }, room);
  for (const peer of found)
    await api.post(
      `/me/chats/${id}/participants`,
      { participant: { participant_id: peer.id } },
      person.pick({ id: true }),
    );
  return { roomId: id, people: await api.get(`/me/chats/${id}/participants?limit=100`, z.array(person)) };
}

function readable(content: string, people: readonly Person[]): string {
  return content.replace(/@\[\[([^\]]+)\]\]\s?/gu, (_, id: string) => {
    const handle = people.find((each) => each.id === id)?.handle;
    return handle === undefined || handle === null ? "" : `@${handle} `;
  });
}

/** The few calls of the Human API that saying something takes. */
class HumanApi {
  readonly #platform: Utterance;

  constructor(platform: Utterance) {
    this.#platform = platform;
  }

  get<Data>(path: string, shape: z.ZodType<Data>): Promise<Data> {
    return this.#call("GET", path, undefined, shape);
  }

  post<Data>(path: string, body: unknown, shape: z.ZodType<Data>): Promise<Data> {
    return this.#call("POST", path, JSON.stringify(body), shape);
  }

  async #call<Data>(method: string, path: string, body: string | undefined, shape: z.ZodType<Data>): Promise<Data> {
    const { url, apiKey } = this.#platform;
    const headers = { "x-api-key": apiKey, "content-type": "application/json" };
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers,
      ...(body !== undefined && { body }),
    }).catch((cause: unknown) => {
      throw new SayError(`Nothing answers at ${url}. Is the sandbox running?`, { cause });
    });
    const answer: unknown = await response.json();
    if (!response.ok)
      throw new SayError(`${method} ${path} was answered with ${response.status}: ${JSON.stringify(answer)}`);
    return z.object({ data: shape }).parse(answer).data;
  }
}
