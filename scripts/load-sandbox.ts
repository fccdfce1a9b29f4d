// A sandbox under steady load, its state in a file, every agent in every room by its socket: `pnpm load:sandbox [seconds]`, ten minutes by
// default. Prints how long calls take and what memory does.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";

const seconds = Number(process.argv[2] ?? 600);
const load = { rooms: 1_000, agents: 10, messagesPerSecond: 100 };
const connections = new Agent({ keepAlive: true, maxSockets: 32 });

const account = z.object({ id: z.string(), handle: z.string(), apiKey: z.string() });
const announcement = z.object({ url: z.string(), users: z.array(account) });
const withId = z.object({ data: z.object({ id: z.string() }) });
const registered = z.object({
  data: z.object({ agent: z.object({ id: z.string() }), credentials: z.object({ api_key: z.string() }) }),
});

interface Member {
  readonly id: string;
  readonly apiKey: string;
}

const tookMs: { readonly call: string; readonly ms: number }[] = [];
let url = "";

/** One call, its time kept under its name. Throws when it is refused. */
async function call(apiKey: string, line: string, body?: object): Promise<unknown> {
  const [method = "GET", path = ""] = line.split(" ");
  const startedAt = performance.now();
  const headers = { "x-api-key": apiKey, "content-type": "application/json" };
  const asked = request(`${url}/api/v1${path}`, { method, headers, agent: connections });
  const answered = once(asked, "response");
  asked.end(body === undefined ? undefined : JSON.stringify(body));
  const [response]: IncomingMessage[] = await answered;
  if (!response) throw new Error(`${line}: no answer`);
  const answer = await text(response);
  const name = `${method} ${path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ":id")}`;
  tookMs.push({ call: name, ms: performance.now() - startedAt });
  if ((response.statusCode ?? 500) >= 300) throw new Error(`${line}: ${response.statusCode} ${answer}`);
  return answer === "" ? undefined : JSON.parse(answer);
}

/** One message as an agent lives it: said to it, read, claimed, answered, settled. */
async function converse(person: Member, agent: Member, room: string): Promise<void> {
  const message = { content: "What is the weather like?", mentions: [{ id: agent.id }] };
  await call(person.apiKey, `POST /me/chats/${room}/messages`, { message });
  const { id } = withId.parse(await call(agent.apiKey, `GET /agent/chats/${room}/messages/next`)).data;
  await call(agent.apiKey, `POST /agent/chats/${room}/messages/${id}/processing`);
  const answer = { content: "Fine, until it isn't.", mentions: [{ id: person.id }] };
  await call(agent.apiKey, `POST /agent/chats/${room}/messages`, { message: answer });
  await call(agent.apiKey, `POST /agent/chats/${room}/messages/${id}/processed`);
}

async function furnish(person: Member) {
  const agents: Member[] = [];
  for (let number = 1; number <= load.agents; number++) {
    const about = { name: `Agent ${number}`, description: "An agent under load" };
    const { agent, credentials } = registered.parse(
      await call(person.apiKey, "POST /me/agents/register", { agent: about }),
    ).data;
    agents.push({ id: agent.id, apiKey: credentials.api_key });
  }
  const rooms: string[] = [];
  for (let number = 0; number < load.rooms; number++) {
    const { id: room } = withId.parse(await call(person.apiKey, "POST /me/chats", { chat: {} })).data;
    for (const { id } of agents) {
      await call(person.apiKey, `POST /me/chats/${room}/participants`, { participant: { participant_id: id } });
    }
    rooms.push(room);
  }
  return { agents, rooms };
}

let framesHeard = 0;
const sockets: WebSocket[] = [];

/** Opens an agent's socket and joins its rooms; ends when all joins are answered. */
async function listen({ apiKey }: Member, rooms: readonly string[]): Promise<void> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/api/v1/socket/websocket?vsn=2.0.0&api_key=${apiKey}`);
  sockets.push(socket);
  await once(socket, "open");
  const joined = Promise.withResolvers<void>();
  let answers = 0;
  socket.addEventListener("message", ({ data: frame }) => {
    if (String(frame).includes('"phx_reply"') && ++answers === rooms.length) joined.resolve();
    if (String(frame).includes('"message_created"')) framesHeard += 1;
  });
  for (const room of rooms) socket.send(JSON.stringify([room, room, `chat_room:${room}`, "phx_join", {}]));
  await joined.promise;
  setInterval(() => socket.send(JSON.stringify([null, "0", "phoenix", "heartbeat", {}])), 20_000).unref();
}

/** Megabytes that the process holds, as the system sees it. */
function residentMegabytes({ pid }: ChildProcess): number {
  const kilobytes = /VmRSS:[ \t]+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1024;
}

/** Seconds of a core that the process has used; Linux counts hundredths. */
function cpuSeconds({ pid }: ChildProcess): number {
  const [user = 0, system = 0] = readFileSync(`/proc/${pid}/stat`, "utf8").split(" ").slice(13, 15).map(Number);
  return (user + system) / 100;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function times(values: readonly number[]): string {
  return [0.5, 0.99, 0.999].map((share) => `p${share * 100} ${quantile(values, share).toFixed(1)} ms`).join(", ");
}

const cli = join(import.meta.dirname, "../packages/sandbox/src/cli.ts");
const folder = mkdtempSync(join(tmpdir(), "sandbox-load-"));
const args = [cli, "--port", "0", "--seed", "demo", "--json", "--data", join(folder, "data.sqlite")];
const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
try {
  const [line] = await once(createInterface(child.stdout), "line");
  const announced = announcement.parse(JSON.parse(String(line)));
  ({ url } = announced);
  const [person] = announced.users;
  if (!person) throw new Error("nobody is here");
  const { agents, rooms } = await furnish(person);
  for (const agent of agents) await listen(agent, rooms);
  tookMs.length = 0;

  const memory: number[] = [];
  const lateMs: number[] = [];
  const open = new Set<Promise<void>>();
  const startedAt = performance.now();
  const cpuBefore = cpuSeconds(child);
  // a conversation is two messages; each starts at its time, whether or not those before it have ended
  const everyMs = 2_000 / load.messagesPerSecond;
  const conversations = Math.floor((seconds * 1_000) / everyMs);
  for (let number = 0; number < conversations; number++) {
    const dueAt = startedAt + number * everyMs;
    const early = dueAt - performance.now();
    if (early > 0) await pause(early);
    lateMs.push(Math.max(0, performance.now() - dueAt));
    const [room = "", agent = person] = [rooms[number % rooms.length], agents[number % agents.length]];
    const talk: Promise<void> = converse(person, agent, room).finally(() => open.delete(talk));
    open.add(talk);
    if (number % Math.round(1_000 / everyMs) === 0) memory.push(residentMegabytes(child));
  }
  await Promise.all(open);

  const ran = (performance.now() - startedAt) / 1_000;
  const quarter = Math.floor(memory.length / 4);
  const inQuarter = [0, 1, 2, 3].map((number) =>
    mean(memory.slice(number * quarter, (number + 1) * quarter)).toFixed(0),
  );
  const calls = [...new Set(tookMs.map(({ call: name }) => name))];
  console.log(
    `${load.rooms} rooms, ${load.agents} agents, ${((2 * conversations) / ran).toFixed(0)} messages a second for ${ran.toFixed(0)} s`,
  );
  console.log(
    `${tookMs.length} calls (${(tookMs.length / ran).toFixed(0)} a second): ${times(tookMs.map(({ ms }) => ms))}`,
  );
  for (const name of calls)
    console.log(`  ${name}: ${times(tookMs.filter((each) => each.call === name).map(({ ms }) => ms))}`);
  console.log(`${framesHeard} frames of ${conversations} messages to agents`);
  console.log(`the sandbox used ${(((cpuSeconds(child) - cpuBefore) / ran) * 100).toFixed(0)} % of a core`);
  console.log(`started late: ${times(lateMs)}`);
  console.log(`memory by quarters of the time: ${inQuarter.join(", ")} MB`);
} finally {
  child.kill();
  await once(child, "close");
  connections.destroy();
  for (const socket of sockets) socket.close();
  rmSync(folder, { recursive: true });
}
