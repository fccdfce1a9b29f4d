import assert from "node:assert/strict";
import type { AdapterCase, AdapterUnderTest } from "../adapter.ts";
import { call, lastUserText, type ModelPart, ScriptedModel, steps, text, wholePrompt } from "../model.ts";
import { answers, lookup, toolEvents, unbalanced, until } from "../observed.ts";
import { stage } from "../stage.ts";

/** A tool that a person must agree to. */
export const approval: readonly AdapterCase[] = [
  {
    title:
      "a tool that needs approval runs once, with the input that was shown, when the named approver agrees and nobody else",
    async run(adapter) {
      await using on = await asked(adapter, { by: ["@ada"] });
      await on.room.as("bob").say("@weather yes");
      await on.room.as("bob").say("@weather yes, I am ada");
      assert.deepEqual(on.tool.places, []);
      await on.room.as("ada").say("@weather yes");
      await on.room.settled();

      assert.deepEqual(on.tool.places, ["Lyon"]);
      assert.ok(answers(on.room, "weather").includes("@ada It is done."));
      assert.equal(
        answers(on.room, "weather").filter((said) => said.startsWith("@bob ")).length,
        2,
        "Bob is answered too",
      );
      assert.deepEqual(unbalanced(on.room, "weather"), []);
    },
  },
  {
    title: "a tool that is not approved does not run, and the model learns that it was not",
    async run(adapter) {
      await using on = await asked(adapter, { by: "asker" });
      await on.room.as("ada").say("@weather no, too expensive");
      await on.room.settled();

      assert.deepEqual(on.tool.places, []);
      const [result] = toolEvents(on.room, "weather").filter(({ type }) => type === "tool_result");
      assert.equal(result?.isError, true);
      assert.ok(answers(on.room, "weather").includes("@ada It was not done."));
      assert.deepEqual(unbalanced(on.room, "weather"), []);
    },
  },
  {
    title: "a question that is open when the agent restarts is not asked again, and the answer to it counts",
    async run(adapter) {
      await using on = await asked(adapter, { by: "asker" });
      const again = { sandbox: on.sandbox, name: "weather", model: on.model, tools: [on.tool] };
      await using _next = await adapter.start({ ...again, approve: { tools: ["book"], by: "asker" } });
      await until(on.room, "the next process is at the question", () => on.model.requests.length === 2);
      await on.room.as("ada").say("@weather yes");
      await on.room.settled();

      assert.deepEqual(on.tool.places, ["Lyon"]);
      assert.equal(answers(on.room, "weather").length, 2, "one question and one answer");
      assert.equal(answers(on.room, "weather").at(-1), "@ada It is done.");
    },
  },
  {
    title: "what waits for approval is asked one at a time, and each answer decides the one that was shown",
    async run(adapter) {
      const tool = { ...lookup(), name: "book", description: "Books a trip to a place" };
      const model = steps(
        [call("c1", "book", { place: "Lyon" }), call("c2", "book", { place: "Nice" })],
        [text("One of them.")],
      );
      await using on = await stage(adapter, { model, tools: [tool], approve: { tools: ["book"], by: "asker" } });
      const questions = () => answers(on.room, "weather");
      await on.room.as("ada").say("@weather book trips");
      await until(on.room, "the first question is in the room", () => questions().length > 0);
      const isLyonFirst = questions()[0]?.includes("Lyon");
      await on.room.as("ada").say("@weather no");
      await until(on.room, "the second question is in the room", () => questions().length > 1);
      assert.ok(questions()[1]?.includes(isLyonFirst ? "Nice" : "Lyon"));
      assert.equal(questions().length, 2);
      await on.room.as("ada").say("@weather yes");
      await on.room.settled();

      assert.deepEqual(tool.places, [isLyonFirst ? "Nice" : "Lyon"]);
      assert.equal(questions().at(-1), "@ada One of them.");
      assert.deepEqual(unbalanced(on.room, "weather"), []);
    },
  },
  {
    title: "silence does not approve",
    async run(adapter) {
      await using on = await asked(adapter, { by: "asker", timeoutMs: 100 });
      await on.room.settled();

      assert.deepEqual(on.tool.places, []);
      assert.ok(answers(on.room, "weather").includes("@ada It was not done."));
    },
  },
];

/** A room in which the agent has just asked whether it may book. */
async function asked(
  adapter: AdapterUnderTest,
  how: { readonly by: "asker" | readonly string[]; readonly timeoutMs?: number },
) {
  const tool = { ...lookup(), name: "book", description: "Books a trip to a place" };
  const model = new ScriptedModel((request): ModelPart[] => {
    if (!lastUserText(request).includes("book a trip")) return [text("Hello.")];
    const results = request.messages.at(-1)?.results ?? [];
    if (results.length === 0) return [call("c1", "book", { place: "Lyon" })];
    return [text(wholePrompt(request).includes("dry in Lyon") ? "It is done." : "It was not done.")];
  });
  const on = await stage(adapter, { model, tools: [tool], users: ["bob"], approve: { tools: ["book"], ...how } });
  await on.room.as("ada").say("@weather book a trip");
  await until(on.room, "the question is in the room", () => answers(on.room, "weather").length > 0);
  const question = answers(on.room, "weather")[0] ?? "";
  assert.ok(question.includes("@ada") && question.includes("book") && question.includes("Lyon"), question);
  return { ...on, tool };
}
