import { createRoomAgentIn, type RoomAgent } from "../../src/agent/room-agent.ts";
import type { AgentStatus } from "../../src/agent/status.ts";
import type { Logger } from "../../src/logger.ts";
import { Chance } from "./chance.ts";
import { VirtualClock } from "./clock.ts";
import { Faults, type momentaryFaults } from "./faults.ts";
import { simulatedHandler } from "./handler.ts";
import { History } from "./history.ts";
import { type Plan, pauseMs, stormMs } from "./plan.ts";
import { type Account, SimulatedPlatform } from "./platform.ts";
import { SimulatedProcess, type Surroundings } from "./process.ts";
import { SocketServer } from "./socket.ts";

/** After the storm everything is to be settled within this: twice a heartbeat, the longest backoff and a whole audit. */
export const settledWithinMs = 2 * (24_000 + 30_000 + 300_000);
/** The latest that anything sent in the storm takes effect. */
const longestCommitMs = 20_000;
/** And then nothing but heartbeats and audits is to be heard for this long. */
const silenceMs = 60_000;

/** How a run ended. */
export interface Played {
  readonly history: History;
  readonly platform: SimulatedPlatform;
  /** Of each agent, at the very end. */
  readonly statuses: readonly AgentStatus[];
  readonly settledAtMs: number;
  readonly restStartsMs: number;
}

/** Plays a plan from its first message to the end of a long quiet. */
export async function play(plan: Plan): Promise<Played> {
  const clock = new VirtualClock();
  const history = new History(() => clock.nowMs);
  const chance = new Chance(plan.seed);
  const platform = new SimulatedPlatform(plan, history, () => clock.nowMs);
  const world: Surroundings = {
    clock,
    chance,
    history,
    platform,
    faults: new Faults(clock, chance.fork(), history),
    server: new SocketServer(platform),
  };
  const lives = platform.agents.map((account) => new Lives(world, plan, account));
  for (const life of lives) life.start();
  schedule(plan, world, lives);
  await clock.runUntil(stormMs);
  world.faults.quiet();
  platform.visibleAfterMs = 0;
  for (const agent of platform.agents)
    for (const room of platform.rooms) if (platform.isStopped(agent, room.id)) platform.control(agent, room.id, "play");
  for (const life of lives) life.ensure();
  await clock.runUntil(stormMs + longestCommitMs); // what was still under way may open again what was settled
  await clock.runUntil(stormMs + settledWithinMs, () => platform.unsettled().length === 0);
  const settledAtMs = clock.nowMs;
  await clock.runUntil(settledAtMs + 60_000);
  const restStartsMs = clock.nowMs;
  await clock.runUntil(restStartsMs + silenceMs);
  const statuses = lives.flatMap(({ agent }) => (agent === undefined ? [] : [agent.status()]));
  for (const life of lives) life.kill();
  return { history, platform, statuses, settledAtMs, restStartsMs };
}

/** An agent over its processes: it is started again after each end. */
class Lives {
  agent: RoomAgent | undefined;
  process: SimulatedProcess | undefined;
  readonly #world: Surroundings;
  readonly #plan: Plan;
  readonly #account: Account;

  constructor(world: Surroundings, plan: Plan, account: Account) {
    this.#world = world;
    this.#plan = plan;
    this.#account = account;
  }

  start(): void {
    const { history, clock } = this.#world;
    const { id: agentId, apiKey } = this.#account;
    const life = history.of("started").length + 1;
    const process = new SimulatedProcess(this.#world, life);
    const handler = simulatedHandler(agentId, process, { history, die: () => this.#die(process) });
    const agent = createRoomAgentIn(process.environment, {
      handler,
      apiKey,
      baseUrl: "https://simulated.test",
      whileBusy: this.#plan.whileBusy,
      logger: loggerInto(history),
    });
    history.add({ type: "started", agentId, life });
    this.process = process;
    this.agent = agent;
    agent.on("dead-letter", ({ messageId }) => {
      history.add({ type: "given-up", agentId, content: this.#world.platform.contentOf(messageId) });
    });
    agent.on("stopped", () => {
      history.add({ type: "ended", agentId, life });
      if (this.process === process) clock.schedule(1_000, () => this.ensure());
    });
    agent.start().catch((error: unknown) => history.add({ type: "log", text: String(error) })); // it is started again
  }

  /** A supervisor's look: an agent that is not there is started. */
  ensure(): void {
    const state = this.agent?.status().state;
    if (this.process?.isAlive !== true || state === "stopped") this.start();
  }

  kill(): void {
    const { process } = this;
    if (process?.isAlive !== true) return;
    this.#world.history.add({ type: "killed", agentId: this.#account.id, life: process.life });
    for (const connection of this.#world.server.connections) {
      if (connection.agent?.id === this.#account.id) connection.terminate(); // first, so that its timers are let go
    }
    process.kill();
  }

  /** A second process with the same key, as a deployment that overlaps. */
  second(): void {
    this.start();
  }

  #die(process: SimulatedProcess): void {
    if (this.process !== process) return process.kill();
    this.kill();
    this.#world.clock.schedule(1_500, () => this.ensure());
  }
}

function schedule(plan: Plan, world: Surroundings, lives: readonly Lives[]): void {
  const { clock, platform, faults, server, history } = world;
  const nth = <Item>(items: readonly Item[], index: number): Item => {
    const item = items[index % items.length];
    if (item === undefined) throw new Error("an empty list has no item");
    return item;
  };
  for (const [index, message] of plan.messages.entries()) {
    const mentioned = message.to === 2 ? platform.agents : [nth(platform.agents, message.to)];
    clock.schedule(message.atMs, () => {
      platform.say(nth(platform.rooms, message.room).id, `m${index} ${message.kind}`, mentioned);
    });
  }
  for (const fault of plan.faults) {
    clock.schedule(fault.atMs, () => {
      if ("lengthMs" in fault) {
        if (fault.what === "late-visibility") {
          platform.visibleAfterMs = 2_000;
          clock.schedule(fault.lengthMs, () => {
            platform.visibleAfterMs = 0;
          });
        }
        return faults.open(fault.what, fault);
      }
      history.add({ type: "fault", what: fault.what });
      for (const connection of server.connections) strike(fault.what, connection);
    });
  }
  for (const { atMs, agent, what } of plan.processes) {
    clock.schedule(atMs, () => {
      const life = nth(lives, agent);
      history.add({ type: "fault", what });
      if (what === "kill") {
        life.kill();
        clock.schedule(1_500, () => life.ensure());
      }
      if (what === "terminate") void life.agent?.stop();
      if (what === "pause") life.process?.pause(pauseMs);
      if (what === "second") life.second();
    });
  }
  for (const { atMs, agent, room, mode } of plan.controls) {
    clock.schedule(atMs, () => platform.control(nth(platform.agents, agent), nth(platform.rooms, room).id, mode));
  }
}

function strike(what: (typeof momentaryFaults)[number], connection: SocketServer["connections"][number]): void {
  switch (what) {
    case "cut":
      return connection.terminate();
    case "restart":
      return connection.dismiss(1012);
    case "channel-crash":
      for (const topic of connection.topics) if (topic.startsWith("chat_room:")) connection.crash(topic);
      return;
    default:
      return what satisfies never;
  }
}

function loggerInto(history: History): Logger {
  const write = (text: string) => history.add({ type: "log", text });
  return { debug: write, info: write, warn: write, error: write };
}
