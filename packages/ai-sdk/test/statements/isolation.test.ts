import { currentTurn } from "@thenvoi/ai-sdk";
import { startSandbox } from "@thenvoi/sandbox";
import { call, type OwnTool, ScriptedModel, text, toolEvents } from "@thenvoi/sandbox/contract";
import { expect, test } from "vitest";
import { block, finish, type Provider } from "./kit/model-stream.ts";
import { promised } from "./kit/promised.ts";
import { ask, startAgent } from "./kit/start-agent.ts";
import { statement } from "./kit/versions.ts";

statement(18, "Rooms are isolated", (ai) => {
  test("a tool finds the turn it is called in, also when others run meanwhile and after it has waited", async () => {
    await using sandbox = await startSandbox();
    const where: OwnTool = {
      name: "where",
      description: "Tells the room",
      texts: [],
      execute: async () => {
        const before = currentTurn()?.room.id;
        await new Promise((resolve) => setTimeout(resolve, 10));
        return { before, after: currentTurn()?.room.id };
      },
    };
    const model = new ScriptedModel(({ messages }) => [
      messages.some(({ results }) => results.length > 0) ? text("Here.") : call("c1", "where", {}),
    ]);
    const rooms = await Promise.all(
      Array.from({ length: 8 }, () => sandbox.room({ users: ["ada"], agents: ["weather"] })),
    );
    await using _agent = await startAgent(ai, sandbox, { model, own: [where] });
    await Promise.all(rooms.map((room) => ask(room, "where are we?")));

    for (const room of rooms)
      expect(toolEvents(room, "weather").at(-1)?.value).toBe(JSON.stringify({ before: room.id, after: room.id }));
  });

  test("no tool of the room lets the model choose a room", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const inputs: [string, string][] = [];
    const provider: Provider = async function* ({ tools = [] }) {
      for (const tool of tools)
        inputs.push([tool.name, JSON.stringify("inputSchema" in tool ? tool.inputSchema : undefined)]);
      yield* [...block("text", "1", "Dry."), finish("stop")];
    };
    await using _agent = await startAgent(ai, sandbox, { settings: { provider }, adapter: { tools: "all" } });
    await ask(room, "will it rain?");

    expect(inputs.length).toBeGreaterThan(8);
    for (const [name, schema] of inputs) {
      expect(schema, name).toMatch(/"type":"object"/u);
      expect(schema, name).not.toMatch(/"(?:room|chat)(?:_?id)?":/iu);
    }
  });

  promised(ai, "fifty rooms at once");
});
