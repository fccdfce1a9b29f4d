import assert from "node:assert/strict";
import type { AdapterCase } from "../adapter.ts";
import { call, lastUserText, type ModelPart, ScriptedModel, steps, text } from "../model.ts";
import { answers, errors, kinds, lookup, thoughts, until } from "../observed.ts";
import { stage } from "../stage.ts";

/** One message, one answer. */
export const answering: readonly AdapterCase[] = [
  {
    title: "the final text is posted once and mentions who asked; text beside tool calls is a thought",
    async run(adapter) {
      const model = steps([text("I'll look it up."), call("c1", "lookup", { place: "Lyon" })], [text("Dry.")]);
      await using on = await stage(adapter, { model, tools: [lookup()] });
      await on.room.as("ada").say("@weather will it rain?");
      await on.room.settled();

      assert.deepEqual(on.room.said(), ["@weather will it rain?", "@ada Dry."]);
      assert.deepEqual(thoughts(on.room, "weather"), ["I'll look it up."]);
    },
  },
  {
    title: "a model that answered by `send_message` does not answer twice, and what it says after that is a thought",
    async run(adapter) {
      const model = steps(
        [call("c1", "thenvoi_send_message", { content: "Dry.", mentions: ["@ada"] })],
        [text("I have answered.")],
      );
      await using on = await stage(adapter, { model });
      await on.room.as("ada").say("@weather will it rain?");
      await on.room.settled();

      assert.ok(model.requests[0]?.tools.includes("thenvoi_send_message"), "the room's tools are offered");
      assert.deepEqual(on.room.said(), ["@weather will it rain?", "@ada Dry."]);
      assert.deepEqual(thoughts(on.room, "weather"), ["I have answered."]);
    },
  },
  {
    title: "a model that wrote to somebody else still owes its answer, and it is posted",
    async run(adapter) {
      const model = steps(
        [call("c1", "thenvoi_send_message", { content: "It stays dry.", mentions: ["@bob"] })],
        [text("I told Bob.")],
      );
      await using on = await stage(adapter, { model, users: ["bob"] });
      await on.room.as("ada").say("@weather tell Bob whether it rains");
      await on.room.settled();

      assert.deepEqual(answers(on.room, "weather"), ["@bob It stays dry.", "@ada I told Bob."]);
    },
  },
  {
    title: "a model that chooses `no_reply` says nothing, whatever text comes after it, and the message is done",
    async run(adapter) {
      const model = steps([call("c1", "thenvoi_no_reply", {})], [text("(nothing to say)")]);
      await using on = await stage(adapter, { model });
      await on.room.as("ada").say("@weather thanks!");
      await on.room.settled();

      assert.deepEqual(answers(on.room, "weather"), []);
      assert.deepEqual(errors(on.room, "weather"), []);
      assert.equal(on.room.delivery("weather"), "processed");
    },
  },
  {
    title: "a run that ends with nothing is asked once more, and then says so in the open",
    async run(adapter) {
      const model = new ScriptedModel(() => []);
      await using on = await stage(adapter, { model });
      await on.room.as("ada").say("@weather will it rain?");
      await on.room.settled();

      assert.equal(model.requests.length, 2);
      assert.deepEqual(kinds(on.room, "weather"), ["error"]);
      assert.equal(on.room.deliveries("weather")[0]?.attempts.length, 1, "it is not tried again");
    },
  },
  {
    title: "a run that ends with nothing and answers when asked once more has answered",
    async run(adapter) {
      const model = new ScriptedModel(({ index }): ModelPart[] => (index === 0 ? [] : [text("Dry.")]));
      await using on = await stage(adapter, { model });
      await on.room.as("ada").say("@weather will it rain?");
      await on.room.settled();

      assert.deepEqual(kinds(on.room, "weather"), ["text"]);
      assert.deepEqual(answers(on.room, "weather"), ["@ada Dry."]);
    },
  },
  {
    title: "own messages and events never start a run, and a message that is delivered twice is answered once",
    async run(adapter) {
      const model = new ScriptedModel(() => [text("Dry.")]);
      await using on = await stage(adapter, { model });
      const asked = await on.room.as("ada").say("@weather will it rain?");
      await on.room.settled();
      await on.room.repeat(asked.id);
      await on.room.as("ada").say("@weather and tomorrow?");
      await on.room.settled();

      assert.equal(model.requests.length, 2);
      assert.deepEqual(answers(on.room, "weather"), ["@ada Dry.", "@ada Dry."]);
    },
  },
  {
    title: "messages that come during a run are answered after it, each one, in their order",
    async run(adapter) {
      const release = Promise.withResolvers<void>();
      const model = new ScriptedModel(async function* (request) {
        if (request.index === 0) await release.promise;
        yield text(`to ${/number (\d)\D*$/u.exec(lastUserText(request))?.[1]}`);
      });
      await using on = await stage(adapter, { model });
      await on.room.as("ada").say("@weather number 1");
      await until(on.room, "the first run has begun", () => model.requests.length === 1);
      await on.room.as("ada").say("@weather number 2");
      await on.room.as("ada").say("@weather number 3");
      release.resolve();
      await on.room.settled();

      assert.deepEqual(answers(on.room, "weather"), ["@ada to 1", "@ada to 2", "@ada to 3"]);
    },
  },
];
