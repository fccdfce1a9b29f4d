import { startSandbox } from "@thenvoi/sandbox";
import { call, reasoning, steps, text } from "@thenvoi/sandbox/contract";
import { expect, test } from "vitest";
import { App } from "./kit/page.ts";
import { startAgent } from "./kit/start-agent.ts";
import { statement } from "./kit/versions.ts";

const forecast = {
  name: "forecast",
  description: "The weather",
  texts: ["place"],
  execute: async () => ({ rain: 5 }),
};
const asksForecast = () => [[reasoning("let me see"), call("c1", "forecast", { place: "Annecy" })], [text("No rain.")]];

statement(20, "The page stays in step with the room", (ai) => {
  test("one room message is one UI message, with its sender, the same from the first thought to the last word", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const waiting = Promise.withResolvers<void>();
    const held = { ...forecast, execute: () => waiting.promise.then(() => ({ rain: 5 })) };
    await using _agent = await startAgent(ai, sandbox, { own: [held], model: steps(...asksForecast()) });
    await using app = await App.start(sandbox);
    const page = app.open(ai, room.id);
    await expect.poll(() => page.people).toEqual(["ada", "ada/weather"]);

    const sent = page.chat.sendMessage({ text: "will it rain?" });
    await expect
      .poll(() => page.lines)
      .toEqual(["ada: will it rain?", "ada/weather: (let me see) [forecast input-available]"]);
    expect(page.chat.status).toBe("submitted");
    const early = page.chat.messages[1]?.id;
    waiting.resolve();
    await sent;
    expect(page.lines).toEqual([
      "ada: will it rain?",
      "ada/weather: (let me see) [forecast output-available] No rain.",
    ]);
    expect(page.chat.messages.map(({ role }) => role)).toEqual(["user", "assistant"]);
    expect(page.chat.messages[1]?.id).toBe(early);
    expect(page.chat.status).toBe("ready");
    expect(page.doubles).toEqual([]);

    const reloaded = app.open(ai, room.id);
    await expect.poll(() => reloaded.chat.messages).toEqual(page.chat.messages);
  });

  test("what nobody here asked for appears by itself, under its sender's name", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada", "ben"], agents: ["weather"] });
    await using _agent = await startAgent(ai, sandbox, { own: [forecast], model: steps(...asksForecast()) });
    await using app = await App.start(sandbox);
    const page = app.open(ai, room.id);
    await expect.poll(() => page.states).toContain("live");
    await room.as("ben").say("@ada hello");
    await room.as("ben").say("@weather and tomorrow?");
    await room.settled();
    await expect
      .poll(() => page.lines)
      .toEqual(["ben: hello", "ben: and tomorrow?", "ada/weather: (let me see) [forecast output-available] No rain."]);
    expect(page.chat.status).toBe("ready");
  });

  test("a question can be answered after newer messages", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada", "ben"], agents: ["weather"] });
    const ran: unknown[] = [];
    const refund = { ...forecast, name: "refund", execute: async (input: unknown) => ran.push(input) };
    await using _agent = await startAgent(ai, sandbox, {
      own: [refund],
      model: steps([call("c1", "refund", { place: "Annecy" })], [text("Refunded.")]),
      adapter: { approve: { tools: ["refund"] } },
    });
    await using app = await App.start(sandbox);
    const page = app.open(ai, room.id);
    const sent = page.chat.sendMessage({ text: "@weather refund it" });
    const attention = () =>
      page.chat.messages.flatMap(({ parts }) => parts).find((part) => part.type === "data-attention")?.data;
    await expect.poll(attention).toMatchObject({ kind: "question", blocking: true, resolution: undefined });
    await room.as("ben").say("@ada what is going on?");
    await expect.poll(() => page.lines).toContain("ben: what is going on?");
    expect(ran).toEqual([]);

    await page.chat.sendMessage({ text: `@${attention()?.from} yes` });
    await sent;
    await expect.poll(() => page.lines.at(-1)).toContain("Refunded.");
    await expect.poll(attention).toMatchObject({ resolution: "answered" });
    expect(ran).toEqual([{ place: "Annecy" }]);
  });

  test("a reload or a connection that breaks replays without gaps and doubles", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada", "ben"], agents: ["weather"] });
    await using _agent = await startAgent(ai, sandbox, { own: [forecast], model: steps(...asksForecast()) });
    await using app = await App.start(sandbox);
    const page = app.open(ai, room.id);
    await expect.poll(() => page.states).toContain("live");
    app.cut();
    await room.as("ben").say("@weather will it rain?");
    await room.settled();
    const all = ["ben: will it rain?", "ada/weather: (let me see) [forecast output-available] No rain."];
    await expect.poll(() => page.lines).toEqual(all);
    expect(page.doubles).toEqual([]);
    await expect.poll(() => page.states).toEqual(["live", "waiting", "live"]);
  });

  test("stop() reaches the agent, also after a reload", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const hanging = { ...forecast, execute: () => new Promise(() => {}) };
    await using _agent = await startAgent(ai, sandbox, {
      own: [hanging],
      model: ({ index }) => [call(`c${index}`, "forecast", { place: "Annecy" })],
    });
    await using app = await App.start(sandbox);
    for (const reload of [false, true]) {
      const page = app.open(ai, room.id);
      const sent = page.chat.sendMessage({ text: "will it rain?" });
      await expect.poll(() => page.lines.at(-1)).toBe("ada/weather: [forecast input-available]");
      if (reload) {
        const reloaded = app.open(ai, room.id);
        const resumed = reloaded.chat.resumeStream();
        await expect.poll(() => reloaded.chat.status).toBe("submitted");
        // The lowest versions do not tell a transport that a stream it resumed was stopped.
        await (ai.name.endsWith(".0.0") ? reloaded.transport : reloaded.chat).stop();
        await resumed;
        expect(reloaded.chat.status).toBe("ready");
      } else {
        await page.chat.stop();
      }
      await sent;
      await expect.poll(() => room.deliveries("weather").map(({ status }) => status)).not.toContain("processing");
      expect(page.chat.status).toBe("ready");
    }
  });

  test("whom a text names in their own way, it mentions once, by handle", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather", "planner"] });
    await using app = await App.start(sandbox);
    const page = app.open(ai, room.id);
    await expect.poll(() => page.states).toContain("live");
    await page.transport.sendMessages({
      ...{ trigger: "submit-message", chatId: "c", messageId: undefined, abortSignal: AbortSignal.abort() },
      messages: [
        { id: "m", role: "user", parts: [{ type: "text", text: "@Weather, does @PLANNER know? Ask @planner." }] },
      ],
    });
    expect(room.said()).toEqual(["@weather, does @planner know? Ask @planner."]);
  });

  test("what can't be said is told, and stays on the page as unsaid", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather", "planner"] });
    await using app = await App.start(sandbox);
    const page = app.open(ai, room.id);
    await expect.poll(() => page.states).toContain("live");
    await page.chat.sendMessage({ text: "hello" });
    expect(page.errors.map(({ message }) => message)).toEqual([
      "Say who this is for, with an @: here are @ada/weather, @ada/planner.",
    ]);
    expect(page.lines).toEqual(["(sending): hello"]);
    expect(room.said()).toEqual([]);
  });
});
