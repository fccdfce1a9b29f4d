import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { type WebSocket, WebSocketServer } from "ws";
import { answer } from "../child.ts";
import { nowMs } from "../clock.ts";
import { answerTo } from "./answers.ts";
import type { Command, Say, Told } from "./command.ts";
import { Sockets } from "./sockets.ts";
import { World } from "./world.ts";

// The platform of the figures: a fixed responder that knows rooms, queues and one agent. It must never be what is measured.
const world = new World(Number(process.argv[2]));
const sockets = new Sockets(world.rooms, later);
const counts = new Map<string, number>();
let latencyMs = 0;
let eventsTakeMs = 0;
let lastRequestMs = 0;

const http = createServer((request, response) => {
  request.resume();
  request.once("end", () =>
    later(() => {
      lastRequestMs = nowMs();
      const { kind, body } = answerTo(world, request.url ?? "");
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      const answerNow = () => {
        if (body === "") response.writeHead(204).end();
        else response.writeHead(200, { "content-type": "application/json", "content-length": body.length }).end(body);
      };
      if (kind === "events" && eventsTakeMs > 0) setTimeout(answerNow, latencyMs + eventsTakeMs);
      else later(answerNow);
    }),
  );
});
http.keepAliveTimeout = 60_000;
new WebSocketServer({ server: http, perMessageDeflate: false }).on("connection", (socket: WebSocket) =>
  sockets.add(socket),
);
http.listen(0, "127.0.0.1");
await once(http, "listening");

answer<Command, Told>(async (command) => {
  switch (command.do) {
    case "address": {
      const address = http.address();
      return { baseUrl: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}` };
    }
    case "settle-in": {
      const joinedMs = await sockets.allJoined();
      while (nowMs() - lastRequestMs < command.quietMs) await pause(5);
      return { joinedMs, openedMs: sockets.openedMs };
    }
    case "latency":
      latencyMs = command.ms;
      return {};
    case "slow-events":
      eventsTakeMs = command.ms;
      return {};
    case "say":
      return await say(command);
    case "queue":
      for (let each = 0; each < command.rooms; each += 1) {
        const room = command.from + each * command.every;
        sockets.tell(room, world.say(room));
      }
      return {};
    case "finish":
      await world.settled();
      return { messages: world.takeSaid() };
    case "cut":
      sockets.cut();
      return { cutMs: nowMs() };
    case "flood": {
      const startedMs = nowMs();
      await sockets.flood(command.frames, world.sample());
      return { elapsedMs: nowMs() - startedMs };
    }
    case "count": {
      const counted = Object.fromEntries(counts);
      counts.clear();
      return { counts: counted };
    }
    default:
      return command satisfies never;
  }
});

async function say(what: Say): Promise<Told> {
  const cpu = process.cpuUsage();
  let elapsedMs = 0;
  for (let round = 0; round < what.rounds; round += 1) {
    const startedMs = nowMs();
    for (let each = 0; each < what.perRoom; each += 1)
      for (let room = 0; room < what.rooms; room += 1) sockets.tell(room, world.say(room));
    await world.settled();
    elapsedMs += nowMs() - startedMs;
    await pause(latencyMs + what.pauseMs);
  }
  const { user, system } = process.cpuUsage(cpu);
  return { messages: world.takeSaid(), elapsedMs, cpuMs: (user + system) / 1_000 };
}

/** Does something after the time that the network takes. */
function later(task: () => void): void {
  if (latencyMs === 0) task();
  else setTimeout(task, latencyMs);
}
