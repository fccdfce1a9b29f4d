import { startSandbox } from "@thenvoi/sandbox";
import { call, lookup, ScriptedModel, text, toolEvents, until } from "@thenvoi/sandbox/contract";
import { expect, test } from "vitest";
import { promised } from "./kit/promised.ts";
import { startAgent } from "./kit/start-agent.ts";
import { statement } from "./kit/versions.ts";

statement(3, "Model speed is independent of platform speed", (ai) => {
  test("with 200 ms per event the next step starts within 100 ms after the tool finished", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const rounds = 7;
    let finishedAt = 0;
    const waits: number[] = [];
    const model = new ScriptedModel(({ index }) => {
      if (index > 0) waits.push(performance.now() - finishedAt);
      return [index < rounds ? call(`c${index}`, "lookup", { place: `${index}` }) : text("Dry.")];
    });
    const own = lookup(() => {
      finishedAt = performance.now();
      return "dry";
    });
    await using _agent = await startAgent(ai, sandbox, { model, own: [own] });
    const slowness = sandbox.faults.always("POST events", { delayMs: 200 });

    await room.as("ada").say("@weather will it rain?");
    await until(room, "the run is at its end", () => model.requests.length === rounds + 1);
    expect(waits.toSorted((a, b) => a - b)[Math.floor(rounds / 2)]).toBeLessThan(100);

    slowness.remove(); // what still waits may come quickly
    await room.settled();
    expect(toolEvents(room, "weather").map(({ type, value }) => `${type} ${value}`)).toEqual(
      Array.from({ length: rounds }, (_, index) => [`tool_call {"place":"${index}"}`, 'tool_result "dry"']).flat(),
    );
  });

  promised(ai, "a platform that is slow", "what the agent does appears");
});
