import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createRoomAgent, createRoomClient, type Handler, type RoomAgent, type RoomAgentOptions } from "@thenvoi/core";
import { type Sandbox, startSandbox } from "@thenvoi/sandbox";
import { describe, expect, test } from "vitest";
import { soon } from "../support/soon.ts";
import { quick, startAgent } from "../support/start-agent.ts";

/** An agent that is not started: what a function that is called once a minute makes. */
function unstarted(
  sandbox: Sandbox,
  handler: Handler = (turn) => turn.reply("No."),
  options: Partial<RoomAgentOptions> = {},
): RoomAgent {
  return createRoomAgent({ ...sandbox.credentials("weather"), logger: false, timing: quick, ...options, handler });
}

async function endless(turn: { readonly signal: AbortSignal }): Promise<never> {
  return new Promise((_, reject) => turn.signal.addEventListener("abort", () => reject(turn.signal.reason)));
}

const nothing = { answered: 0, failed: 0, skipped: 0, waiting: 0 };

describe("drain()", () => {
  test("answers what waits in all rooms, oldest first, without a live connection", async () => {
    await using sandbox = await startSandbox();
    const rooms = await Promise.all([1, 2, 3].map(() => sandbox.room({ users: ["ada"], agents: ["weather"] })));
    for (const room of rooms) for (const text of ["one", "two"]) await room.as("ada").say(`@weather ${text}`);
    const agent = unstarted(sandbox, (turn) => turn.reply(`To ${turn.message.text.replace("@ada/weather ", "")}.`));

    expect(await agent.drain()).toEqual({ ...nothing, answered: 6 });

    for (const room of rooms) expect(room.said().slice(2)).toEqual(["@ada To one.", "@ada To two."]);
    expect(sandbox.requests("UPGRADE")).toEqual([]);
    expect(await agent.drain()).toEqual(nothing);
  });

  test("starts no turn that it can't finish in time", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await room.as("ada").say("@weather will it rain?");

    expect(await unstarted(sandbox).drain({ timeoutMs: 900 })).toEqual({ ...nothing, waiting: 1 });

    expect(room.delivery("weather")).toBe("waiting");
  });

  test("cuts a turn at the end of its time, and starts none in its place", async () => {
    await using sandbox = await startSandbox();
    for (const _ of [1, 2]) {
      const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
      await room.as("ada").say("@weather will it rain?");
    }
    const runs: string[] = [];
    const handler: Handler = (turn) => {
      runs.push(turn.room.id);
      return endless(turn);
    };

    const result = await unstarted(sandbox, handler, { concurrency: 1 }).drain({ timeoutMs: 1_300 });

    expect(result).toEqual({ ...nothing, failed: 1, waiting: 2 });
    expect(runs.length).toBe(1);
  });

  test("skips a message that another run has, and goes on in other rooms", async () => {
    await using sandbox = await startSandbox();
    const taken = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const { id } = await taken.as("ada").say("@weather will it rain?");
    const client = createRoomClient({ ...sandbox.credentials("weather") });
    await client.room(taken.id).claim(id);
    const free = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await free.as("ada").say("@weather will it rain?");

    expect(await unstarted(sandbox).drain()).toEqual({ ...nothing, answered: 1, skipped: 1 });

    expect(taken.said()).toEqual(["@weather will it rain?"]);
  });

  test("takes over a message whose run is older than a turn may be", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const { id } = await room.as("ada").say("@weather will it rain?");
    await createRoomClient({ ...sandbox.credentials("weather") })
      .room(room.id)
      .claim(id);
    const agent = unstarted(sandbox, undefined, { turnTimeoutMs: 300 });

    await expect.poll(() => agent.drain(), soon).toEqual({ ...nothing, answered: 1 });
    expect(room.said()).toEqual(["@weather will it rain?", "@ada No."]);
  });

  test("leaves what fails to the next pass, and counts on", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await room.as("ada").say("@weather will it rain?");
    const failing = () => {
      throw new Error("no");
    };
    for (let pass = 1; pass <= 4; pass += 1)
      expect(await unstarted(sandbox, failing).drain()).toEqual({ ...nothing, failed: 1, waiting: 1 });

    expect(await unstarted(sandbox, failing).drain()).toEqual({ ...nothing, failed: 1 });

    expect(room.timeline().map(({ type }) => type)).toEqual(["text", "error"]);
    expect(room.delivery("weather")).toBe("processed");
  });

  test("leaves a room alone in which the agent is stopped", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    sandbox.control("weather", "stop", { room });
    await room.as("ada").say("@weather will it rain?");

    expect(await unstarted(sandbox).drain()).toEqual(nothing);

    sandbox.control("weather", "play", { room });
    expect(await unstarted(sandbox).drain()).toEqual({ ...nothing, answered: 1 });
  });

  test("ends with its time although a mark is refused for ever; the next pass makes the mark, and runs nothing", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await room.as("ada").say("@weather will it rain?");
    const other = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await other.as("ada").say("@weather will it snow?");
    const refusing = sandbox.faults.always({ request: "POST messages/:id/processed", room: room.id }, { status: 503 });
    const agent = unstarted(sandbox);

    const startedMs = performance.now();
    expect(await agent.drain({ timeoutMs: 1_500 })).toEqual({ ...nothing, answered: 1, waiting: 1 });
    expect(performance.now() - startedMs).toBeGreaterThan(1_400);
    expect(refusing.hits).toBeGreaterThan(1);
    const { hits } = refusing;

    refusing.remove();
    expect(await agent.drain()).toEqual(nothing);
    expect(refusing.hits).toBe(hits);
    expect(room.delivery("weather")).toBe("processed");
    expect([...room.said(), ...other.said()].filter((text) => text === "@ada No.")).toHaveLength(2);
  });

  test.each([
    ["a claim", "POST messages/:id/processing"],
    ["its queue", "GET messages/next"],
    ["a text", "POST messages"],
  ])("ends with its time although %s is never answered", async (_, request) => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await room.as("ada").say("@weather will it rain?");
    using _silent = sandbox.faults.always({ request, room: room.id }, { hang: true });

    expect(await unstarted(sandbox).drain({ timeoutMs: 1_500 })).toMatchObject({ answered: 0, waiting: 1 });
  });

  test("is refused by an agent that is started", async () => {
    await using sandbox = await startSandbox();
    await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await using agent = await startAgent(sandbox, "weather", () => {});
    await expect(agent.drain()).rejects.toThrow("drain() is for an agent without a live connection");
  });
});

describe("handleOnce()", () => {
  test("works the room from its oldest message until the given one is settled, and no further", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await room.as("ada").say("@weather one");
    const { id } = await room.as("ada").say("@weather two");
    await room.as("ada").say("@weather three");
    const runs: string[] = [];
    const agent = unstarted(sandbox, (turn) => void runs.push(turn.message.text.replace("@ada/weather ", "")));

    expect(await agent.handleOnce({ roomId: room.id, messageId: id })).toBe("processed");

    expect(runs).toEqual(["one", "two"]);
    expect(room.deliveries("weather").map(({ status }) => status)).toEqual(["processed", "processed", "waiting"]);
  });

  test("tries a message that fails until it is given up", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const { id } = await room.as("ada").say("@weather will it rain?");
    const attempts: number[] = [];
    const agent = unstarted(sandbox, (turn) => {
      attempts.push(turn.attempt);
      throw new Error("no");
    });

    expect(await agent.handleOnce({ roomId: room.id, messageId: id })).toBe("dead-lettered");

    expect(attempts).toEqual([1, 2, 3, 4]);
  });

  test("called for two messages of a room at once runs each once, in order", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const [one, two] = [await room.as("ada").say("@weather one"), await room.as("ada").say("@weather two")];
    const runs: string[] = [];
    const agent = unstarted(sandbox, async (turn) => {
      runs.push(turn.message.text.replace("@ada/weather ", ""));
      await turn.reply("No.");
    });

    const outcomes = await Promise.all(
      [two, one, two].map(({ id }) => agent.handleOnce({ roomId: room.id, messageId: id })),
    );

    expect(runs).toEqual(["one", "two"]);
    expect(outcomes.filter((outcome) => outcome !== "processed" && outcome !== "settled")).toEqual([]);
    expect(room.said()).toEqual(["@weather one", "@weather two", "@ada No.", "@ada No."]);
  });

  test("of a message that is settled runs nothing", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const { id } = await room.as("ada").say("@weather will it rain?");
    await unstarted(sandbox).drain();

    expect(await unstarted(sandbox).handleOnce({ roomId: room.id, messageId: id })).toBe("settled");

    expect(room.said().length).toBe(2);
  });
});

describe("wake()", () => {
  test("runs the handler in the room's order, and its reply mentions whom it names", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada", "ben"], agents: ["weather"] });
    const seen: string[] = [];
    const goOn = Promise.withResolvers<void>();
    await using agent = await startAgent(sandbox, "weather", async (turn) => {
      seen.push(`${turn.message.kind}: ${turn.message.text.replace("@ada/weather ", "")}`);
      if (turn.message.kind === "prompt") return turn.reply("Rain at noon.");
      await goOn.promise;
      return turn.reply("No.");
    });
    await room.as("ada").say("@weather will it rain?");
    await expect.poll(() => seen.length, soon).toBe(1);

    const woken = agent.wake({ roomId: room.id, prompt: "Warn them.", mentions: ["ben", "@ada"] });
    const wokenAgain = agent.wake({ roomId: room.id, prompt: "Once more.", mentions: ["ben"] });
    goOn.resolve();

    expect(await Promise.all([woken, wokenAgain])).toEqual(["processed", "processed"]);
    expect(seen).toEqual(["message: will it rain?", "prompt: Warn them.", "prompt: Once more."]);
    expect(room.said()).toEqual([
      "@weather will it rain?",
      "@ada No.",
      "@ben @ada Rain at noon.",
      "@ben Rain at noon.",
    ]);
  });

  test("of an agent that is not started leaves alone what waits in the room", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await room.as("ada").say("@weather will it rain?");
    const agent = unstarted(sandbox, (turn) => turn.reply(`Said to a ${turn.message.kind}.`));

    expect(await agent.wake({ roomId: room.id, prompt: "Speak.", mentions: ["ada"] })).toBe("processed");
    expect(await agent.wake({ roomId: room.id, prompt: "Speak.", mentions: ["ada"] })).toBe("processed");

    expect(room.said().slice(1)).toEqual(["@ada Said to a prompt.", "@ada Said to a prompt."]);
    expect(room.delivery("weather")).toBe("waiting");
    expect(sandbox.requests("POST messages/:id/processing")).toEqual([]);
  });

  test("ends with `failed` when the handler throws, and does not run it again", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    let runs = 0;
    const agent = unstarted(sandbox, () => {
      runs += 1;
      throw new Error("no");
    });

    expect(await agent.wake({ roomId: room.id, prompt: "Speak.", mentions: ["ada"] })).toBe("failed");

    expect(runs).toBe(1);
  });
});

describe("room(id)", () => {
  test("speaks, reports and remembers outside any turn, also before start", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const voice = unstarted(sandbox).room(room.id);

    voice.report({ type: "tool_call", toolCallId: "1", name: "forecast", input: {} });
    voice.report({ type: "tool_result", toolCallId: "1", name: "forecast", output: "dry" });
    const sent = await voice.send({ content: "Good morning.", mentions: ["ada"] });
    voice.report({ type: "thought", text: "Done." });
    await voice.flush();

    expect(room.timeline().map(({ type }) => type)).toEqual(["tool_call", "tool_result", "text", "thought"]);
    expect(sent).toMatchObject({ adopted: false, recipients: [{ handle: "ada" }] });
    const items = await voice.history();
    expect(items.map(({ kind }) => kind)).toEqual(["event", "event", "message", "event"]);
    expect(items[2]).toMatchObject({ id: sent.id, text: "@ada Good morning." });
  });

  test("speaks beside a turn that runs, in one order with it", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await using agent = await startAgent(sandbox, "weather", async (turn) => {
      void turn.reply("One.");
      void agent.room(room.id).send({ content: "Two.", mentions: ["ada"] });
      await turn.reply("Three.");
    });

    await room.as("ada").say("@weather count");

    await expect.poll(() => room.said().length, soon).toBe(4);
    expect(new Set(room.said().slice(1))).toEqual(new Set(["@ada One.", "@ada Two.", "@ada Three."]));
    expect(room.said()[1]).toBe("@ada One.");
  });

  test.each([
    ["when its answer is lost", { cut: "after" }],
    ["when it is lost on its way", { cut: "before" }],
  ] as const)("says a text once %s, also if another process said the same before", async (_, fault) => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const morning = { content: "Good morning.", mentions: ["ada"] };
    await unstarted(sandbox).room(room.id).send(morning);
    sandbox.faults.once("POST messages", fault);

    await unstarted(sandbox).room(room.id).send(morning);

    expect(room.said()).toEqual(["@ada Good morning.", "@ada Good morning."]);
  });

  test("of an id that is none says so before it asks anything about it", async () => {
    await using sandbox = await startSandbox();
    await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const voice = unstarted(sandbox).room("lobby");
    await expect(voice.send({ content: "Hello.", mentions: ["ada"] })).rejects.toThrow(/lobby/u);
    expect(sandbox.requests().filter(({ path }) => path.includes("lobby"))).toEqual([]);
  });
});

describe("a script that has nothing else to do stays up until it is done", () => {
  const run = promisify(execFile);
  const program = fileURLToPath(new URL("../support/script-process.ts", import.meta.url));

  async function script(sandbox: Sandbox, ...args: readonly string[]): Promise<void> {
    const { apiKey } = sandbox.credentials("weather");
    const env = { ...process.env, THENVOI_API_KEY: apiKey, THENVOI_BASE_URL: sandbox.url };
    await run(process.execPath, [program, ...args], { env }); // rejects unless it exits with 0
  }

  test.each(["drain", "handle"])("%s", async (name) => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const { id } = await room.as("ada").say("@weather will it rain?");
    sandbox.faults.times(3, "POST messages/:id/processed", { status: 503 });
    sandbox.faults.once("POST messages", { cut: "before" });

    await script(sandbox, name, room.id, id);

    expect(room.said()).toEqual(["@weather will it rain?", "@ada No."]);
    expect(room.delivery("weather")).toBe("processed");
  });

  test.each(["send", "client", "wake"])("%s", async (name) => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    sandbox.faults.times(2, "POST messages", { cut: "before" });

    await script(sandbox, name, room.id);

    expect(room.said()).toEqual([name === "wake" ? "@ada No." : "@ada Good morning."]);
  });
});
