import assert from "node:assert/strict";
import type { AdapterCase } from "../adapter.ts";
import { call, type ModelPart, reasoning, ScriptedModel, text, wholePrompt } from "../model.ts";
import { answers, lookup, thoughts, toolEvents } from "../observed.ts";
import { stage } from "../stage.ts";

const count = 50;

/** Rooms side by side. */
export const rooms: readonly AdapterCase[] = [
  {
    title: "fifty rooms at once on one agent: nothing of one is seen in another, by people or by the model",
    async run(adapter) {
      const model = new ScriptedModel((request): ModelPart[] => {
        const word = wordsOf(wholePrompt(request))[0] ?? "none";
        const isBegun = request.messages.some(({ results }) => results.length > 0);
        return isBegun
          ? [text(`answer ${word}`)]
          : [reasoning(`thought ${word}`), call(`call-${word}`, "lookup", { place: word })];
      });
      await using on = await stage(adapter, { model, tools: [lookup()] });
      const words = Array.from({ length: count }, (_, index) => `word${index}z`);
      const places = await Promise.all(
        words.map(async (word) => ({ word, room: await on.sandbox.room({ users: ["ada"], agents: ["weather"] }) })),
      );
      await Promise.all(places.map(({ room, word }) => room.as("ada").say(`@weather ${word}`)));
      for (const { room } of places) await room.settled({ timeoutMs: 30_000 });

      for (const { room, word } of places) {
        assert.deepEqual(answers(room, "weather"), [`@ada answer ${word}`]);
        assert.deepEqual(thoughts(room, "weather"), [`thought ${word}`]);
        assert.deepEqual(
          toolEvents(room, "weather").map(({ type, value }) => `${type} ${value}`),
          [`tool_call {"place":"${word}"}`, `tool_result "dry in ${word}"`],
        );
      }
      assert.equal(model.requests.length, count * 2);
      for (const request of model.requests) assert.equal(wordsOf(wholePrompt(request)).length, 1);
    },
  },
];

function wordsOf(prompt: string): string[] {
  return [...new Set(prompt.match(/word\d+z/gu))];
}
