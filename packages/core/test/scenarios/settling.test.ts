import type { Handler } from "@thenvoi/core";
import { startSandbox } from "@thenvoi/sandbox";
import { describe, expect, test } from "vitest";
import { soon } from "../support/soon.ts";
import { startAgent } from "../support/start-agent.ts";

/** A handler that answers, and the texts it was run for. */
function answering() {
  const runs: string[] = [];
  const handler: Handler = (turn) => {
    runs.push(turn.message.text.replace("@ada/weather ", ""));
    return turn.reply("No.");
  };
  return { runs, handler };
}

const processed = "POST messages/:id/processed";
const claimed = "POST messages/:id/processing";

describe("when the mark `processed`", () => {
  test.each([
    ["is refused with 503", { status: 503 }, 3],
    ["is refused with 500", { status: 500 }, 3],
    ["loses its answer", { cut: "after" }, 1],
    ["loses its answer to a 502", { status: 502, after: true }, 1],
    ["is lost on its way", { cut: "before" }, 3],
  ] as const)("%s it is repeated, and the run is not", async (_, fault, times) => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const rule = sandbox.faults.times(times, processed, fault);
    const { runs, handler } = answering();
    await using _agent = await startAgent(sandbox, "weather", handler);

    await expect(room.as("ada").ask("@weather will it rain?")).resolves.toBe("No.");
    await room.settled();
    await expect(room.as("ada").ask("@weather will it snow?")).resolves.toBe("No.");

    await room.settled();
    expect(rule.hits).toBe(times);
    expect(runs).toEqual(["will it rain?", "will it snow?"]);
    expect(room.said().length).toBe(4);
  });

  test("is asked to come back later it is repeated then, and not before", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    sandbox.faults.once(processed, { status: 429, retryAfterSeconds: 1 });
    const { runs, handler } = answering();
    await using _agent = await startAgent(sandbox, "weather", handler);

    await room.as("ada").say("@weather will it rain?");

    await expect.poll(() => sandbox.requests(processed).map(({ status }) => status), soon).toEqual([429, 200]);
    const [first = 0, second = 0] = sandbox.requests(processed).map(({ at }) => at);
    expect(second - first).toBeGreaterThanOrEqual(990);
    expect(runs).toEqual(["will it rain?"]);
  });

  test("is refused for long, only the mark is repeated, and the messages behind it wait", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const refusing = sandbox.faults.always(processed, { status: 503 });
    const { runs, handler } = answering();
    await using _agent = await startAgent(sandbox, "weather", handler);
    await room.as("ada").say("@weather one");
    await room.as("ada").say("@weather two");
    await expect.poll(() => refusing.hits, soon).toBeGreaterThan(10);
    expect(runs).toEqual(["one"]);

    refusing.remove();

    await room.settled();
    expect(runs).toEqual(["one", "two"]);
    expect(room.said()).toEqual(["@weather one", "@weather two", "@ada No.", "@ada No."]);
  });

  test.each(["processed", "failed"] as const)("is forbidden, one claim tells that the agent goes on", async (as) => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    sandbox.faults.once(`POST messages/:id/${as}`, { status: 403 });
    const runs: number[] = [];
    await using _agent = await startAgent(sandbox, "weather", (turn) => {
      runs.push(turn.attempt);
      if (as === "failed" && runs.length === 1) throw new Error("no");
    });

    await room.as("ada").say("@weather will it rain?");

    await room.settled();
    expect(runs).toHaveLength(as === "failed" ? 2 : 1);
    expect(room.delivery("weather")).toBe("processed");
  });

  test("is forbidden because the agent is stopped, it is made with play, and the run is not repeated", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const { runs, handler } = answering();
    sandbox.faults.once(processed, { status: 403 });
    sandbox.faults.frames.once({ event: "agent.control" }, "drop"); // so that only the platform knows
    await using _agent = await startAgent(sandbox, "weather", async (turn) => {
      await handler(turn);
      sandbox.control("weather", "stop", { room });
    });
    await room.as("ada").say("@weather will it rain?");
    await expect.poll(() => sandbox.requests(claimed).map(({ status }) => status), soon).toEqual([200, 204]);
    expect(room.delivery("weather")).toBe("processing");

    sandbox.control("weather", "play", { room });

    await room.settled();
    expect(runs).toEqual(["will it rain?"]);
  });

  test("is forbidden because the agent is no longer in the room, the matter rests there, and other rooms go on", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const other = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    using _forbidden = sandbox.faults.always({ request: processed, room: room.id }, { status: 403 });
    const { runs, handler } = answering();
    await using _agent = await startAgent(sandbox, "weather", async (turn) => {
      await handler(turn);
      if (turn.room.id === room.id) await room.remove("weather");
    });

    await room.as("ada").say("@weather will it rain?");

    await expect(other.as("ada").ask("@weather will it snow?")).resolves.toBe("No.");
    await expect.poll(() => sandbox.requests(processed).filter(({ status }) => status === 403).length, soon).toBe(1);
    expect(runs.toSorted()).toEqual(["will it rain?", "will it snow?"]);
  });

  test("finds no open attempt although the message still waits, it is claimed anew and marked", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    sandbox.faults.once(processed, { status: 422 });
    const { runs, handler } = answering();
    await using _agent = await startAgent(sandbox, "weather", handler);

    await room.as("ada").say("@weather will it rain?");

    await room.settled();
    expect(runs).toEqual(["will it rain?"]);
    expect(room.deliveries("weather")[0]?.attempts.map(({ status }) => status)).toEqual(["processing", "success"]);
  });

  test("finds no open attempt because an earlier one arrived, it is taken as done", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    sandbox.faults.once(processed, { cut: "after" });
    const { runs, handler } = answering();
    await using _agent = await startAgent(sandbox, "weather", handler);

    await room.as("ada").say("@weather will it rain?");

    await expect.poll(() => sandbox.requests(processed).map(({ status }) => status), soon).toEqual([0, 422]);
    await room.as("ada").ask("@weather will it snow?");
    expect(runs).toEqual(["will it rain?", "will it snow?"]);
    expect(sandbox.requests(claimed).length).toBe(2);
  });
});

describe("when the mark `failed`", () => {
  test.each([
    ["is refused with 503", { status: 503 }],
    ["loses its answer", { cut: "after" }],
  ] as const)("%s it is repeated, and one failure is counted", async (_, fault) => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    sandbox.faults.once("POST messages/:id/failed", fault);
    const attempts: number[] = [];
    await using _agent = await startAgent(sandbox, "weather", (turn) => {
      attempts.push(turn.attempt);
      if (turn.attempt === 1) throw new Error("no");
    });

    await room.as("ada").say("@weather will it rain?");

    await room.settled();
    expect(attempts).toEqual([1, 2]);
  });
});

describe("when a claim", () => {
  test.each([
    ["cut off", { cut: "after" }],
    ["an error", { status: 503, after: true }],
  ] as const)(
    "loses its answer, which is %s, the attempt is found again, and the handler runs once in it",
    async (_what, fault) => {
      await using sandbox = await startSandbox();
      const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
      sandbox.faults.times(2, claimed, fault);
      const attempts: number[] = [];
      await using _agent = await startAgent(sandbox, "weather", (turn) => {
        attempts.push(turn.attempt);
        return turn.reply("No.");
      });

      await expect(room.as("ada").ask("@weather will it rain?")).resolves.toBe("No.");

      await room.settled();
      expect(attempts).toEqual([1]);
      expect(room.deliveries("weather")[0]?.attempts.map(({ status }) => status)).toEqual(["success"]);
    },
  );

  test("keeps failing, the room rests, is looked at again, and the message is answered once", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    sandbox.faults.times(20, claimed, { status: 503 });
    const { runs, handler } = answering();
    await using _agent = await startAgent(sandbox, "weather", handler);

    await expect(room.as("ada").ask("@weather will it rain?")).resolves.toBe("No.");

    await room.settled();
    expect(runs).toEqual(["will it rain?"]);
  });

  test("is told that the message is gone, nothing is run for it, and the room is looked at again", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    sandbox.faults.once(claimed, { status: 404 });
    const { runs, handler } = answering();
    await using _agent = await startAgent(sandbox, "weather", handler);

    await room.as("ada").say("@weather will it rain?");

    await room.settled(); // here the message is still there, so the look finds it
    expect(runs).toEqual(["will it rain?"]);
  });

  test("finds the room gone, nothing is run there and other rooms go on", async () => {
    await using sandbox = await startSandbox();
    const doomed = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const other = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const claims = sandbox.faults.always({ request: claimed, room: doomed.id }, { delayMs: 500 });
    const { runs, handler } = answering();
    await using agent = await startAgent(sandbox, "weather", handler);
    await expect.poll(() => agent.status().joinedRooms, soon).toBe(2);
    sandbox.faults.frames.always({ event: "room_deleted" }, "drop");
    sandbox.faults.frames.always({ event: "room_removed" }, "drop");
    await doomed.as("ada").say("@weather will it rain?");
    await expect.poll(() => claims.hits, soon).toBe(1);
    await doomed.delete();

    await expect(other.as("ada").ask("@weather will it snow?")).resolves.toBe("No.");

    await expect.poll(() => sandbox.requests({ request: claimed, room: doomed.id }).length, soon).toBe(1);
    expect(sandbox.requests({ request: claimed, room: doomed.id })[0]?.status).toBe(404);
    await expect
      .poll(() => sandbox.requests({ request: "GET messages/next", room: doomed.id }).at(-1)?.status, soon)
      .toBe(404);
    await expect.poll(() => agent.status().rooms, soon).toBe(1);
    expect(runs).toEqual(["will it snow?"]);
  });
});
