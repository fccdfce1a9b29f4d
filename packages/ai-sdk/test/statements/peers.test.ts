import { askPeerTool } from "@thenvoi/ai-sdk";
import { startSandbox } from "@thenvoi/sandbox";
import {
  answers,
  call,
  ScriptedModel,
  steps,
  text,
  toolEvents,
  unbalanced,
  until,
  wholePrompt,
} from "@thenvoi/sandbox/contract";
import { expect, test } from "vitest";
import { written } from "./kit/ai-version.ts";
import { playing } from "./kit/model-stream.ts";
import { promised } from "./kit/promised.ts";
import { ask, startAgent } from "./kit/start-agent.ts";
import { statement } from "./kit/versions.ts";

statement(16, "Asking a peer never deadlocks or loops", (ai) => {
  test("two agents that ask each other come to an end: a counter-question is an answer", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather", "planner"] });
    const weather = steps(
      [call("w1", "thenvoi_ask_peer", { peer: "@planner", question: "What shall she pack?" })],
      [call("w2", "thenvoi_ask_peer", { peer: "@planner", question: "To Lyon. So what?" })],
      [text("An umbrella.")],
    );
    const planner = steps(
      [call("p1", "thenvoi_ask_peer", { peer: "@weather", question: "Where to?" })],
      [text("An umbrella, for Lyon.")],
    );
    await using _weather = await startAgent(ai, sandbox, { model: weather });
    await using _planner = await startAgent(ai, sandbox, { model: planner, name: "planner" });

    await room.as("ada").say("@weather what shall I pack?");
    await room.settled({ timeoutMs: 20_000 });

    expect(room.said()).toEqual([
      "@weather what shall I pack?",
      "@planner What shall she pack?",
      "@weather Where to?",
      "@planner To Lyon. So what?",
      "@weather An umbrella, for Lyon.",
      "@ada An umbrella.",
    ]);
    expect([weather.requests.length, planner.requests.length]).toEqual([3, 2]);
  });

  test("a peer that does not answer is an error the model can read, and its late answer starts no run", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather", "planner"] });
    const release = Promise.withResolvers<string>();
    using _planner = sandbox.script("planner", () => release.promise);
    const model = steps(
      [call("c1", "thenvoi_ask_peer", { peer: "@planner", question: "What to pack?" })],
      [text("I can't tell.")],
    );
    const tools = written({ thenvoi_ask_peer: askPeerTool({ timeoutMs: 100 }) });
    const agent = ai.agent({ provider: playing(model), tools });
    await using _agent = await startAgent(ai, sandbox, { agent });
    await expect(room.as("ada").ask("@weather what shall I pack?")).resolves.toBe("I can't tell.");
    release.resolve("An umbrella.");
    await until(room, "the late answer is in the room", () => answers(room, "planner").length > 0);
    await room.settled();

    expect(toolEvents(room, "weather").map(({ type, isError }) => `${type} ${isError}`)).toEqual([
      "tool_call false",
      "tool_result true",
    ]);
    expect(model.requests).toHaveLength(2);
    expect(model.requests[1] && wholePrompt(model.requests[1])).toMatch(/did not answer/u);
  });

  test("an interrupt ends the wait", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather", "planner"] });
    using _planner = sandbox.script("planner", () => undefined);
    const model = new ScriptedModel(({ index }) => [
      index === 0 ? call("c1", "thenvoi_ask_peer", { peer: "@planner", question: "What to pack?" }) : text("Fine."),
    ]);
    await using _agent = await startAgent(ai, sandbox, { model });
    await room.as("ada").say("@weather what shall I pack?");
    await until(room, "the question is asked", () => answers(room, "weather").length === 1);
    sandbox.control("weather", "interrupt", { room });
    await room.settled();
    await ask(room, "never mind");

    expect(unbalanced(room, "weather")).toEqual([]);
    expect(answers(room, "weather")).toEqual(["@planner What to pack?", "@ada Fine."]);
  });

  promised(ai, "a peer is a tool", "two peers asked at once", "asking somebody who does not exist");
});
