import type { RoomEventInput } from "@thenvoi/core";
import { startSandbox } from "@thenvoi/sandbox";
import {
  answers,
  call,
  lookup,
  ScriptedModel,
  text,
  thoughts,
  toolEvents,
  unbalanced,
} from "@thenvoi/sandbox/contract";
import { expect, test } from "vitest";
import { block, finish, inTurn } from "./kit/model-stream.ts";
import { promised } from "./kit/promised.ts";
import { ask, startAgent } from "./kit/start-agent.ts";
import { statement } from "./kit/versions.ts";

statement(19, "Nothing leaks or floods", (ai) => {
  test("`redact` sees inputs, outputs, errors and thoughts before they leave, and what it takes out stays out", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const model = new ScriptedModel(({ index }) =>
      index === 0
        ? [
            { type: "reasoning", text: "The code is hunter2." },
            call("c1", "lookup", { place: "hunter2" }),
            call("c2", "lookup", { place: "Nowhere" }),
          ]
        : [text("Dry.")],
    );
    const own = lookup((place) => {
      if (place === "Nowhere") throw new Error("wrong code hunter2");
      return `found ${place}`;
    });
    const redact = (event: RoomEventInput): RoomEventInput =>
      JSON.parse(JSON.stringify(event).replaceAll("hunter2", "…"));
    await using _agent = await startAgent(ai, sandbox, { model, own: [own], adapter: { events: { redact } } });

    await ask(room, "will it rain?");

    expect(JSON.stringify(room.timeline())).not.toContain("hunter2");
    expect(room.timeline().filter(({ from }) => from === "weather")).toHaveLength(6);
    expect(JSON.stringify(model.requests[1]?.messages), "the model's own run is not touched").toContain(
      "found hunter2",
    );
  });

  test("one reasoning block is one event, however many parts it comes in", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const words = Array.from({ length: 500 }, (_, index) => `word${index} `);
    const provider = inTurn([
      ...block("reasoning", "1", ...words),
      ...block("reasoning", "2"),
      ...block("reasoning", "3", "and so on"),
      ...block("text", "4", "Dry", "."),
      finish("stop"),
    ]);
    await using _agent = await startAgent(ai, sandbox, { settings: { provider } });

    await ask(room, "will it rain?");

    expect(thoughts(room, "weather").map((thought) => thought.trim())).toEqual([words.join("").trim(), "and so on"]);
    expect(sandbox.requests("POST events")).toHaveLength(2);
  });

  test("when the platform asks to slow down, calls and results keep their order", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const model = new ScriptedModel(({ index }) => [
      index < 3 ? call(`c${index}`, "lookup", { place: `${index}` }) : text("Dry."),
    ]);
    await using _agent = await startAgent(ai, sandbox, { model, own: [lookup()] });
    const slow = sandbox.faults.times(2, "POST events", { status: 429, retryAfterSeconds: 1 });

    await ask(room, "will it rain?");

    expect(slow.hits).toBe(2);
    expect(toolEvents(room, "weather").map(({ type, value }) => `${type} ${value}`)).toEqual(
      [0, 1, 2].flatMap((index) => [`tool_call {"place":"${index}"}`, `tool_result "dry in ${index}"`]),
    );
  });

  test("outputs that are no JSON are shown as what can be shown of them", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const model = new ScriptedModel(({ index }) => [
      index === 0 ? call("c1", "lookup", { place: "Lyon" }) : text("Dry."),
    ]);
    const own = lookup(() => ({ when: new Date(0), bytes: new Uint8Array(3), map: new Map([["a", 1]]) }));
    await using _agent = await startAgent(ai, sandbox, { model, own: [own] });

    await ask(room, "will it rain?");

    expect(unbalanced(room, "weather")).toEqual([]);
    expect(answers(room, "weather")).toEqual(["@ada Dry."]);
    expect(toolEvents(room, "weather").at(-1)?.value).toContain("1970-01-01");
  });

  promised(ai, "a failure of the provider", "the agent's own key", "a huge result");
});
