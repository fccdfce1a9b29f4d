import assert from "node:assert/strict";
import type { AdapterCase } from "../adapter.ts";
import { call, steps, text, wholePrompt } from "../model.ts";
import { answers, toolEvents, toolRuns, unbalanced } from "../observed.ts";
import { stage } from "../stage.ts";

/** Others as tools. */
export const peers: readonly AdapterCase[] = [
  {
    title: "a peer is a tool: it is asked in the room, its answer is the tool's result and starts no run of its own",
    async run(adapter) {
      const model = steps(
        [call("c1", "thenvoi_ask_peer", { peer: "@planner", question: "What shall she pack?" })],
        [text("Take an umbrella.")],
      );
      await using on = await stage(adapter, { model, agents: ["planner"] });
      using _planner = on.sandbox.script("planner", ["An umbrella."]);
      await on.room.as("ada").say("@weather what shall I pack?");
      await on.room.settled();

      assert.deepEqual(on.room.said(), [
        "@weather what shall I pack?",
        "@planner What shall she pack?",
        "@weather An umbrella.",
        "@ada Take an umbrella.",
      ]);
      assert.equal(model.requests.length, 2);
      assert.ok(model.requests[1] && wholePrompt(model.requests[1]).includes("An umbrella."));
      assert.deepEqual(unbalanced(on.room, "weather"), []);
    },
  },
  {
    title: "two peers asked at once each give their own answer",
    async run(adapter) {
      const model = steps(
        [
          call("c1", "thenvoi_ask_peer", { peer: "@planner", question: "What to pack?" }),
          call("c2", "thenvoi_ask_peer", { peer: "@cook", question: "What to eat?" }),
        ],
        [text("An umbrella and soup.")],
      );
      await using on = await stage(adapter, { model, agents: ["planner", "cook"] });
      using _planner = on.sandbox.script("planner", ["An umbrella."]);
      using _cook = on.sandbox.script("cook", ["Soup."]);
      await on.room.as("ada").say("@weather what do I need?");
      await on.room.settled();

      const runs = toolRuns(on.room, "weather");
      const answerTo = (question: string) => runs.find(({ input }) => input.includes(question))?.output ?? "";
      assert.ok(answerTo("to pack").includes("An umbrella."));
      assert.ok(answerTo("to eat").includes("Soup."));
      assert.equal(answers(on.room, "weather").at(-1), "@ada An umbrella and soup.");
    },
  },
  {
    title: "asking somebody who does not exist is an error the model can read, and the run goes on",
    async run(adapter) {
      const model = steps(
        [call("c1", "thenvoi_ask_peer", { peer: "@nobody-at-all", question: "Are you there?" })],
        [text("There is no such colleague.")],
      );
      await using on = await stage(adapter, { model });
      await on.room.as("ada").say("@weather ask around");
      await on.room.settled();

      const [result] = toolEvents(on.room, "weather").filter(({ type }) => type === "tool_result");
      assert.equal(result?.isError, true);
      assert.deepEqual(answers(on.room, "weather"), ["@ada There is no such colleague."]);
    },
  },
];
