import { Child } from "../child.ts";
import type { Figure, Row } from "../figure.ts";
import { interleave } from "../samples.ts";
import { type Asked, Listeners, repeat } from "../served/load.ts";
import { listeners, type Stage, type Told } from "../served/stage.ts";

const requests = 3_000;
const announcements = 500;
const events = 10_000;

type Server = Child<"tell", Told>;

/** What the sandbox can serve, for those who test many agents on it. The floor keeps nothing and answers all alike. */
export const sandbox: Figure = {
  name: "sandbox",
  title: "The sandbox beside bare node:http and ws that answer everything alike",
  runs: 5,
  async measure(runs) {
    await using ours = start("sandbox-process");
    await using floor = start("responder-process");
    return [
      ...(await requestRows("read: GET /agent/me", runs, { ours, floor }, ({ agents: [agent] }) => ({
        method: "GET",
        path: "/agent/me",
        apiKey: agent?.apiKey ?? "",
      }))),
      ...(await requestRows("write: POST …/events", runs, { ours, floor }, thought)),
      await frameRow(runs, { ours, floor }),
      await keptRow(runs),
    ];
  },
};

function start(process: "sandbox-process" | "responder-process"): Server {
  return new Child(new URL(`../served/${process}.ts`, import.meta.url), { nodeOptions: ["--expose-gc"] });
}

async function requestRows(
  what: string,
  runs: number,
  servers: { readonly ours: Server; readonly floor: Server },
  asked: (stage: Stage) => Asked,
): Promise<readonly Row[]> {
  const measured = async (server: Server) => {
    const { stage, cpuMs: beforeMs } = await server.ask("tell");
    const startedMs = performance.now();
    await repeat(stage, asked(stage), requests);
    const tookMs = performance.now() - startedMs;
    const { cpuMs } = await server.ask("tell");
    return { perSecond: (requests * 1_000) / tookMs, cpuMs: (cpuMs - beforeMs) / requests };
  };
  await measured(servers.ours); // to warm up
  const { ours, floor } = await interleave(runs, {
    ours: () => measured(servers.ours),
    floor: () => measured(servers.floor),
  });
  const row = (name: string, unit: string, of: (sample: (typeof ours)[number]) => number): Row => ({
    what: name,
    unit,
    ours: ours.map(of),
    floor: floor.map(of),
  });
  return [
    row(what, "requests/s", ({ perSecond }) => perSecond),
    row(`${what}, processor time`, "ms", ({ cpuMs }) => cpuMs),
  ];
}

/** Messages to all the agents of a room, until the last of them has heard the last. */
async function frameRow(runs: number, servers: { readonly ours: Server; readonly floor: Server }): Promise<Row> {
  const measured = async (server: Server) => {
    const { stage } = await server.ask("tell");
    using ears = await Listeners.join(stage);
    const message = { content: "To all of you", mentions: stage.agents.map(({ id }) => ({ id })) };
    const startedMs = performance.now();
    const path = `/me/chats/${stage.roomId}/messages`;
    await repeat(stage, { method: "POST", path, apiKey: stage.personKey, body: { message } }, announcements);
    while (ears.heard < announcements * listeners) await new Promise(setImmediate);
    return (ears.heard * 1_000) / (performance.now() - startedMs);
  };
  const { ours, floor } = await interleave(runs, {
    ours: () => measured(servers.ours),
    floor: () => measured(servers.floor),
  });
  return { what: `frames: a message to ${listeners} agents of a room`, unit: "frames/s", ours, floor };
}

/** Memory for what is kept of events, beyond what the first ten thousand requests leave behind anyway. */
async function keptRow(runs: number): Promise<Row> {
  const ours: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    await using server = start("sandbox-process");
    const { stage } = await server.ask("tell");
    await repeat(stage, thought(stage), events);
    const before = await server.ask("tell");
    await repeat(stage, thought(stage), events);
    const after = await server.ask("tell");
    ours.push((after.residentBytes - before.residentBytes) / events);
  }
  return { what: "memory of a thousand events, of 200 characters each", unit: "kB", ours };
}

function thought({ roomId, agents: [agent] }: Stage): Asked {
  const event = { message_type: "thought", content: "word ".repeat(40) };
  const path = `/agent/chats/${roomId}/events`;
  return { method: "POST", path, apiKey: agent?.apiKey ?? "", body: { event } };
}
