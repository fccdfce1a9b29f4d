import { setTimeout as pause } from "node:timers/promises";
import { type Sandbox, startSandbox } from "@thenvoi/sandbox";
import { peer, thinkingMs, type Where } from "../ask/asking.ts";
import { Child } from "../child.ts";
import { atMost, type Figure, type Row, type Wanted } from "../figure.ts";
import { interleave } from "../samples.ts";

interface Setting {
  readonly what: string;
  readonly where: Where;
  readonly eachWayMs: number;
  /** The peer is a room agent, which claims before it thinks; else it thinks from when the platform has the question. */
  readonly isAgent?: boolean;
  readonly wanted?: Wanted;
}

const settings: readonly Setting[] = [
  { what: "a peer in the room, 0 ms each way", where: "here", eachWayMs: 0 },
  { what: "a peer in the room, 20 ms each way", where: "here", eachWayMs: 20, wanted: atMost(80, "ms") },
  { what: "a peer who is brought in, 20 ms each way", where: "brought", eachWayMs: 20 },
  { what: "a peer in a room of its own, 20 ms each way", where: "new-room", eachWayMs: 20 },
  { what: "a room agent as the peer, 20 ms each way", where: "here", eachWayMs: 20, isAgent: true },
];

/** What asking a peer takes on top of its thinking, from the call to the answer in hand. */
export const ask: Figure = {
  name: "ask",
  title: `An ask, less the ${thinkingMs} ms in which the peer thinks`,
  runs: 15,
  async measure(runs) {
    const rows: Row[] = [];
    for (const setting of settings) rows.push(await rowOf(setting, runs));
    return rows;
  },
};

async function rowOf(setting: Setting, runs: number): Promise<Row> {
  const { what, where, wanted, isAgent = false } = setting;
  await using sandbox = await startSandbox();
  sandbox.registerUser("ada");
  for (const name of ["ada/weather", "ada/ours", "ada/floor"]) sandbox.registerAgent(name);
  await using _peer = isAgent ? await start(sandbox, "peer", peer, where) : scripted(sandbox);
  await using ours = await start(sandbox, "ours", "ada/ours", where);
  await using floor = await start(sandbox, "floor", "ada/floor", where);
  const sides = {
    ours: () => asked(sandbox, ours, "ada/ours", setting),
    floor: () => asked(sandbox, floor, "ada/floor", setting),
  };
  await interleave(2, sides); // to warm up
  return { what, unit: "ms", ...(await interleave(runs, sides)), ...(wanted !== undefined && { wanted }) };
}

type Asker = Child<"took", readonly number[]>;

/** Starts a program; ends when it hears of new rooms. */
async function start(sandbox: Sandbox, program: "ours" | "floor" | "peer", name: string, where: Where): Promise<Asker> {
  const { apiKey, baseUrl, agentId } = sandbox.credentials(name);
  const child: Asker = new Child(new URL(`../ask/${program}.ts`, import.meta.url), {
    args: [where],
    env: { THENVOI_API_KEY: apiKey, THENVOI_BASE_URL: baseUrl },
  });
  await joined(sandbox, name, `agent_rooms:${agentId}`);
  return child;
}

function scripted(sandbox: Sandbox): AsyncDisposable {
  const script = sandbox.script(peer, () => pause(thinkingMs, "Sun."));
  return { [Symbol.asyncDispose]: async () => script[Symbol.dispose]() };
}

/** One ask, in a room that is new to everybody. */
async function asked(
  sandbox: Sandbox,
  asker: Asker,
  name: string,
  { where, eachWayMs, isAgent }: Setting,
): Promise<number> {
  sandbox.faults.latency(0);
  const room = await sandbox.room({ users: ["ada"], agents: where === "brought" ? [name] : [name, peer] });
  const topic = `chat_room:${room.id}`;
  await joined(sandbox, name, topic);
  if (isAgent === true) await joined(sandbox, peer, topic);
  sandbox.faults.latency(eachWayMs);
  await room.as("ada").say(`@${name} can we go out on Sunday?`);
  await room.settled();
  const [tookMs = Number.NaN] = await asker.ask("took");
  return tookMs;
}

/** Ends when frames of a topic reach the agent. */
async function joined(sandbox: Sandbox, agent: string, topic: string): Promise<void> {
  while (!sandbox.connections(agent).some(({ topics }) => topics.includes(topic))) await pause(1);
}
