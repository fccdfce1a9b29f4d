import assert from "node:assert/strict";
import type { AdapterCase } from "../adapter.ts";
import { call, type ModelPart, ProviderFailure, reasoning, ScriptedModel, steps, text } from "../model.ts";
import { answers, errors, kinds, lookup, toolEvents, unbalanced, until } from "../observed.ts";
import { flaws } from "../prompts.ts";
import { stage } from "../stage.ts";

const never = new Promise<never>(() => {});

/** How a run ends that does not end by itself. */
export const ending: readonly AdapterCase[] = [
  {
    title:
      "an interrupt ends a run whose tool ignores it: its call is closed, the room goes on, and nothing is said afterwards",
    async run(adapter) {
      const late = Promise.withResolvers<string>();
      const model = new ScriptedModel(({ index }): ModelPart[] =>
        index === 0 ? [call("c1", "lookup", { place: "Lyon" })] : [text(`answer ${index}`)],
      );
      await using on = await stage(adapter, { model, tools: [lookup(() => late.promise)] });
      await on.room.as("ada").say("@weather will it rain?");
      await until(on.room, "the call is seen", () => kinds(on.room, "weather").length === 1);
      on.sandbox.control("weather", "interrupt", { room: on.room });
      await on.room.settled();
      assert.deepEqual(unbalanced(on.room, "weather"), []);
      assert.deepEqual(errors(on.room, "weather"), []);

      const before = on.room.timeline();
      late.resolve("dry");
      await on.room.as("ada").say("@weather and tomorrow?");
      await on.room.settled();
      const after = on.room.timeline().slice(before.length);
      assert.deepEqual(
        after.map(({ type, from }) => `${from} ${type}`),
        ["ada text", "weather text"],
      );
      assert.deepEqual(model.requests.flatMap(flaws), []);
    },
  },
  {
    title: "an interrupt ends a run whose model has stalled, and half an answer is never posted",
    async run(adapter) {
      const model = new ScriptedModel(async function* ({ index }) {
        yield text("It will certainly");
        if (index === 0) await never;
        yield text(" stay dry.");
      });
      await using on = await stage(adapter, { model });
      await on.room.as("ada").say("@weather will it rain?");
      await until(on.room, "the model is at work", () => model.requests.length === 1);
      on.sandbox.control("weather", "interrupt", { room: on.room });
      await on.room.settled();
      assert.deepEqual(answers(on.room, "weather"), []);

      await on.room.as("ada").say("@weather and tomorrow?");
      await on.room.settled();
      assert.deepEqual(answers(on.room, "weather"), ["@ada It will certainly stay dry."]);
    },
  },
  {
    title: "a step that fails is one error event, the message counts as failed, and the next attempt answers once",
    async run(adapter) {
      const model = new ScriptedModel(function* ({ index }): Generator<ModelPart> {
        if (index === 0) yield call("c1", "lookup", { place: "Lyon" });
        else if (index === 1) throw new ProviderFailure("the model is not well", { status: 400 });
        else yield text("Dry.");
      });
      await using on = await stage(adapter, { model, tools: [lookup()] });
      await on.room.as("ada").say("@weather will it rain?");
      await on.room.settled();

      assert.equal(errors(on.room, "weather").length, 1);
      assert.deepEqual(
        on.room.deliveries("weather")[0]?.attempts.map(({ status }) => status),
        ["failed", "success"],
      );
      assert.deepEqual(answers(on.room, "weather"), ["@ada Dry."]);
      assert.deepEqual(unbalanced(on.room, "weather"), []);
    },
  },
  {
    title: "a stream that is cut posts no half answer, runs no half call, and is an error",
    async run(adapter) {
      const tool = lookup();
      const model = new ScriptedModel(function* ({ index }): Generator<ModelPart> {
        if (index === 0) {
          yield reasoning("Let me see.");
          yield text("It will cert");
          throw new ProviderFailure("socket hang up");
        }
        yield text("Dry.");
      });
      await using on = await stage(adapter, { model, tools: [tool] });
      await on.room.as("ada").say("@weather will it rain?");
      await on.room.settled();

      assert.deepEqual(answers(on.room, "weather"), ["@ada Dry."]);
      assert.ok(errors(on.room, "weather").length <= 1);
      assert.deepEqual(tool.places, []);
    },
  },
  {
    title: "a model that never stops calling tools is ended, in the open",
    async run(adapter) {
      const model = new ScriptedModel(({ index }) => [call(`c${index}`, "lookup", { place: `${index % 3}` })]);
      await using on = await stage(adapter, { model, tools: [lookup()] });
      await on.room.as("ada").say("@weather will it rain?");
      await on.room.settled({ timeoutMs: 30_000 });

      assert.ok(model.requests.length <= 150, `${model.requests.length} steps`);
      assert.ok(errors(on.room, "weather").length > 0, "nobody was told");
      assert.deepEqual(unbalanced(on.room, "weather"), []);
    },
  },
  {
    title: "a tool that fails is told to the model, which goes on; it is no error of the run",
    async run(adapter) {
      const model = steps([call("c1", "lookup", { place: "Lyon" })], [text("I could not find out.")]);
      const broken = lookup(() => {
        throw new Error("the station is offline");
      });
      await using on = await stage(adapter, { model, tools: [broken] });
      await on.room.as("ada").say("@weather will it rain?");
      await on.room.settled();

      assert.deepEqual(errors(on.room, "weather"), []);
      assert.deepEqual(
        toolEvents(on.room, "weather").map(({ type, isError }) => `${type} ${isError}`),
        ["tool_call false", "tool_result true"],
      );
      assert.ok(
        model.requests[1]?.messages.some(({ results }) =>
          results.some(({ output }) => output.includes("station is offline")),
        ),
      );
      assert.deepEqual(answers(on.room, "weather"), ["@ada I could not find out."]);
    },
  },
];
