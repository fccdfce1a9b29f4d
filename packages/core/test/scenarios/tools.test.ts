import {
  askPeerTool,
  createRoomAgent,
  createRoomClient,
  isToolFailure,
  type PlatformTool,
  peerTools,
  type Turn,
} from "@thenvoi/core";
import { type RoomHandle, type Sandbox, startSandbox } from "@thenvoi/sandbox";
import { describe, expect, test } from "vitest";
import { startCounted } from "../support/asking.ts";
import { soon } from "../support/soon.ts";
import { quick, startAgent } from "../support/start-agent.ts";

/** Executes a tool by its name without prefix. */
type Use = (name: string, input: unknown, toolCallId?: string) => Promise<unknown>;

function useOf(tools: readonly PlatformTool[]): Use {
  return async (name, input, toolCallId) => {
    const tool = tools.find((each) => each.name === `thenvoi_${name}`);
    if (tool === undefined) throw new Error(`no tool ${name} among ${tools.map((each) => each.name).join()}`);
    return tool.execute(input, toolCallId === undefined ? {} : { toolCallId });
  };
}

/** Runs some work in a turn of the planner, which ada's message starts, and gives back what it came to. */
async function inTurn<Result>(
  sandbox: Sandbox,
  room: RoomHandle,
  work: (turn: Turn) => Promise<Result>,
): Promise<Result> {
  const done = Promise.withResolvers<Result>();
  await using _planner = await startAgent(sandbox, "planner", async (turn) => {
    if (turn.message.sender.kind === "user") await work(turn).then(done.resolve, done.reject);
  });
  await room.as("ada").say("@planner go on");
  const result = await done.promise;
  await room.settled();
  return result;
}

/** The two ways to the tools of a room. */
const doors = ["turn.room.tools()", "createRoomClient().room(id).tools()"] as const;

async function through<Result>(
  door: (typeof doors)[number],
  sandbox: Sandbox,
  room: RoomHandle,
  work: (use: Use) => Promise<Result>,
): Promise<Result> {
  const include = "all";
  if (door === "turn.room.tools()") return inTurn(sandbox, room, (turn) => work(useOf(turn.room.tools({ include }))));
  const client = createRoomClient({ ...sandbox.credentials("planner"), logger: false, timing: quick });
  return work(useOf(client.room(room.id).tools({ include })));
}

function roomOf(sandbox: Sandbox, ...agents: string[]) {
  return sandbox.room({ users: ["ada", "bob"], agents: ["planner", ...agents] });
}

describe.each(doors)("through %s", (door) => {
  test("a message is sent to those it names, by handle, name or id", async () => {
    await using sandbox = await startSandbox();
    const room = await roomOf(sandbox, "weather");
    using _weather = sandbox.script("weather", []);
    const { agentId } = sandbox.credentials("weather");

    const results = await through(door, sandbox, room, async (use) => [
      await use("send_message", { content: "one", mentions: ["@bob"] }),
      await use("send_message", { content: "two", mentions: ["Bob", "ada"] }),
      await use("send_message", { content: "three", mentions: [agentId] }),
    ]);

    expect(results).toEqual([
      { sent: true, messageId: expect.any(String), to: ["@bob"] },
      { sent: true, messageId: expect.any(String), to: ["@bob", "@ada"] },
      { sent: true, messageId: expect.any(String), to: ["@ada/weather"] },
    ]);
    expect(room.said().slice(-3)).toEqual(["@bob one", "@bob @ada two", "@weather three"]);
  });

  test("a message to nobody, to a stranger, to itself or to either of two says who could be meant, and is not sent", async () => {
    await using sandbox = await startSandbox();
    const room = await roomOf(sandbox, "ada/weather", "bob/weather");
    const send = { content: "hello" };

    const results = await through(door, sandbox, room, async (use) => [
      await use("send_message", { ...send, mentions: [] }),
      await use("send_message", { ...send, mentions: ["@bop"] }),
      await use("send_message", { ...send, mentions: ["@planner"] }),
      await use("send_message", { ...send, mentions: ["@weather"] }),
      await use("send_message", send),
    ]);

    const here = ["@ada", "@bob", "@ada/weather", "@bob/weather"];
    expect(results).toMatchObject([
      { error: { code: "mention.missing", candidates: here } },
      {
        error: { code: "mention.unknown", message: expect.stringContaining("did you mean @bob"), candidates: ["@bob"] },
      },
      { error: { code: "mention.self", candidates: here } },
      { error: { code: "mention.ambiguous", candidates: ["@ada/weather", "@bob/weather"] } },
      { error: { code: "invalid_input", message: expect.stringContaining("mentions") } },
    ]);
    expect(room.said().filter((text) => text.includes("hello"))).toEqual([]);
  });

  test("a long message goes to people in parts that end with a paragraph, and to an agent in one", async () => {
    await using sandbox = await startSandbox();
    const room = await roomOf(sandbox, "weather");
    using _weather = sandbox.script("weather", []);
    const paragraph = "word ".repeat(600).trim();
    const content = Array.from({ length: 8 }, () => paragraph).join("\n\n");

    const results = await through(door, sandbox, room, async (use) => [
      await use("send_message", { content, mentions: ["@bob"] }),
      await use("send_message", { content, mentions: ["@weather"] }),
    ]);

    expect(results.map(isToolFailure)).toEqual([false, false]);
    const said = room.said().filter((text) => text.includes(paragraph));
    expect(said.map((text) => text.split(paragraph).length - 1)).toEqual([5, 3, 8]);
    expect(said.every((text) => text.endsWith(paragraph))).toBe(true);
  });

  test("an event is shown, and wakes no one", async () => {
    await using sandbox = await startSandbox();
    const room = await roomOf(sandbox);
    const events = [
      { content: "Hm." },
      { content: "It broke.", message_type: "error" },
      { content: "Booked.", message_type: "task", metadata: { table: 7 } },
    ];

    const results = await through(door, sandbox, room, async (use) => {
      const reported: unknown[] = [];
      for (const event of events) reported.push(await use("send_event", event));
      return reported;
    });

    expect(results).toEqual(events.map(() => ({ reported: true })));
    const shown = () => room.timeline().filter((item) => item.type !== "text");
    await expect.poll(shown, soon).toEqual([
      { from: "planner", type: "thought", content: "Hm." },
      { from: "planner", type: "error", content: "It broke." },
      { from: "planner", type: "task", content: "Booked." },
    ]);
  });

  test("participants are listed and brought in, and can be mentioned at once", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["planner"] });
    sandbox.registerAgent("weather", { description: "Knows the sky" });
    using _weather = sandbox.script("weather", []);
    const weather = { handle: "@ada/weather", name: "weather", type: "agent" };

    const [before, added, again, sent, after] = await through(door, sandbox, room, async (use) => [
      await use("get_participants", {}),
      await use("add_participant", { identifier: "@ada/weather" }),
      await use("add_participant", { identifier: "weather" }),
      await use("send_message", { content: "hello", mentions: ["@weather"] }),
      await use("get_participants", {}),
    ]);

    const planner = { handle: "@ada/planner", name: "planner", type: "agent", role: "member", you: true };
    const ada = { handle: "@ada", name: "Ada", type: "person", role: "owner", you: false };
    expect(before).toEqual({ participants: [ada, planner] });
    expect(added).toMatchObject({ added: weather, alreadyHere: false });
    expect(again).toMatchObject({ added: weather, alreadyHere: true });
    expect(isToolFailure(sent)).toBe(false);
    expect(after).toMatchObject({ participants: [ada, planner, { ...weather, role: "member", you: false }] });
  });

  test("an agent is sent away by who may do so, and who may not is told", async () => {
    await using sandbox = await startSandbox();
    const theirs = await roomOf(sandbox, "weather");
    const opened = await createRoomClient(sandbox.credentials("planner")).createRoom();
    const own = sandbox.roomById(opened.id);
    for (const name of ["ada", "weather"]) await own.add(name);
    const remove = (use: Use) => use("remove_participant", { identifier: "@weather" });

    const refused = await through(door, sandbox, theirs, remove);
    const removed = await through(door, sandbox, own, remove);

    expect(refused).toMatchObject({ error: { message: expect.stringMatching(/^Not allowed: /u) } });
    expect(removed).toMatchObject({ removed: { handle: "@ada/weather" } });
    expect([theirs, own].map((room) => room.picture().includes("ada/weather: not connected"))).toEqual([true, false]);
  });

  test("peers are looked up over all pages, without those who are here", async () => {
    await using sandbox = await startSandbox();
    const room = await roomOf(sandbox);
    for (let index = 1; index <= 120; index += 1)
      sandbox.registerAgent(`clerk-${index}`, { description: index === 117 ? "Speaks Basque" : "A clerk" });

    const [all, last, basque] = await through(door, sandbox, room, async (use) => [
      await use("lookup_peers", {}),
      await use("lookup_peers", { page: 3 }),
      await use("lookup_peers", { query: "basque" }),
    ]);

    expect(all).toMatchObject({ total: 120, more: true, peers: { length: 50 } });
    expect(last).toMatchObject({ total: 120, more: false, peers: { length: 20 } });
    expect(basque).toEqual({
      peers: [{ handle: "@ada/clerk-117", name: "clerk-117", type: "agent", description: "Speaks Basque" }],
      total: 1,
      more: false,
    });
  });

  test("a room is opened, and where the tools work does not change", async () => {
    await using sandbox = await startSandbox();
    const room = await roomOf(sandbox);

    const [opened, sent] = await through(door, sandbox, room, async (use) => [
      await use("create_chatroom", { title: "Dinner" }),
      await use("send_message", { content: "still here", mentions: ["@bob"] }),
    ]);

    const [made] = sandbox.roomsOf("planner").filter(({ id }) => id !== room.id);
    expect(opened).toEqual({ room: { id: made?.id, title: "Dinner" } });
    expect(isToolFailure(sent)).toBe(false);
    expect(room.said().at(-1)).toBe("@bob still here");
  });

  test("one call id has one effect", async () => {
    await using sandbox = await startSandbox();
    const room = await roomOf(sandbox);

    const results = await through(door, sandbox, room, async (use) => {
      const send = (content: string, id?: string) => use("send_message", { content, mentions: ["@bob"] }, id);
      const [first, repeated] = await Promise.all([send("once", "call-1"), send("once", "call-1")]);
      return [first, repeated, await send("once", "call-1"), await send("once", "call-2"), await send("once")];
    });

    expect(room.said().filter((text) => text === "@bob once").length).toBe(3);
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
    expect(results[3]).not.toEqual(results[0]);
  });

  test("what the platform refuses or can't do is a result, without a key, a URL or a stack", async () => {
    await using sandbox = await startSandbox();
    const room = await roomOf(sandbox);
    const hello = { content: "hello", mentions: ["@bob"] };
    const refused = [
      [{ status: 403, body: { error: { code: "limit_reached", message: "Quota used up" } } }, "limit_reached"],
      [{ status: 422 }, undefined],
      [{ status: 409 }, undefined],
    ] as const;

    const results = await through(door, sandbox, room, async (use) => {
      const ended: unknown[] = [];
      for (const [fault] of refused) {
        using _fault = sandbox.faults.once({ request: "POST messages", agent: "planner" }, fault);
        ended.push(await use("send_message", hello));
      }
      using _down = sandbox.faults.always({ request: "GET /agent/peers", agent: "planner" }, { cut: "before" });
      ended.push(await use("lookup_peers", {}));
      return ended;
    });

    expect(results.map(isToolFailure)).toEqual([true, true, true, true]);
    expect(results[0]).toMatchObject({ error: { code: "limit_reached" } });
    expect(results[3]).toMatchObject({ error: { message: expect.stringContaining("no answer") } });
    const text = JSON.stringify(results);
    expect(text).not.toContain(sandbox.credentials("planner").apiKey);
    expect(text).not.toMatch(/https?:|127\.0\.0\.1|\.ts:|node:/u);
  });
});

test("where the agent was stopped, a tool says so", async () => {
  await using sandbox = await startSandbox();
  const room = await roomOf(sandbox);
  sandbox.control("planner", "stop", { room });

  const result = await through("createRoomClient().room(id).tools()", sandbox, room, (use) =>
    use("send_message", { content: "hello", mentions: ["@bob"] }),
  );

  expect(result).toMatchObject({ error: { code: "forbidden", message: expect.stringContaining("stopped") } });
  expect(room.said()).toEqual([]);
});

describe("in a turn", () => {
  test("five tools are offered unasked, by the names people know", async () => {
    await using sandbox = await startSandbox();
    const room = await roomOf(sandbox);

    const names = await inTurn(sandbox, room, async (turn) => ({
      unasked: turn.tools.map(({ name }) => name),
      more: turn.room
        .tools({ include: ["add_participant"], exclude: ["no_reply"], prefix: "band_" })
        .map(({ name }) => name),
    }));

    expect(names).toEqual({
      unasked: ["send_message", "no_reply", "get_participants", "lookup_peers", "ask_peer"].map(
        (name) => `thenvoi_${name}`,
      ),
      more: ["send_message", "get_participants", "lookup_peers", "add_participant", "ask_peer"].map(
        (name) => `band_${name}`,
      ),
    });
  });

  test("the preset's prefix is used", async () => {
    await using sandbox = await startSandbox();
    const room = await roomOf(sandbox);
    const names: string[] = [];
    await using _planner = await startAgent(
      sandbox,
      "planner",
      (turn) => void names.push(...turn.tools.map(({ name }) => name)),
      { preset: "band" },
    );

    await room.as("ada").say("@planner go on");

    await room.settled();
    expect(names).toContain("band_send_message");
    const { apiKey, baseUrl } = sandbox.credentials("planner");
    const outside = createRoomAgent({ apiKey, baseUrl, preset: "band", handler() {}, logger: false }).room(room.id);
    expect(outside.tools().map(({ name }) => name)).toEqual([
      "band_send_message",
      "band_get_participants",
      "band_lookup_peers",
    ]);
  });

  test("a tool can be used with nothing but what it brings: a schema to check with, and one to send", async () => {
    await using sandbox = await startSandbox();
    const room = await roomOf(sandbox);

    const checked = await inTurn(sandbox, room, async (turn) => {
      const [send] = turn.tools;
      const validate = send?.inputSchema["~standard"].validate;
      const good = { content: "hello", mentions: ["@bob"] };
      return {
        good: await validate?.(good),
        bad: await validate?.({ content: "hello", mentions: "@bob", room: "another" }),
        json: JSON.parse(JSON.stringify(send?.inputJsonSchema)),
      };
    });

    expect(checked.good).toEqual({ value: { content: "hello", mentions: ["@bob"] } });
    expect(checked.bad).toMatchObject({ issues: [{}, {}] });
    expect(checked.json).toMatchObject({
      type: "object",
      required: ["content", "mentions"],
      additionalProperties: false,
    });
  });

  test("a model that names another room is told that there is no such thing, and nothing is said anywhere", async () => {
    await using sandbox = await startSandbox();
    const room = await roomOf(sandbox);
    const other = await roomOf(sandbox);

    const result = await inTurn(sandbox, room, (turn) =>
      useOf(turn.tools)("send_message", { content: "psst", mentions: ["@bob"], chat_id: other.id }),
    );

    expect(result).toMatchObject({ error: { code: "invalid_input", message: expect.stringContaining("chat_id") } });
    expect([...room.said(), ...other.said()]).toEqual(["@planner go on"]);
  });

  test("a model that chooses to say nothing is silent, and its reason is a thought", async () => {
    await using sandbox = await startSandbox();
    const room = await roomOf(sandbox);

    const [before, result, after] = await inTurn(sandbox, room, async (turn) => [
      turn.silent,
      await useOf(turn.tools)("no_reply", { reason: "Nobody asked me." }),
      turn.silent,
    ]);

    expect([before, result, after]).toEqual([false, { silent: true }, true]);
    expect(room.timeline().at(-1)).toEqual({ from: "planner", type: "thought", content: "Nobody asked me." });
  });

  test("one call id has one effect, whichever binding of the tool executes it", async () => {
    await using sandbox = await startSandbox();
    const room = await roomOf(sandbox);
    const hello = { content: "hello", mentions: ["@bob"] };

    const [first, second] = await inTurn(sandbox, room, async (turn) => [
      await useOf(turn.tools)("send_message", hello, "call-1"),
      await useOf(turn.room.tools())("send_message", hello, "call-1"),
    ]);

    expect(second).toEqual(first);
    expect(room.said()).toEqual(["@planner go on", "@bob hello"]);
  });

  test("a tool that is used after the turn says that nothing was sent", async () => {
    await using sandbox = await startSandbox();
    const room = await roomOf(sandbox);

    const use = await inTurn(sandbox, room, async (turn) => useOf(turn.tools));
    const results = [
      await use("send_message", { content: "late", mentions: ["@bob"] }),
      await use("ask_peer", { peer: "@bob", question: "late?" }),
    ];

    expect(results).toMatchObject([
      { error: { code: "turn.closed", message: expect.stringContaining("Nothing was sent") } },
      { error: { code: "ask.ended" } },
    ]);
    expect(room.said()).toEqual(["@planner go on"]);
  });

  test("ask_peer gives back who answered and what, and an error that can be acted on otherwise", async () => {
    await using sandbox = await startSandbox();
    const room = await roomOf(sandbox);
    sandbox.registerAgent("weather");
    using _weather = sandbox.script("weather", ["Sun."]);

    const results = await inTurn(sandbox, room, async (turn) => {
      const ask = useOf(turn.tools);
      const hurried = askPeerTool(turn, { timeoutMs: 50, prefix: "hurried_" });
      return [
        await ask("ask_peer", { peer: "@ada/weather", question: "Sunday?" }, "call-1"),
        await ask("ask_peer", { peer: "@ada/weather", question: "Sunday?" }, "call-1"),
        await ask("ask_peer", { peer: "@nobody", question: "Sunday?" }),
        await ask("ask_peer", { peer: "@planner", question: "Sunday?" }),
        await hurried.execute({ peer: "weather", question: "Monday?" }),
        await ask("ask_peer", { peer: "@weather", question: " " }),
      ];
    });

    const answer = {
      peer: "@ada/weather",
      answer: "Sun.",
      messageId: expect.any(String),
      waitedMs: expect.any(Number),
    };
    expect(results).toMatchObject([
      answer,
      answer,
      { error: { code: "mention.unknown" } },
      { error: { code: "mention.self" } },
      { error: { code: "ask.timed-out", message: expect.stringContaining("Go on without it") } },
      { error: { code: "invalid_input" } },
    ]);
    expect(room.said().filter((text) => text === "@weather Sunday?").length).toBe(1);
  });

  test("each peer who can be reached is a tool, described by itself, and is looked up anew for each turn", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["planner", "ada/weather"] });
    sandbox.registerAgent("ada/cook", { description: "Knows what to eat" });
    using _cook = sandbox.script("cook", ["Soup."]);
    const offered: string[][] = [];
    const results: unknown[] = [];
    await using _planner = await startCounted(sandbox, "planner", async (turn) => {
      const tools = await peerTools(turn);
      offered.push(tools.map(({ name }) => name).toSorted());
      const cook = tools.find(({ name }) => name === "ask_cook");
      expect(cook?.description).toContain("Knows what to eat");
      if (offered.length === 1) results.push(await cook?.execute({ question: "Dinner?" }));
    });
    await room.as("ada").say("@planner go on");
    await room.settled();

    sandbox.registerUser("bob");
    await room.add("bob/weather");
    await room.as("ada").say("@planner go on");

    await room.settled();
    expect(results).toMatchObject([{ answer: "Soup." }]);
    expect(offered).toEqual([
      ["ask_ada", "ask_cook", "ask_weather"],
      ["ask_ada", "ask_ada_weather", "ask_bob_weather", "ask_cook"],
    ]);
  });
});
