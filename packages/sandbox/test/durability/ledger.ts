import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { SandboxProcess } from "../support/sandbox-process.ts";

/** What a sandbox has said yes to: it has to be there after any kill. */
export interface Ledger {
  /** Texts by id, with what they say. */
  readonly texts: Map<string, string>;
  /** Events by id. */
  readonly events: Map<string, string>;
  /** How far each text got, in the order of the marks that were answered. */
  readonly marks: Map<string, { readonly status: string; readonly attempt: number }>;
  /** Rooms by id, with the last title that was answered. */
  readonly rooms: Map<string, string>;
  /** Who was told to be in a room, and who no longer is. */
  readonly members: Map<string, { readonly room: string; readonly entity: string; readonly isIn: boolean }>;
  /** Who was to be taken out of a room, by a request that may not have been answered. */
  readonly leaving: Set<string>;
  /** Agents by id, with their keys. */
  readonly agents: Map<string, string>;
  /** How many changes were answered with yes. */
  answered: number;
  /** Whatever was asked and not answered: it may be there or not, whole. */
  unanswered: number;
}

export function emptyLedger(): Ledger {
  return {
    texts: new Map(),
    events: new Map(),
    marks: new Map(),
    rooms: new Map(),
    members: new Map(),
    leaving: new Set(),
    agents: new Map(),
    answered: 0,
    unanswered: 0,
  };
}

const user = "band_u_demo_dana";
const agent = "band_a_demo_weather";
const withId = z.object({ data: z.object({ id: z.string() }) });
const marked = z.object({ data: z.object({ attempt_number: z.number() }) });
const registered = z.object({
  data: z.object({ agent: z.object({ id: z.string() }), credentials: z.object({ api_key: z.string() }) }),
});

/** The server is gone, which is what the test is about. */
class Gone extends Error {}

/**
 * Writers that work until the sandbox is killed under them: people and an agent who speak, claim, settle and report, rooms that are made
 * and renamed, people who come and go, agents that are registered. Each writes into the ledger what it was answered. Ends with the sandbox.
 */
export async function writeUntilKilled(sandbox: SandboxProcess, ledger: Ledger): Promise<void> {
  const call = async (apiKey: string, line: string, body?: object): Promise<unknown> => {
    const [method = "POST", path = ""] = line.split(" ");
    let status: number;
    let text: string;
    try {
      const answer = await fetch(`${sandbox.url}/api/v1${path}`, {
        method,
        headers: { "x-api-key": apiKey, "content-type": "application/json" },
        ...(body && { body: JSON.stringify(body) }),
      });
      status = answer.status;
      text = await answer.text();
    } catch (cause) {
      ledger.unanswered += 1;
      throw new Gone(line, { cause });
    }
    if (status >= 300) throw new Error(`${line} was refused: ${status} ${text}`);
    ledger.answered += 1;
    return JSON.parse(text);
  };

  const [dana, weather, planner] = ["dana", "dana/weather", "dana/planner"].map((handle) => sandbox.idOf(handle));
  if (!dana || !weather || !planner) throw new Error("the accounts of the demo are missing");
  const newRoom = async (): Promise<string> => {
    const { id } = withId.parse(await call(user, "POST /me/chats", { chat: { title: "new" } })).data;
    ledger.rooms.set(id, "new");
    return id;
  };
  const move = async (room: string, entity: string, isIn: boolean): Promise<void> => {
    const member = `${room}/${entity}`;
    if (!isIn) ledger.leaving.add(member);
    if (isIn) await call(user, `POST /me/chats/${room}/participants`, { participant: { participant_id: entity } });
    else await call(user, `DELETE /me/chats/${room}/participants/${entity}`);
    ledger.leaving.delete(member);
    ledger.members.set(member, { room, entity, isIn });
  };
  const say = async (apiKey: string, room: string, to: string): Promise<string> => {
    const content = `${randomUUID()} said`;
    const surface = apiKey === user ? "me" : "agent";
    const message = { content, mentions: [{ id: to }] };
    const { id } = withId.parse(await call(apiKey, `POST /${surface}/chats/${room}/messages`, { message })).data;
    ledger.texts.set(id, content);
    return id;
  };
  const mark = async (room: string, id: string, as: "processing" | "processed" | "failed"): Promise<void> => {
    const body = as === "failed" ? { error: "no" } : {};
    const answer = await call(agent, `POST /agent/chats/${room}/messages/${id}/${as}`, body);
    ledger.marks.set(id, { status: as, attempt: marked.parse(answer).data.attempt_number });
  };

  const speaker = async (): Promise<void> => {
    const room = await newRoom();
    await move(room, weather, true);
    for (let turn = 0; ; turn++) {
      const id = await say(user, room, weather);
      await mark(room, id, "processing");
      const content = `${randomUUID()} thought`;
      const event = { content, message_type: "thought", metadata: { turn } };
      ledger.events.set(
        withId.parse(await call(agent, `POST /agent/chats/${room}/events`, { event })).data.id,
        content,
      );
      await say(agent, room, dana);
      await mark(room, id, turn % 5 === 4 ? "failed" : "processed");
    }
  };
  const keeper = async (): Promise<void> => {
    for (let turn = 0; ; turn++) {
      const room = await newRoom();
      await move(room, planner, true);
      const title = `room ${turn}`;
      await call(user, `PATCH /me/chats/${room}`, { chat: { title } });
      ledger.rooms.set(room, title);
      await move(room, planner, false);
      const asked = { agent: { name: `Agent ${turn}`, description: "Made by a writer of the test" } };
      const made = registered.parse(await call(user, "POST /me/agents/register", asked)).data;
      ledger.agents.set(made.agent.id, made.credentials.api_key);
      await move(room, made.agent.id, true);
    }
  };
  const ends = await Promise.allSettled([speaker(), speaker(), speaker(), keeper(), keeper()]);
  for (const end of ends) if (end.status === "rejected" && !(end.reason instanceof Gone)) throw end.reason;
}
