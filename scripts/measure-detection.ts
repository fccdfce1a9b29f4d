// How soon an agent with its usual waits notices what ends its work: `pnpm measure:detection`. Exits with 1 when it takes too long.
import { setTimeout as pause } from "node:timers/promises";
import { createRoomAgent, type Turn } from "../packages/core/src/index.ts";
import { type Sandbox, startSandbox } from "../packages/sandbox/src/index.ts";

const deadPeer = await Promise.all([0, 4_000, 8_000].map(noticeDeadPeer));
const supersede: number[] = [];
const stop: number[] = [];
for (let run = 0; run < 20; run += 1) {
  supersede.push(await abortedAfter((sandbox) => sandbox.faults.supersede({ agent: "weather" })));
  stop.push(await abortedAfter((sandbox) => sandbox.control("weather", "stop")));
}
print("dead peer, after the last byte", deadPeer, 30_000);
print("superseded, until the turn is cut", supersede, 100);
print("told to stop, until the turn is cut", stop, 100);

/** Milliseconds from the last byte of a peer that falls silent, so long after the start, to the loss being told. */
async function noticeDeadPeer(afterMs: number): Promise<number> {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const lost = Promise.withResolvers<number>();
  await using agent = agentOf(sandbox, (turn) => turn.reply("No."));
  agent.on("disconnected", () => lost.resolve(performance.now()));
  await agent.start();
  await pause(afterMs);
  await room.as("ada").ask("@weather will it rain?"); // its frame, and what follows it, are the last bytes
  sandbox.faults.silence("weather");
  const silentAtMs = performance.now();
  return (await lost.promise) - silentAtMs;
}

/** Milliseconds from what is done to a working agent to its turn's signal. */
async function abortedAfter(act: (sandbox: Sandbox) => unknown): Promise<number> {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const working = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<number>();
  await using agent = agentOf(sandbox, async (turn) => {
    turn.signal.addEventListener("abort", () => aborted.resolve(performance.now()));
    working.resolve();
    await aborted.promise;
  });
  await agent.start();
  await room.as("ada").say("@weather will it rain?");
  await working.promise;
  const actedAtMs = performance.now();
  await act(sandbox);
  return (await aborted.promise) - actedAtMs;
}

function agentOf(sandbox: Sandbox, handler: (turn: Turn) => unknown) {
  return createRoomAgent({ ...sandbox.credentials("weather"), logger: false, handler });
}

function print(what: string, tookMs: readonly number[], mostMs: number): void {
  const worst = Math.max(...tookMs);
  console.log(`${what}: at worst ${worst.toFixed(0)} ms of ${tookMs.length}, at most ${mostMs} wanted`);
  if (worst > mostMs) process.exitCode = 1;
}
