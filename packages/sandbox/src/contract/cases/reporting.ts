import assert from "node:assert/strict";
import type { AdapterCase } from "../adapter.ts";
import { call, type ModelPart, reasoning, ScriptedModel, steps, text } from "../model.ts";
import { answers, kinds, lookup, thoughts, toolEvents, toolRuns, unbalanced, until } from "../observed.ts";
import { stage } from "../stage.ts";

/** What a room sees of a run, and when. */
export const reporting: readonly AdapterCase[] = [
  {
    title: "what the agent does appears in the room while the run goes on, in the order in which it happened",
    async run(adapter) {
      const found = Promise.withResolvers<string>();
      const model = steps(
        [reasoning("Where is it?"), call("c1", "lookup", { place: "Lyon" })],
        [call("c2", "lookup", { place: "Nice" })],
        [text("Dry.")],
      );
      const tools = [lookup((place) => (place === "Lyon" ? found.promise : `dry in ${place}`))];
      await using on = await stage(adapter, { model, tools });
      await on.room.as("ada").say("@weather will it rain?");

      await until(on.room, "the thought and the first call are seen", () => kinds(on.room, "weather").length === 2);
      assert.deepEqual(kinds(on.room, "weather"), ["thought", "tool_call"]);
      assert.equal(model.requests.length, 1, "the run is not further than its first step");
      found.resolve("dry in Lyon");

      await on.room.settled();
      assert.deepEqual(thoughts(on.room, "weather"), ["Where is it?"]);
      assert.deepEqual(
        toolEvents(on.room, "weather").map(({ type, name, value }) => `${type} ${name} ${value}`),
        [
          'tool_call lookup {"place":"Lyon"}',
          'tool_result lookup "dry in Lyon"',
          'tool_call lookup {"place":"Nice"}',
          'tool_result lookup "dry in Nice"',
        ],
      );
      assert.equal(kinds(on.room, "weather").at(-1), "text");
    },
  },
  {
    title: "a platform that is slow to take events does not slow the model",
    async run(adapter) {
      const rounds = 10;
      const model = new ScriptedModel(({ index }): ModelPart[] =>
        index < rounds
          ? [reasoning(`round ${index}`), call(`c${index}`, "lookup", { place: `${index}` })]
          : [text("Dry.")],
      );
      await using on = await stage(adapter, { model, tools: [lookup()] });
      const slowness = on.sandbox.faults.always("POST events", { delayMs: 200 });
      await on.room.as("ada").say("@weather will it rain?");

      await until(on.room, "the last step is asked for", () => model.requests.length === rounds + 1);
      assert.ok(toolEvents(on.room, "weather").length < rounds, "the model waited for the platform");
      slowness.remove(); // what still waits may come quickly
      await on.room.settled();

      assert.deepEqual(
        toolEvents(on.room, "weather").map(({ type, value }) => `${type} ${value}`),
        Array.from({ length: rounds }, (_, index) => [
          `tool_call {"place":"${index}"}`,
          `tool_result "dry in ${index}"`,
        ]).flat(),
      );
      assert.deepEqual(
        thoughts(on.room, "weather"),
        Array.from({ length: rounds }, (_, index) => `round ${index}`),
      );
    },
  },
  {
    title:
      "every tool call is closed exactly once, also one that throws, has no tool, or whose arguments don't fit or can't be read",
    async run(adapter) {
      const tool = lookup((place) => {
        if (place === "Nowhere") throw new Error("there is no such place");
        return `dry in ${place}`;
      });
      const model = steps(
        [
          call("fine", "lookup", { place: "Lyon" }),
          call("throws", "lookup", { place: "Nowhere" }),
          call("unknown", "divine", { place: "Lyon" }),
          call("unfit", "lookup", { town: "Lyon" }),
          { type: "raw-call", id: "unreadable", tool: "lookup", json: '{"place": "Ly' },
        ],
        [text("Dry.")],
      );
      await using on = await stage(adapter, { model, tools: [tool] });
      await on.room.as("ada").say("@weather will it rain?");
      await on.room.settled();

      assert.deepEqual(unbalanced(on.room, "weather"), []);
      const runs = toolRuns(on.room, "weather").map(({ name, input, isError }) => `${name} ${input} ${isError}`);
      assert.equal(runs.length, 5);
      assert.equal(runs.filter((run) => run.endsWith("true")).length, 4);
      assert.ok(runs.includes('lookup {"place":"Lyon"} false'), "the one that is fine has its result");
      assert.deepEqual(tool.places.toSorted(), ["Lyon", "Nowhere"], "no tool ran on arguments that don't fit");
      assert.deepEqual(answers(on.room, "weather"), ["@ada Dry."]);
    },
  },
  {
    title: "a huge result and a huge answer are cut to what the room takes, and stay readable",
    async run(adapter) {
      const model = steps([call("c1", "lookup", { place: "Lyon" })], [text("dry ".repeat(250_000))]);
      await using on = await stage(adapter, { model, tools: [lookup(() => ({ report: "x".repeat(1_000_000) }))] });
      await on.room.as("ada").say("@weather will it rain?");
      await on.room.settled();

      assert.deepEqual(unbalanced(on.room, "weather"), []);
      const said = answers(on.room, "weather");
      assert.ok(said.length > 0 && said.length <= 4, `${said.length} texts`);
      assert.deepEqual(
        on.sandbox.requests("POST messages").filter(({ status }) => status === 422),
        [],
      );
      assert.deepEqual(
        on.sandbox.requests("POST events").filter(({ status }) => status === 422),
        [],
      );
    },
  },
];
