import assert from "node:assert/strict";
import { startSandbox } from "../../sandbox.ts";
import type { AdapterCase, AdapterUnderTest } from "../adapter.ts";
import { call, lastUserText, type ModelPart, type ModelRequest, reasoning, ScriptedModel, text } from "../model.ts";
import { lookup } from "../observed.ts";
import { comparable, flaws } from "../prompts.ts";

/** What a model is told of the past. */
export const history: readonly AdapterCase[] = [
  {
    title: "the model sees the same history after a restart as without one: words, own calls and their results",
    async run(adapter) {
      const whole = await lastPrompt(adapter, { restart: false });
      const restarted = await lastPrompt(adapter, { restart: true });

      assert.deepEqual(flaws(whole), []);
      assert.deepEqual(comparable(restarted), comparable(whole));
      const calls = whole.messages.flatMap((message) => message.calls);
      assert.deepEqual(
        calls.map(({ tool, input }) => ({ tool, input })),
        [{ tool: "lookup", input: { place: "Lyon" } }],
      );
      assert.ok(whole.messages.some(({ role, text: said }) => role === "assistant" && said.includes("Dry in Lyon.")));
    },
  },
];

/** Three questions; what the model saw when it was asked the third. */
async function lastPrompt(
  adapter: AdapterUnderTest,
  { restart }: { readonly restart: boolean },
): Promise<ModelRequest> {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada", "bob"], agents: ["weather"], title: "Weather" });
  const model = new ScriptedModel((request): ModelPart[] => {
    const asked = lastUserText(request);
    if (asked.includes("third")) return [text("The third answer.")];
    if (asked.includes("second")) return [text("The second answer.")];
    const isFound = request.messages.some(({ results }) => results.length > 0);
    return isFound ? [text("Dry in Lyon.")] : [reasoning("Lyon, then."), call("c1", "lookup", { place: "Lyon" })];
  });
  const start = () => adapter.start({ sandbox, name: "weather", model, tools: [lookup()] });
  const say = async (who: string, words: string): Promise<void> => {
    await room.as(who).say(`@weather ${words}`);
    await room.settled();
  };
  let agent = await start();
  try {
    await say("ada", "the first question");
    await say("bob", "the second question");
    if (restart) {
      await agent[Symbol.asyncDispose]();
      agent = await start();
    }
    await say("ada", "the third question");
  } finally {
    await agent[Symbol.asyncDispose]();
  }
  const last = model.requests.at(-1);
  assert.ok(last);
  return last;
}
