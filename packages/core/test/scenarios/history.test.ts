import { createRoomAgent, type RoomItem, type Turn } from "@thenvoi/core";
import { type RoomHandle, startSandbox } from "@thenvoi/sandbox";
import { describe, expect, test } from "vitest";
import { soon } from "../support/soon.ts";
import { startAgent } from "../support/start-agent.ts";

/** What a turn sees of its room. Times of own items are this machine's until they are read back, so they are left out. */
async function view(turn: Turn): Promise<unknown> {
  const items = await turn.history();
  return { items: items.map(withoutTime), entries: (await turn.transcript()).entries };
}

function withoutTime({ insertedAt: _, ...item }: RoomItem): unknown {
  return item;
}

/** Looks at the room, then does a bit of everything. */
async function atWork(turn: Turn): Promise<void> {
  turn.report({ type: "thought", text: "Let me see." });
  turn.report({ type: "tool_call", toolCallId: turn.message.id, name: "forecast", input: { place: "Lyon" } });
  turn.report({ type: "tool_result", toolCallId: turn.message.id, name: "forecast", output: { rain: false } });
  await turn.reply("No.");
  await turn.send({ content: "Take a coat, @Ben, says @ada.", mentions: ["ben", "ada"] });
}

async function talk(room: RoomHandle, texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    await room.as("ada").say(`@weather ${text}`);
    await room.settled();
  }
}

test("history and transcript are the same before and after a restart", async () => {
  await using sandbox = await startSandbox();
  sandbox.registerUser("ada", { name: "Ada" });
  sandbox.registerUser("ben", { name: "Ben" });
  const room = await sandbox.room({ users: ["ada", "ben"], agents: ["weather"] });
  const views: unknown[] = [];
  const handler = async (turn: Turn) => {
    const seen = await view(turn); // what is read in the first turn is kept, and grows
    if (!turn.message.text.includes("last")) return atWork(turn);
    views.push(seen);
    throw new Error("once more, after the restart");
  };
  const before = await startAgent(sandbox, "weather", handler, { timing: { handlerRetryMs: [600_000] } });
  await talk(room, ["will it rain?", "and tomorrow?", "and on Monday?"]);
  await room.as("ada").say("@weather last");
  await expect.poll(() => room.delivery("weather"), soon).toBe("failed");
  await before.stop();

  await using _after = await startAgent(sandbox, "weather", handler, { timing: { handlerRetryMs: [600_000] } });

  await expect.poll(() => views.length, soon).toBe(2);
  expect(views[1]).toEqual(views[0]);
  expect(JSON.stringify(views[0])).toContain("Take a coat, @ben, says @ada.");
});

describe("a transcript", () => {
  test("has the message to answer last, own words and tool calls with their results before it", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada", "ben"], agents: ["weather"] });
    const last: unknown[] = [];
    await using _agent = await startAgent(sandbox, "weather", async (turn) => {
      last.splice(0, last.length, ...(await turn.transcript()).entries);
      if (!turn.message.text.includes("thanks")) await atWork(turn);
    });

    await talk(room, ["will it rain?", "thanks"]);

    expect(last).toMatchObject([
      { kind: "said", own: false, text: "@ada/weather will it rain?", speaker: "Ada (@ada)" },
      { kind: "tool", name: "forecast", input: { place: "Lyon" }, output: { rain: false }, isError: false },
      { kind: "said", own: true, text: "@ada No." },
      { kind: "said", own: true },
      { kind: "said", own: false, text: "@ada/weather thanks" },
    ]);
  });

  test("leaves out what others said after the message to answer", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada", "ben"], agents: ["weather"] });
    await room.as("ada").say("@weather one");
    await room.as("ben").say("@weather two");
    await room.as("ada").say("@weather three");
    const seen: string[][] = [];
    await using _agent = await startAgent(sandbox, "weather", async (turn) => {
      const { entries } = await turn.transcript();
      seen.push(entries.map((entry) => (entry.kind === "said" ? entry.text.replace("@ada/weather ", "") : "")));
    });

    await room.settled();
    expect(seen).toEqual([["one"], ["one", "two"], ["one", "two", "three"]]);
  });

  test("of a run after a failure shows what the run before did, the message still last", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada", "ben"], agents: ["weather"] });
    const seen: unknown[] = [];
    await using _agent = await startAgent(sandbox, "weather", async (turn) => {
      if (turn.attempt > 1) return void seen.push(...(await turn.transcript()).entries);
      await turn.reply("One moment.");
      throw new Error("no");
    });

    await talk(room, ["will it rain?"]);

    expect(seen).toMatchObject([
      { own: true, text: "@ada One moment." },
      { own: false, text: "@ada/weather will it rain?" },
    ]);
  });
});

describe("history", () => {
  const context = "GET context";

  test("costs no request while the agent is joined, however much is said", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada", "ben"], agents: ["weather"] });
    const sizes: number[] = [];
    await using agent = await startAgent(sandbox, "weather", async (turn) => {
      sizes.push((await turn.history({ limit: 200 })).length);
      await turn.reply("No.");
    });
    await expect.poll(() => agent.status().joinedRooms, soon).toBe(1);
    await talk(room, ["first"]);
    const before = sandbox.requests(context).length;

    await talk(room, ["second", "third", "fourth"]);

    expect(sizes).toEqual([1, 3, 5, 7]);
    expect(sandbox.requests(context).length).toBe(before);
  });

  test("has what was said while the connection was lost", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada", "ben"], agents: ["weather"] });
    const texts: string[][] = [];
    await using agent = await startAgent(sandbox, "weather", async (turn) => {
      const items = await turn.history({ limit: 200 });
      texts.push(items.flatMap((item) => (item.kind === "event" ? [] : [item.text.replace("@ada/weather ", "")])));
    });
    await talk(room, ["first"]);
    sandbox.faults.frames.once("message_created", "drop");
    await room.as("ben").say("@weather unheard");
    sandbox.faults.cutSockets({ agent: "weather" });
    await expect.poll(() => agent.status().reconnects, soon).toBe(1);
    await talk(room, ["second"]);

    expect(texts.at(-1)).toEqual(["first", "unheard", "second"]);
  });

  test("of a room without a live connection is read anew each time", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada", "ben"], agents: ["weather"] });
    await using agent = createRoomAgent({ ...sandbox.credentials("weather"), logger: false, handler: () => {} });
    const voice = agent.room(room.id);
    await room.as("ada").say("@weather one");
    expect(await voice.history()).toMatchObject([{ text: "@ada/weather one" }]);

    await room.as("ada").say("@weather two");

    expect(await voice.history()).toMatchObject([{ text: "@ada/weather one" }, { text: "@ada/weather two" }]);
  });
});
