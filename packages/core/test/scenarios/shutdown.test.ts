import { type RoomHandle, type Sandbox, startSandbox } from "@thenvoi/sandbox";
import { describe, expect, test } from "vitest";
import { createRoomAgentIn } from "../../src/agent/room-agent.ts";
import { systemEnvironment, type WebSocketClass } from "../../src/internal/environment.ts";
import { AgentProcess } from "../support/agent-process.ts";
import { soon } from "../support/soon.ts";
import { startAgent } from "../support/start-agent.ts";

async function asked(sandbox: Sandbox, agent = "weather"): Promise<RoomHandle> {
  const room = await sandbox.room({ users: ["ada"], agents: [agent] });
  await room.as("ada").say(`@${agent} will it rain?`);
  return room;
}

const once = ["@weather will it rain?", "@ada No."];
const byItself = { code: 0, signal: null };

describe("a process that is told to end", () => {
  test.each(["SIGTERM", "SIGINT"] as const)(
    "by %s finishes the turn that runs, claims nothing more, and exits with 0",
    async (signal) => {
      await using sandbox = await startSandbox();
      const room = await asked(sandbox);
      await using agent = new AgentProcess(sandbox, "weather", "answers when told");
      await expect.poll(() => agent.told, soon).toContain("turn");
      await room.as("ada").say("@weather and tomorrow?");

      agent.signal(signal);
      await expect.poll(() => agent.told, soon).toContain("stopping");
      agent.goOn();

      expect(await agent.ended()).toEqual(byItself);
      expect(room.said()).toEqual(["@weather will it rain?", "@weather and tomorrow?", "@ada No."]);
      expect(room.deliveries("weather").map(({ status }) => status)).toEqual(["processed", "delivered"]);
    },
  );

  test("cuts a turn that takes too long, gives its message back uncharged, and the next process answers", async () => {
    await using sandbox = await startSandbox();
    const room = await asked(sandbox);
    await using agent = new AgentProcess(sandbox, "weather", "works on", { graceMs: 500 });
    await expect.poll(() => agent.told, soon).toContain("turn");

    agent.signal("SIGTERM");

    expect(await agent.ended()).toEqual(byItself);
    expect(room.deliveries("weather")[0]?.attempts).toMatchObject([{ status: "failed", error: "thenvoi:interrupted" }]);
    const attempts: number[] = [];
    await using _next = await startAgent(sandbox, "weather", (turn) => {
      attempts.push(turn.attempt);
      return turn.reply("No.");
    });
    await room.settled();
    expect(attempts).toEqual([1]);
    expect(room.said()).toEqual(once);
  });

  test.each([
    ["works on", []],
    ["answers and works on", ["@ada No."]],
  ] as const)(
    "four times during the same message, which %s, never gives it up, and it is answered once",
    async (behaviour, said) => {
      await using sandbox = await startSandbox();
      const room = await asked(sandbox);
      for (let times = 1; times <= 4; times += 1) {
        await using agent = new AgentProcess(sandbox, "weather", behaviour, { graceMs: 200 });
        await expect.poll(() => agent.told, soon).toContain("turn");
        await expect.poll(() => room.said().slice(1), soon).toEqual(said);
        agent.signal("SIGTERM");
        expect(await agent.ended()).toEqual(byItself);
      }

      await using _next = await startAgent(sandbox, "weather", (turn) => turn.reply("No."));

      await room.settled();
      expect(room.timeline().map(({ type }) => type)).toEqual(["text", "text"]);
      expect(room.said()).toEqual(once);
      expect(room.deliveries("weather")[0]?.attempts.map(({ status }) => status)).toEqual([
        ...["failed", "failed", "failed", "failed"],
        "success",
      ]);
    },
  );

  test("twice exits at once with 130, whatever runs", async () => {
    await using sandbox = await startSandbox();
    await asked(sandbox);
    await using agent = new AgentProcess(sandbox, "weather", "answers when told");
    await expect.poll(() => agent.told, soon).toContain("turn");

    agent.signal("SIGTERM");
    await expect.poll(() => agent.told, soon).toContain("stopping");
    agent.signal("SIGINT");

    expect(await agent.ended()).toEqual({ code: 130, signal: null });
  });

  test("ends all its agents, which share the signal, and exits with 0", async () => {
    await using sandbox = await startSandbox();
    const rooms = [await asked(sandbox, "weather"), await asked(sandbox, "planner")];
    await using process = new AgentProcess(sandbox, ["weather", "planner"], "answers");
    for (const room of rooms) await room.settled();
    await expect.poll(() => process.told.filter((word) => word === "live").length, soon).toBe(2);

    process.signal("SIGTERM");

    expect(await process.ended()).toEqual(byItself);
    expect(process.told.filter((word) => word === "stopped").length).toBe(2);
    expect(process.stderr).not.toContain("MaxListeners");
  });

  test("before it ever reached the platform exits with 0", async () => {
    await using sandbox = await startSandbox();
    await asked(sandbox);
    const unreachable = sandbox.faults.always("GET me", { status: 503 });
    await using agent = new AgentProcess(sandbox, "weather", "answers");
    await expect.poll(() => unreachable.hits, soon).toBeGreaterThan(0);

    agent.signal("SIGTERM");

    expect(await agent.ended()).toEqual(byItself);
  });
});

describe("nothing keeps a process alive whose agent was stopped", () => {
  test.each(["answers", "works on", "hangs"] as const)("when its handler %s", async (behaviour) => {
    await using sandbox = await startSandbox();
    await asked(sandbox);
    await using agent = new AgentProcess(sandbox, "weather", behaviour, { graceMs: 200, stopAfterTurnStart: true });

    expect(await agent.ended()).toEqual(byItself);
  });
});

describe("stop({ graceMs })", () => {
  test("lets a turn finish that does so within four fifths of it", async () => {
    await using sandbox = await startSandbox();
    const room = await asked(sandbox);
    const goOn = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const agent = await startAgent(sandbox, "weather", async (turn) => {
      started.resolve();
      await goOn.promise;
      await turn.reply("No.");
    });
    await started.promise;

    const stopping = agent.stop({ graceMs: 60_000 });
    expect(agent.status().state).toBe("stopping");
    goOn.resolve();

    expect(await stopping).toEqual({ kind: "requested", exitCode: 0 });
    expect(agent.status().state).toBe("stopped");
    expect(room.said()).toEqual(once);
    expect(room.delivery("weather")).toBe("processed");
  });

  test("cuts a turn that does not, and gives its message back", async () => {
    await using sandbox = await startSandbox();
    const room = await asked(sandbox);
    const started = Promise.withResolvers<void>();
    const agent = await startAgent(sandbox, "weather", async (turn) => {
      started.resolve();
      await new Promise((_, reject) => turn.signal.addEventListener("abort", () => reject(turn.signal.reason)));
    });
    await started.promise;

    await agent.stop({ graceMs: 100 });

    expect(room.deliveries("weather")[0]?.attempts).toMatchObject([{ status: "failed", error: "thenvoi:interrupted" }]);
  });

  test("ends in time although the handler ignores its signal", async () => {
    await using sandbox = await startSandbox();
    const room = await asked(sandbox);
    const started = Promise.withResolvers<void>();
    const agent = await startAgent(sandbox, "weather", async (turn) => {
      if (turn.attempt > 1) return;
      started.resolve();
      await new Promise(() => {});
    });
    await started.promise;

    await agent.stop({ graceMs: 100 });

    await expect.poll(() => sandbox.connections("weather").length, soon).toBe(0);
    await using _next = await startAgent(sandbox, "weather", (turn) => turn.reply("No."));
    await room.settled();
    expect(room.said()).toEqual(once);
  });

  test("twice is once", async () => {
    await using sandbox = await startSandbox();
    await asked(sandbox);
    const agent = await startAgent(sandbox, "weather", (turn) => turn.reply("No."));

    const reasons = await Promise.all([agent.stop(), agent.stop({ graceMs: 0 })]);

    expect(reasons[1]).toBe(reasons[0]);
    expect(agent.status().state).toBe("stopped");
  });
});

test("an agent that is stopped before it could connect never does", async () => {
  await using sandbox = await startSandbox();
  await asked(sandbox);
  const loaded = Promise.withResolvers<WebSocketClass>();
  const environment = { ...systemEnvironment, loadWebSocket: () => loaded.promise };
  const agent = createRoomAgentIn(environment, { ...sandbox.credentials("weather"), logger: false, handler() {} });
  const starting = agent.start().catch((error: unknown) => error);
  await expect.poll(() => agent.identity?.handle, soon).toContain("weather");

  await agent.stop();
  loaded.resolve(await systemEnvironment.loadWebSocket());

  expect(await starting).toMatchObject({ name: "AbortError" });
  expect(agent.status()).toMatchObject({ state: "stopped", joinedRooms: 0 });
  expect(sandbox.requests("GET /agent/chats")).toEqual([]);
});
