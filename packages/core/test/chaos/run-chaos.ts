import { setTimeout as pause } from "node:timers/promises";
import { type RoomHandle, type Sandbox, startSandbox } from "@thenvoi/sandbox";
import { BadNetwork } from "./bad-network.ts";
import { Chance } from "./chance.ts";
import { Misfortunes } from "./misfortunes.ts";
import { Mortal } from "./mortal.ts";
import type { Step } from "./steps.ts";
import { judge, recordOf, type Verdict } from "./verdict.ts";

export interface ChaosPlan {
  readonly seed: number;
  readonly durationMs: number;
  /** Rooms that are spoken in at once. */
  readonly rooms: number;
}

export interface ChaosReport {
  readonly verdict: Verdict;
  readonly messages: number;
  readonly answers: number;
  readonly rooms: number;
  /** Processes that ended by SIGKILL. */
  readonly kills: number;
  readonly killsAtSteps: ReadonlyMap<Step, number>;
  readonly misfortunes: ReadonlyMap<string, number>;
  /** TCP connections that were broken from outside. */
  readonly brokenConnections: number;
  /** How long it took after the last misfortune until every message was settled. */
  readonly recoveredMs: number;
  /** Everything wrong that is no number of the verdict. */
  readonly mistakes: readonly string[];
  /** When each process ended, and how. */
  readonly ends: readonly string[];
}

/** Each message without an answer, with how it was tried. */
function unanswered(room: RoomHandle): readonly string[] {
  const said = new Set(room.said());
  const isAnswered = (text: string) => said.has(text.replace("@weather", "@ada"));
  return room
    .deliveries("weather")
    .filter(({ text }) => !isAnswered(text))
    .map(({ text, status, attempts }) => `${text}: ${status}, ${JSON.stringify(attempts)}`);
}

/** After so many messages the talk goes on in a new room. */
const messagesPerRoom = 150;
/** A person who has said so much without an answer waits: the faults are to be measured, and not the machine. */
const unansweredAtMost = 20;
const recoveryMs = 120_000;

/**
 * An agent in a process of its own, on a bad network, killed and paused again and again, while a person goes on talking to it.
 *
 * Ends some time after `durationMs`, once all is settled or two minutes of quiet were not enough for it.
 */
export async function runChaos(plan: ChaosPlan): Promise<ChaosReport> {
  await using sandbox = await startSandbox();
  await using network = new BadNetwork(Number(new URL(sandbox.url).port));
  await network.start();
  sandbox.registerUser("ada");
  const { apiKey } = sandbox.registerAgent("weather");
  await using agent = new Mortal({ apiKey, baseUrl: network.url });
  const talk = new Talk(sandbox, plan);
  const misfortunes = new Misfortunes({
    agent,
    network,
    chance: new Chance(plan.seed),
    isAnyMessageOnItsLastLife: () => talk.open.some((room) => isOnItsLastLife(room)),
  });

  const enough = AbortSignal.timeout(plan.durationMs);
  const struck = misfortunes.strike(enough);
  await talk.goOn(enough);
  await struck;
  const quietAtMs = performance.now();
  const pictures = await recovered(talk.rooms);
  const recoveredMs = performance.now() - quietAtMs;

  const records = talk.rooms.map((room) => recordOf(room, "weather", "ada"));
  return {
    verdict: judge(records),
    messages: records.reduce((sum, { said }) => sum + said.length, 0),
    answers: records.reduce((sum, { answered }) => sum + answered.length, 0),
    rooms: records.length,
    kills: agent.kills,
    killsAtSteps: misfortunes.atSteps,
    misfortunes: misfortunes.counts,
    brokenConnections: network.broken,
    recoveredMs,
    ends: agent.ends,
    mistakes: [
      ...talk.rooms.flatMap(unanswered),
      ...misfortunes.mistakes,
      ...agent.strangeEnds,
      ...pictures,
      ...(pictures.length > 0 ? agent.stderr : []),
    ],
  };
}

/** A person who talks in several rooms at once, and opens a new one where enough was said. */
class Talk {
  readonly rooms: RoomHandle[] = [];
  readonly #sandbox: Sandbox;
  readonly #plan: ChaosPlan;
  readonly #chance: Chance;
  #said = 0;

  constructor(sandbox: Sandbox, plan: ChaosPlan) {
    this.#sandbox = sandbox;
    this.#plan = plan;
    this.#chance = new Chance(plan.seed + 1);
  }

  /** The rooms in which something may still be going on: the newest, and those before them. */
  get open(): readonly RoomHandle[] {
    return this.rooms.slice(-2 * this.#plan.rooms);
  }

  async goOn(signal: AbortSignal): Promise<void> {
    const { rooms } = this.#plan;
    await Promise.all(Array.from({ length: rooms }, () => this.#chapters(signal)));
  }

  async #chapters(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const room = await this.#sandbox.room({ users: ["ada"], agents: ["weather"] });
      this.rooms.push(room);
      for (let count = 0; count < messagesPerRoom && !signal.aborted; count += 1) {
        this.#said += 1;
        await room.as("ada").say(`@weather ${this.#said}`);
        this.#sandbox.clearRequests();
        while (waitingIn(room) > unansweredAtMost && !signal.aborted) await pause(50);
        await pause(this.#chance.between(0, 1) === 0 ? this.#chance.between(0, 50) : this.#chance.between(100, 900));
      }
    }
  }
}

/** An agent gives up a message that three processes have died of; one that two have died of is spared the third. */
function isOnItsLastLife(room: RoomHandle): boolean {
  return room
    .deliveries("weather")
    .some(({ status, attempts }) => status !== "processed" && attempts.filter(isOpen).length >= 2);
}

function waitingIn(room: RoomHandle): number {
  return room.deliveries("weather").filter(({ status }) => status !== "processed").length;
}

function isOpen({ status }: { readonly status: string }): boolean {
  return status === "processing";
}

/** Waits until everything is settled; what hangs after two minutes is told as pictures of the rooms. */
async function recovered(rooms: readonly RoomHandle[]): Promise<readonly string[]> {
  const untilMs = performance.now() + recoveryMs;
  const ends = await Promise.allSettled(
    rooms.map((room) => room.settled({ timeoutMs: Math.max(1, untilMs - performance.now()) })),
  );
  return ends.flatMap((end) => (end.status === "rejected" ? [String(end.reason)] : []));
}
