import { createRoomAgent, type Handler, type RoomAgent } from "../packages/core/src/index.ts";
import { type RoomHandle, type Sandbox, startSandbox } from "../packages/sandbox/src/index.ts";

const latencyMs = 20;
const roundTripMs = 2 * latencyMs;
const thinkingMs = 200;
const runs = 15;

interface Setting {
  readonly where: "here" | "new-room";
  /** Whether the peer is in the room when it is asked. */
  readonly isHere: boolean;
  /** `platform`: it thinks from when the platform has the question. `agent`: from when its handler is called. */
  readonly peer: "platform" | "agent";
}

console.log(`Node ${process.version}\n`);
console.log(
  `What an ask takes on top of ${thinkingMs} ms of thinking, in round trips of ${roundTripMs} ms (median of ${runs}, least to most)`,
);
await measure("a peer in the room, at most 2 wanted", { where: "here", isHere: true, peer: "platform" });
await measure("a peer who is brought in", { where: "here", isHere: false, peer: "platform" });
await measure("a peer in a room of its own", { where: "new-room", isHere: true, peer: "platform" });
await measure("a room agent as the peer, with its claim", { where: "here", isHere: true, peer: "agent" });

/** How long asks take, from the call to the answer, less the time in which the peer thought. */
async function measure(what: string, setting: Setting): Promise<void> {
  await using sandbox = await startSandbox();
  sandbox.registerUser("ada");
  for (const name of ["planner", "weather"]) sandbox.registerAgent(name);
  await using _weather = await startPeer(sandbox, setting.peer);
  const tookMs: number[] = [];
  await using _planner = await startRoomAgent(sandbox, "planner", async (turn) => {
    const startedMs = performance.now();
    await turn.ask("@ada/weather", "How will it be on Sunday?", { where: setting.where });
    tookMs.push(performance.now() - startedMs - thinkingMs);
  });
  for (let run = 0; run < runs; run += 1) {
    sandbox.faults.latency(0);
    const agents = setting.isHere ? ["planner", "weather"] : ["planner"];
    const room = await sandbox.room({ users: ["ada"], agents });
    await joined(sandbox, "planner", room);
    if (setting.isHere && setting.peer === "agent") await joined(sandbox, "weather", room);
    sandbox.faults.latency(latencyMs);
    await room.as("ada").say("@planner can we go out on Sunday?");
    await room.settled();
  }
  const trips = tookMs.map((ms) => ms / roundTripMs).toSorted((one, other) => one - other);
  const [least = 0, median = 0, most = 0] = [trips[0], trips[Math.floor(trips.length / 2)], trips.at(-1)];
  console.log(`  ${what.padEnd(42)} ${median.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`);
}

async function startPeer(sandbox: Sandbox, peer: Setting["peer"]): Promise<AsyncDisposable> {
  if (peer === "agent")
    return startRoomAgent(sandbox, "weather", async (turn) => {
      await thinking();
      await turn.reply("Sun.");
    });
  const script = sandbox.script("weather", async () => {
    await thinking();
    return "Sun.";
  });
  return { [Symbol.asyncDispose]: async () => script[Symbol.dispose]() };
}

async function startRoomAgent(sandbox: Sandbox, name: string, handler: Handler): Promise<RoomAgent> {
  const agent = createRoomAgent({ ...sandbox.credentials(name), logger: false, handler });
  await agent.start();
  return agent;
}

function thinking(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, thinkingMs));
}

/** Ends when frames of the room reach the agent. */
async function joined(sandbox: Sandbox, agent: string, room: RoomHandle): Promise<void> {
  const topic = `chat_room:${room.id}`;
  while (!sandbox.connections(agent).some(({ topics }) => topics.includes(topic))) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
