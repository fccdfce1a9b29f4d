import type { Person } from "@thenvoi/core";
import type { RoomRequest } from "../entry.ts";
import { addresseesOf } from "./addressees.ts";
import { feedOf } from "./feed.ts";
import { Refused, refusalOf } from "./refusals.ts";

const longestBody = 64 * 1024;
const keysKept = 500;

/** What a request may do in a room. */
export interface RoomAccess {
  /** Whose eyes and voice it has: one made by `createPerson()` with that person's key, kept by the app and used again. */
  readonly person: Person;
  /** Whether it may also speak, and stop agents. Default true. */
  readonly maySpeak?: boolean;
}

export interface RoomHandlerOptions {
  /** Decides, for each request, who sees this room and speaks in it. Undefined: nobody; the answer is 403. */
  readonly authorize: (request: Request, roomId: string) => RoomAccess | undefined | Promise<RoomAccess | undefined>;
}

/** What is kept of a person beside the app's own object. */
interface Known {
  readonly id: Promise<string>;
  /** Texts said or being said, by the page's keys. */
  readonly said: Map<string, Promise<string>>;
}

/**
 * Serves a room to the pages of an app, as a Web-standard handler: `GET` is the stream of the room, `POST` says something in it
 * or stops the agents at work for this person.
 *
 * `authorize` decides who sees and says what; of a page's request nothing counts but its text. The person's key stays here: no
 * answer holds it, nor the platform's own words. Answers 403 to strangers, 404 to rooms the person is not in, 405, 413, 415 and
 * 422 to what is no request, 502 when the platform can't be reached; each with `{ error: { code, message } }`.
 */
export function createRoomHandler(
  options: RoomHandlerOptions,
): (request: Request, roomId: string) => Promise<Response> {
  const persons = new WeakMap<Person, Known>();
  const knownOf = (person: Person): Known => {
    const known = persons.get(person) ?? { id: idOf(person), said: new Map() };
    known.id.catch(() => persons.delete(person)); // asked again with the next request
    persons.set(person, known);
    return known;
  };
  return async (request, roomId) => {
    try {
      if (request.method !== "GET" && request.method !== "POST")
        throw new Refused(405, "not-offered", "Only GET and POST.");
      const access = await options.authorize(request, roomId);
      if (access === undefined) throw new Refused(403, "not-allowed", "This room is not open to you.");
      const { person, maySpeak = true } = access;
      const known = knownOf(person);
      if (request.method === "GET") {
        const after = new URL(request.url).searchParams.get("after") ?? "";
        if (after !== "" && Number.isNaN(Date.parse(after)))
          throw new Refused(422, "not-a-time", "`after` must be a time.");
        return await feedOf(person, { roomId, me: await known.id, after, signal: request.signal });
      }
      if (!maySpeak) throw new Refused(403, "not-allowed", "You may only read in this room.");
      const asked = await read(request);
      if (asked.action === "stop") return Response.json({ stopped: await stop(person, roomId, await known.id) });
      return Response.json({ id: await sayOnce(person, { roomId, ...asked }, known) }, { status: 201 });
    } catch (error) {
      return refusalOf(error);
    }
  };
}

function idOf(person: Person): Promise<string> {
  return person.profile().then(({ id }) => id);
}

/** The same text under the same key is said once, however often it is sent, as long as this process remembers. */
function sayOnce(
  person: Person,
  text: { readonly roomId: string; readonly text: string; readonly key: string },
  { id, said }: Known,
): Promise<string> {
  const key = `${text.roomId} ${text.key}`;
  const before = said.get(key);
  if (before !== undefined) return before;
  const saying = id.then((selfId) => say(person, text, selfId));
  said.set(key, saying);
  saying.catch(() => said.delete(key));
  const [oldest] = said.keys();
  if (said.size > keysKept && oldest !== undefined) said.delete(oldest);
  return saying;
}

async function say(
  person: Person,
  { roomId, text }: { roomId: string; text: string },
  selfId: string,
): Promise<string> {
  const room = person.room(roomId);
  const found = addresseesOf(text, await room.participants(), selfId);
  if ("couldBe" in found) {
    const names = found.couldBe.map(({ handle, name }) => `@${handle ?? name}`);
    const here = names.length === 0 ? "nobody else is here" : `here are ${names.join(", ")}`;
    throw new Refused(422, "no-addressee", `Say who this is for, with an @: ${here}.`);
  }
  return (await room.say({ content: found.content, mentions: found.to })).id;
}

/** Interrupts the agents that are at work on what this person said; answers how many. What others asked them goes on. */
async function stop(person: Person, roomId: string, selfId: string): Promise<number> {
  const room = person.room(roomId);
  const atWork = new Set<string>();
  let seen = 0;
  for await (const item of room.items()) {
    seen += 1;
    if (seen > 100) break;
    if (item.sender.id !== selfId) continue;
    for (const [agentId, { status }] of Object.entries(item.deliveries))
      if (status === "processing") atWork.add(agentId);
  }
  await Promise.all([...atWork].map((agentId) => room.interrupt(agentId)));
  return atWork.size;
}

/** What is asked for, and nothing else that came along. JSON only: a form of another site can't send that. */
async function read(request: Request): Promise<RoomRequest> {
  if (!/^application\/json\b/iu.test(request.headers.get("content-type") ?? ""))
    throw new Refused(415, "not-json", "Send JSON.");
  const body = record(await jsonOf(request));
  if (body.action === "stop") return { action: "stop" };
  const { text, key } = body;
  if (
    body.action !== "say" ||
    typeof text !== "string" ||
    text.trim() === "" ||
    typeof key !== "string" ||
    key.length > 200
  )
    throw new Refused(422, "not-a-request", 'Send { action: "say", text, key } or { action: "stop" }.');
  return { action: "say", text, key };
}

async function jsonOf(request: Request): Promise<unknown> {
  const chunks: string[] = [];
  const decoder = new TextDecoder();
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > longestBody) throw new Refused(413, "too-long", "This is longer than a room takes.");
    chunks.push(decoder.decode(chunk, { stream: true }));
  }
  try {
    return JSON.parse(chunks.join("") + decoder.decode());
  } catch {
    throw new Refused(422, "not-a-request", "This is not JSON.");
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
