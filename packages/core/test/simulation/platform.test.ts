import { startSandbox } from "@thenvoi/sandbox";
import { expect, test } from "vitest";
import * as z from "zod";
import { Chance } from "./chance.ts";
import { History } from "./history.ts";
import { type ApiAnswer, SimulatedPlatform } from "./platform.ts";

const steps = 600;

/** One step, done to both platforms: what to ask, with the message of that number where one is meant. */
interface Step {
  readonly method: "GET" | "POST";
  readonly path: (messageIds: readonly string[]) => string;
  readonly body?: (names: { readonly personId: string }) => unknown;
}

test(`the simulated platform answers ${steps} requests as the sandbox does`, async () => {
  await using sandbox = await startSandbox();
  const { apiKey } = sandbox.registerAgent("dana/agent-0");
  const room = await sandbox.room({ users: ["dana"], agents: ["agent-0"] });
  const dana = sandbox.users.find(({ handle }) => handle === "dana");
  if (dana === undefined) throw new Error("dana has no account");
  let nowMs = 0;
  const simulated = new SimulatedPlatform({ rooms: 1, agents: 1 }, new History(() => nowMs), () => nowMs);
  const [agent] = simulated.agents;
  const [simulatedRoom] = simulated.rooms;
  if (agent === undefined || simulatedRoom === undefined) throw new Error("the simulation has no agent or room");

  const chance = new Chance(7);
  const ids = { sandbox: [] as string[], simulated: [] as string[] };
  let stopped = false;
  for (let number = 0; number < steps; number += 1) {
    nowMs += 10;
    if (chance.happens(0.2)) {
      ids.sandbox.push((await sandbox.as("dana").say(room, `@agent-0 m${number}`)).id);
      ids.simulated.push(simulated.say(simulatedRoom.id, `m${number}`, [agent]));
    }
    if (chance.happens(0.03)) {
      stopped = !stopped;
      sandbox.control("agent-0", stopped ? "stop" : "play", { room });
      simulated.control(agent, simulatedRoom.id, stopped ? "stop" : "play");
    }
    const step = anyStep(chance, ids.sandbox.length);
    const theirs = await ask(`${sandbox.url}/api/v1/agent${step.path(ids.sandbox).replace("ROOM", room.id)}`, {
      method: step.method,
      apiKey,
      body: step.body?.({ personId: dana.id }),
    });
    const url = new URL(`http://x/api/v1/agent${step.path(ids.simulated).replace("ROOM", simulatedRoom.id)}`);
    const ours = simulated.answer({
      method: step.method,
      path: url.pathname,
      query: url.searchParams,
      body: step.body?.({ personId: simulated.person.id }),
      apiKey: agent.apiKey,
    });
    expect(essence(ours), `step ${number}: ${step.method} ${step.path(ids.simulated)}`).toEqual(essence(theirs));
  }
});

function anyStep(chance: Chance, messages: number): Step {
  const message = (known: readonly string[]) => known[Math.floor(pick * known.length)] ?? "none";
  const pick = chance.next();
  const mark = (as: string, body?: unknown): Step => ({
    method: "POST",
    path: (known) => `/chats/ROOM/messages/${message(known)}/${as}`,
    ...(body !== undefined && { body: () => body }),
  });
  const always: Step[] = [
    { method: "GET", path: () => "/chats/ROOM/messages/next" },
    { method: "GET", path: () => "/chats/ROOM/messages?limit=100" },
    { method: "GET", path: () => "/chats/ROOM/context?limit=100" },
    {
      method: "POST",
      path: () => "/chats/ROOM/messages",
      body: ({ personId }) => ({ message: { content: `answer ${pick}`, mentions: [{ id: personId }] } }),
    },
    {
      method: "POST",
      path: () => "/chats/ROOM/events",
      body: () => ({ event: { message_type: "thought", content: `thought ${pick}` } }),
    },
  ];
  const marks = [mark("processing"), mark("processed"), mark("failed", { error: "no" }), mark("processed")];
  const choices = messages === 0 ? always : [...always, ...marks];
  const chosen = choices[Math.floor(chance.next() * choices.length)];
  if (chosen === undefined) throw new Error("there is nothing to do");
  return chosen;
}

async function ask(
  url: string,
  request: { readonly method: string; readonly apiKey: string; readonly body: unknown },
): Promise<ApiAnswer> {
  const { method, apiKey, body } = request;
  const init: RequestInit = { method, headers: { "x-api-key": apiKey, "content-type": "application/json" } };
  if (body !== undefined) init.body = JSON.stringify(body);
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, ...(text !== "" && { body: JSON.parse(text) }) };
}

const answered = z.object({ data: z.unknown() });
const delivered = z.object({
  status: z.string().optional(),
  attempts: z
    .array(z.object({ attempt_number: z.number(), status: z.string(), error: z.string().nullish() }))
    .default([]),
});
const item = z.object({
  message_type: z.string(),
  sender_type: z.string(),
  content: z.string(),
  metadata: z.object({ delivery_status: z.record(z.string(), delivered).default({}) }).nullish(),
});
const marked = z.object({ status: z.string().optional(), attempt_number: z.number().optional() });

/** What an answer says, without ids, times and the words of mentions. */
function essence({ status, body }: ApiAnswer): object {
  if (status >= 300 || body === undefined) return { status };
  const { data } = answered.parse(body);
  return { status, rows: Array.isArray(data) ? data.slice(0, 100).map(itemEssence) : oneEssence(data) };
}

function oneEssence(row: unknown): object {
  return item.safeParse(row).success ? itemEssence(row) : marked.parse(row);
}

function itemEssence(row: unknown): object {
  const { message_type, sender_type, content, metadata } = item.parse(row);
  return {
    message_type,
    sender_type,
    content: content.replaceAll(/@\S+\s?/gu, "").trim(),
    deliveries: Object.values(metadata?.delivery_status ?? {})
      .filter(({ status }) => status !== undefined && status !== "delivered") // no entry says the same
      .map(({ status, attempts }) => ({ status, attempts: attempts.map((attempt) => ({ error: null, ...attempt })) })),
  };
}
