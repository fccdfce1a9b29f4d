import type { Handler } from "@thenvoi/core";
import { type FaultHandle, type RoomHandle, type Sandbox, startSandbox } from "@thenvoi/sandbox";
import { describe, expect, test } from "vitest";
import { answers, attempts, lastWord, quiet, repeatLastWord, sayAll, untilAborted } from "../support/conversation.ts";
import { soon } from "../support/soon.ts";
import { startAgent } from "../support/start-agent.ts";

interface Scene {
  readonly sandbox: Sandbox;
  readonly room: RoomHandle;
  /** How often a run has begun for ada's message. */
  readonly runs: () => number;
  /** Ends when the turn has come to the point. */
  readonly arrived: () => Promise<void>;
}

/** What a person's word does at one point of the turn for `@weather 1`. */
interface Point {
  /** Where the turn is. */
  readonly name: string;
  readonly fault?: (sandbox: Sandbox, room: RoomHandle) => FaultHandle;
  readonly handler?: (turn: Parameters<Handler>[0], first: boolean) => unknown;
  /** A text by which it is known to be there; without one and without a fault, the run has begun. */
  readonly said?: string;
  /** The word comes before the handler was called, which then it is not. */
  readonly beforeRun?: true;
  /** Said in the room when the word is `interrupt`, and that message is done. */
  readonly afterInterrupt: readonly string[];
  /** Said in the room after `stop` and `play`. */
  readonly afterPlay: readonly string[];
}

const answer = "1";
const marks = (request: string) => (sandbox: Sandbox, room: RoomHandle) =>
  sandbox.faults.once({ request, room: room.id }, { delayMs: 150 });

const points: readonly Point[] = [
  {
    name: "before the claim has reached the platform",
    fault: marks("POST messages/:id/processing"),
    beforeRun: true,
    afterInterrupt: [],
    afterPlay: [answer],
  },
  {
    name: "while the answer to the claim is on its way",
    fault: (sandbox, room) =>
      sandbox.faults.once({ request: "POST messages/:id/processing", room: room.id }, { delayAnswerMs: 150 }),
    beforeRun: true,
    afterInterrupt: [],
    afterPlay: [answer],
  },
  {
    name: "while the handler runs",
    handler: (turn, first) => (first ? untilAborted(turn.signal) : repeatLastWord(turn)),
    afterInterrupt: [],
    afterPlay: [answer],
  },
  {
    name: "while a post that the platform has is unanswered",
    fault: (sandbox, room) => sandbox.faults.once({ request: "POST messages", room: room.id }, { delayAnswerMs: 150 }),
    afterInterrupt: [answer],
    afterPlay: [answer],
  },
  {
    name: "while it settles",
    fault: marks("POST messages/:id/processed"),
    afterInterrupt: [answer],
    afterPlay: [answer],
  },
  {
    name: "while it waits for an answer",
    handler: async (turn, first) => {
      if (first) await turn.ask("@planner", "Well?", { timeoutMs: 600_000 });
      await repeatLastWord(turn);
    },
    said: "@planner Well?",
    afterInterrupt: [],
    afterPlay: [answer],
  },
];

/** An agent whose turn for ada's message is at a point. */
async function at(point: Point): Promise<Scene & AsyncDisposable> {
  const sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather", "planner"] });
  const peer = sandbox.script("planner", () => undefined);
  let runs = 0;
  const agent = await startAgent(sandbox, "weather", (turn) => {
    if (lastWord(turn.message.text) !== answer) return repeatLastWord(turn);
    runs += 1;
    return (point.handler ?? repeatLastWord)(turn, runs === 1);
  });
  await quiet(room, sandbox);
  const fault = point.fault?.(sandbox, room);
  await sayAll(room, [answer]);
  const isThere = () => {
    if (fault !== undefined) return fault.hits > 0;
    return point.said === undefined ? runs > 0 : room.said().includes(point.said);
  };
  return {
    sandbox,
    room,
    arrived: async () => expect.poll(isThere, soon).toBe(true),
    runs: () => runs,
    [Symbol.asyncDispose]: async () => {
      peer[Symbol.dispose]();
      await agent.stop({ graceMs: 0 });
      await sandbox.stop();
    },
  };
}

describe.each(points)("$name", (point) => {
  test("an interrupt settles the message, and the next one is answered", async () => {
    await using it = await at(point);
    await it.arrived();

    it.sandbox.control("weather", "interrupt");
    await it.room.settled();
    await sayAll(it.room, ["2"]);
    await it.room.settled();

    expect(answers(it.room)).toEqual([...point.afterInterrupt, "2"]);
    expect(it.room.deliveries("weather").map(({ status }) => status)).toEqual(["processed", "processed"]);
    expect(attempts(it.room)).toEqual([1, 1]);
    expect(it.runs()).toBe(point.beforeRun === true ? 0 : 1);
  });

  test("a stop leaves the message for play, which answers it once", async () => {
    await using it = await at(point);
    await it.arrived();

    it.sandbox.control("weather", "stop");
    it.sandbox.control("weather", "play");
    await it.room.settled();
    await sayAll(it.room, ["2"]);
    await it.room.settled();

    expect(answers(it.room)).toEqual([...point.afterPlay, "2"]);
    expect(it.room.deliveries("weather").map(({ status }) => status)).toEqual(["processed", "processed"]);
  });
});

describe("while nothing runs", () => {
  /** An agent that may run one turn at a time and has just failed its first, or is busy elsewhere. */
  async function waiting(handler: Handler, timing = {}) {
    const sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const elsewhere = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const agent = await startAgent(sandbox, "weather", handler, { concurrency: 1, timing });
    const stop = async () => {
      await agent.stop({ graceMs: 0 });
      await sandbox.stop();
    };
    return { sandbox, room, elsewhere, [Symbol.asyncDispose]: stop };
  }

  test.each(["interrupt", "stop"] as const)("because it waits to try again, %s and play lose nothing", async (mode) => {
    let runs = 0;
    const failing: Handler = (turn) => {
      runs += 1;
      if (runs === 1) throw new Error("not yet");
      return repeatLastWord(turn);
    };
    await using it = await waiting(failing, { handlerRetryMs: [300] });
    await sayAll(it.room, ["1"]);
    await expect.poll(() => it.room.delivery("weather"), soon).toBe("failed");

    it.sandbox.control("weather", mode, { room: it.room });
    it.sandbox.control("weather", "play", { room: it.room });

    await it.room.settled();
    expect(answers(it.room)).toEqual(["1"]);
    expect(runs).toBe(2);
  });

  test("because it waits for its slot, a stop is obeyed there, and play answers it once", async () => {
    const release = Promise.withResolvers<void>();
    let runs = 0;
    await using it = await waiting(async (turn) => {
      runs += 1;
      if (runs === 1) await release.promise;
      await repeatLastWord(turn);
    });
    await quiet(it.room, it.sandbox);
    await sayAll(it.elsewhere, ["0"]);
    await expect.poll(() => runs, soon).toBe(1);
    await sayAll(it.room, ["1"]);

    it.sandbox.control("weather", "stop", { room: it.room });
    release.resolve();
    await it.elsewhere.settled();
    expect(answers(it.room)).toEqual([]);
    it.sandbox.control("weather", "play", { room: it.room });

    await it.room.settled();
    expect(answers(it.room)).toEqual(["1"]);
    expect(runs).toBe(2);
  });
});

test("a word of control aborts what runs within 100 ms of being said", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const begun: (() => void)[] = [];
  const abortedAt: number[] = [];
  await using _agent = await startAgent(sandbox, "weather", async (turn) => {
    turn.signal.addEventListener("abort", () => abortedAt.push(performance.now()));
    begun.shift()?.();
    await untilAborted(turn.signal);
  });
  const tookMs: number[] = [];
  for (let round = 1; round <= 5; round += 1) {
    const running = new Promise<void>((resolve) => begun.push(resolve));
    await sayAll(room, [round]);
    await running;
    const saidAt = performance.now();
    sandbox.control("weather", "interrupt");
    await room.settled();
    tookMs.push((abortedAt.at(-1) ?? Number.POSITIVE_INFINITY) - saidAt);
  }
  expect(Math.min(...tookMs)).toBeLessThan(100); // the best of five: a loaded machine is late by itself
});
