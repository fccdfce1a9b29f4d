import { type RoomEventInput, type Turn, TurnClosedError } from "@thenvoi/core";
import { type RoomHandle, startSandbox } from "@thenvoi/sandbox";
import { describe, expect, test } from "vitest";
import { soon } from "../support/soon.ts";
import { startAgent } from "../support/start-agent.ts";

const events = "POST events";

const call = (toolCallId: string): RoomEventInput => ({ type: "tool_call", toolCallId, name: "forecast", input: {} });
const result = (toolCallId: string): RoomEventInput => ({
  type: "tool_result",
  toolCallId,
  name: "forecast",
  output: "dry",
});
const thought = (text: string): RoomEventInput => ({ type: "thought", text });

/** What the agent put into the room: texts as they are, thoughts in brackets, tool events by kind and id. */
function shown(room: RoomHandle): string[] {
  return room.timeline().flatMap((item) => {
    if (item.from !== "weather") return [];
    if (item.type === "text") return [item.text];
    if (item.type === "tool_call" || item.type === "tool_result")
      return [`${item.type} ${JSON.parse(item.content).tool_call_id}`];
    return [`(${item.content})`];
  });
}

describe("what a turn reports", () => {
  test("appears in the order in which it was reported", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await using _agent = await startAgent(sandbox, "weather", async (turn) => {
      for (const event of [thought("one"), call("1"), result("1"), thought("two"), call("2"), result("2")])
        turn.report(event);
      turn.report({ type: "task", text: "three" });
      turn.report({ type: "error", text: "four" });
    });

    await room.as("ada").say("@weather will it rain?");

    await room.settled();
    expect(shown(room)).toEqual([
      ...["(one)", "tool_call 1", "tool_result 1", "(two)", "tool_call 2", "tool_result 2"],
      ...["(three)", "(four)"],
    ]);
  });

  test("does not slow the handler, however slow the platform takes it", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    sandbox.faults.always(events, { delayMs: 200 });
    const shownAtTheEnd: string[][] = [];
    await using _agent = await startAgent(sandbox, "weather", async (turn) => {
      for (const id of ["1", "2"]) {
        turn.report(call(id));
        await turn.transcript(); // a model at work
        turn.report(result(id));
      }
      shownAtTheEnd.push(shown(room));
    });

    await room.as("ada").say("@weather will it rain?");

    await room.settled();
    expect(shownAtTheEnd).toEqual([[]]);
    expect(shown(room)).toEqual(["tool_call 1", "tool_result 1", "tool_call 2", "tool_result 2"]);
  });

  test("is out before the message is settled", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    sandbox.faults.always(events, { delayMs: 50 });
    await using _agent = await startAgent(sandbox, "weather", (turn) => {
      for (const text of ["one", "two", "three"]) turn.report(thought(text));
    });

    await room.as("ada").say("@weather will it rain?");

    await room.settled();
    expect(shown(room)).toEqual(["(one)", "(two)", "(three)"]);
  });

  test("holds up the settling of the turn no longer than `eventsFlushMs`", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    sandbox.faults.always(events, { hang: true });
    const timing = { eventsFlushMs: 2_000 };
    let endedAtMs = 0;
    const reporting = (turn: Turn) => {
      turn.report(call("1")); // which gets its result when the turn has ended, and no time of its own for it
      endedAtMs = Date.now();
    };
    await using _agent = await startAgent(sandbox, "weather", reporting, { timing });

    await room.as("ada").say("@weather will it rain?");

    await expect.poll(() => sandbox.requests("POST messages/:id/processed").length, soon).toBe(1);
    const [settled] = sandbox.requests("POST messages/:id/processed");
    expect((settled?.at ?? 0) - endedAtMs).toBeGreaterThanOrEqual(1_900);
    expect((settled?.at ?? 0) - endedAtMs).toBeLessThan(3_900);
    expect(shown(room)).toEqual([]);
  });

  test.each([
    ["whose answers were lost", { cut: "after" }],
    ["that were lost before they arrived", { cut: "before" }],
    ["that the platform took and denied", { status: 503, after: true }],
  ] as const)("is there once, also of events %s", async (_, fault) => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    sandbox.faults.times(2, events, fault);
    await using _agent = await startAgent(sandbox, "weather", async (turn) => {
      for (const event of [thought("the same"), call("1"), result("1"), thought("the same")]) turn.report(event);
    });

    await room.as("ada").say("@weather will it rain?");

    await room.settled();
    expect(shown(room)).toEqual(["(the same)", "tool_call 1", "tool_result 1", "(the same)"]);
  });

  test("in vain does not fail the turn", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    sandbox.faults.always(events, { status: 422 });
    await using _agent = await startAgent(sandbox, "weather", (turn) => {
      turn.report(thought("one"));
      return turn.reply("No.");
    });

    await expect(room.as("ada").ask("@weather will it rain?")).resolves.toBe("No.");
    await room.settled();
  });
});

describe("a text", () => {
  test("waits for the tool events reported before it", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    sandbox.faults.always(events, { delayMs: 100 });
    await using _agent = await startAgent(sandbox, "weather", (turn) => {
      turn.report(call("1"));
      turn.report(result("1"));
      return turn.reply("No.");
    });

    await room.as("ada").say("@weather will it rain?");

    await room.settled();
    expect(shown(room)).toEqual(["tool_call 1", "tool_result 1", "@ada No."]);
  });

  test("does not wait for thoughts", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    sandbox.faults.always(events, { delayMs: 200 });
    await using _agent = await startAgent(sandbox, "weather", (turn) => {
      turn.report(thought("hm"));
      return turn.reply("No.");
    });

    await room.as("ada").say("@weather will it rain?");

    await room.settled();
    expect(shown(room)).toEqual(["@ada No.", "(hm)"]);
  });

  test("waits for tool events no longer than `textWaitsForEventsMs`", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const held = sandbox.faults.once(events, { delayMs: 1_000 });
    const timing = { textWaitsForEventsMs: 50, eventsFlushMs: 5_000 };
    const handler = (turn: Turn) => {
      turn.report(call("1"));
      turn.report(result("1"));
      return turn.reply("No.");
    };
    await using _agent = await startAgent(sandbox, "weather", handler, { timing });

    await room.as("ada").say("@weather will it rain?");

    await room.settled();
    expect(held.hits).toBe(1);
    expect(shown(room)).toEqual(["@ada No.", "tool_call 1", "tool_result 1"]);
  });
});

describe("when events are throttled", () => {
  test("thoughts that wait are dropped, tool calls and results are not, and all keep their order", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const throttled = sandbox.faults.once(events, { status: 429, retryAfterSeconds: 1 });
    await using _agent = await startAgent(sandbox, "weather", (turn) => {
      for (const event of [call("1"), thought("one"), result("1"), thought("two"), call("2"), result("2")])
        turn.report(event);
      return turn.reply("No.");
    });

    await room.as("ada").say("@weather will it rain?");

    await room.settled();
    expect(throttled.hits).toBe(1);
    expect(shown(room).filter((item) => !item.startsWith("@"))).toEqual([
      ...["tool_call 1", "tool_result 1", "tool_call 2", "tool_result 2"],
    ]);
    expect(shown(room)).toContain("@ada No.");
  });

  test("and hundreds wait, a tool call is dropped only together with its result", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    sandbox.faults.once(events, { delayMs: 300 });
    await using _agent = await startAgent(sandbox, "weather", (turn) => {
      for (let id = 1; id <= 150; id += 1)
        for (const event of [call(`${id}`), thought(`${id}`), result(`${id}`)]) turn.report(event);
    });

    await room.as("ada").say("@weather will it rain?");

    await room.settled();
    const seen = shown(room);
    const calls = seen.filter((item) => item.startsWith("tool_call"));
    expect(calls.length).toBeGreaterThan(90);
    expect(calls.length).toBeLessThan(150);
    expect(seen).toEqual(calls.flatMap((item) => [item, item.replace("tool_call", "tool_result")]));
  });
});

describe("every tool call gets exactly one result", () => {
  /** Calls a tool whose result never comes, and one whose result is reported twice; then does what the test is about. */
  function calling(turn: Turn): void {
    turn.report(call(`open-${turn.attempt}`));
    for (const event of [call(`done-${turn.attempt}`), result(`done-${turn.attempt}`), result(`done-${turn.attempt}`)])
      turn.report(event);
  }

  function expectOneResultEach(room: RoomHandle): void {
    const seen = shown(room).filter((item) => item.startsWith("tool_"));
    const calls = seen.filter((item) => item.startsWith("tool_call")).map((item) => item.replace("tool_call", ""));
    const results = seen
      .filter((item) => item.startsWith("tool_result"))
      .map((item) => item.replace("tool_result", ""));
    expect(calls.length).toBeGreaterThan(1);
    expect(results.toSorted()).toEqual(calls.toSorted());
  }

  /** Calls tools, then works until it is cut. */
  async function endless(turn: Turn): Promise<void> {
    calling(turn);
    await new Promise((_, reject) => turn.signal.addEventListener("abort", () => reject(turn.signal.reason)));
  }

  test("when the handler forgets it", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await using _agent = await startAgent(sandbox, "weather", calling);
    await room.as("ada").say("@weather will it rain?");
    await room.settled();
    expectOneResultEach(room);
  });

  test("when the handler throws", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await using _agent = await startAgent(sandbox, "weather", (turn) => {
      calling(turn);
      throw new Error("no");
    });
    await room.as("ada").say("@weather will it rain?");
    await room.settled();
    expectOneResultEach(room);
  });

  test("at the deadline", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await using _agent = await startAgent(sandbox, "weather", endless, { turnTimeoutMs: 50 });
    await room.as("ada").say("@weather will it rain?");
    await room.settled();
    expectOneResultEach(room);
  });

  test("when a person interrupts", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await using _agent = await startAgent(sandbox, "weather", endless);
    await room.as("ada").say("@weather will it rain?");
    await expect.poll(() => shown(room), soon).toContain("tool_result done-1");
    sandbox.control("weather", "interrupt", { room });
    await room.settled();
    expectOneResultEach(room);
  });

  test("when the process is shut down", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await using agent = await startAgent(sandbox, "weather", endless);
    await room.as("ada").say("@weather will it rain?");
    await expect.poll(() => shown(room), soon).toContain("tool_result done-1");
    await agent.stop({ graceMs: 500 });
    expectOneResultEach(room);
  });

  test("also when a run after a failure calls it by the same id", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await using _agent = await startAgent(sandbox, "weather", (turn) => {
      for (const event of [call("1"), result("1"), call("2"), result("2")]) turn.report(event);
      if (turn.attempt === 1) throw new Error("no");
    });
    await room.as("ada").say("@weather will it rain?");
    await room.settled();
    expect(shown(room)).toEqual(["tool_call 1", "tool_result 1", "tool_call 2", "tool_result 2"]);
  });
});

describe("nothing is said after the end of a turn", () => {
  /** A handler that gives its first turn away, and answers from then on. */
  function leaking() {
    const leaked = Promise.withResolvers<Turn>();
    let first = true;
    const handler = (turn: Turn) => {
      if (!first) return turn.reply("No.");
      first = false;
      leaked.resolve(turn);
      return undefined;
    };
    return { handler, leaked: leaked.promise };
  }

  test("by a promise that outlives it", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const { handler, leaked } = leaking();
    await using _agent = await startAgent(sandbox, "weather", handler);
    await room.as("ada").say("@weather will it rain?");
    const turn = await leaked;
    await room.settled();

    await expect(turn.reply("late")).rejects.toThrow(TurnClosedError);
    await expect(turn.send({ content: "late", mentions: ["ada"] })).rejects.toThrow(TurnClosedError);
    await expect(turn.room.send({ content: "late", mentions: ["ada"] })).rejects.toThrow("The turn is over.");
    turn.report(thought("late"));
    turn.room.report(call("late"));

    await expect(room.as("ada").ask("@weather will it snow?")).resolves.toBe("No.");
    await room.settled();
    expect(shown(room)).toEqual(["@ada No."]);
  });

  test("and trying without waiting does not end the process", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const { handler, leaked } = leaking();
    await using _agent = await startAgent(sandbox, "weather", handler);
    await room.as("ada").say("@weather will it rain?");
    const turn = await leaked;
    await room.settled();
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on("unhandledRejection", note);

    void turn.reply("late");

    await expect(room.as("ada").ask("@weather will it snow?")).resolves.toBe("No.");
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
    expect(shown(room)).toEqual(["@ada No."]);
  });

  test.each(["interrupt", "stop"] as const)("by one whom a person told to %s", async (mode) => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const other = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const errors: unknown[] = [];
    const started = Promise.withResolvers<void>();
    const cut = Promise.withResolvers<void>();
    await using _agent = await startAgent(sandbox, "weather", async (turn) => {
      if (turn.room.id === other.id) return turn.reply("No.");
      started.resolve();
      await new Promise((resolve) => turn.signal.addEventListener("abort", resolve));
      turn.report(thought("late"));
      await turn.reply("late").catch((error: unknown) => errors.push(error));
      cut.resolve();
    });
    await room.as("ada").say("@weather will it rain?");
    await started.promise;

    sandbox.control("weather", mode, { room });

    await cut.promise;
    await expect(other.as("ada").ask("@weather will it snow?")).resolves.toBe("No.");
    expect(errors[0]).toBeInstanceOf(TurnClosedError);
    expect(shown(room)).toEqual([]);
  });
});
