import { roomTools } from "@thenvoi/langchain";
import { startSandbox } from "@thenvoi/sandbox";
import { call, ScriptedModel, text } from "@thenvoi/sandbox/contract";
import { createAgent } from "langchain";
import { expect, test } from "vitest";

import { ScriptedChatModel } from "./kit/scripted-chat-model.ts";
import { startAgent } from "./kit/start-agent.ts";

const kept = { content: "Ada likes tea", thought: "For the menu", segment: "user", subject: "@ada" };

const agentOf = (script: ScriptedModel, tools: ReturnType<typeof roomTools>) =>
  createAgent({ model: new ScriptedChatModel(script), tools });

test("a model keeps a task, a goal, a memory and a contact by the platform's tools, which it has only when they are asked for", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather", "planner"] });
  sandbox.registerAgent("miguel/ledger");
  const plain = new ScriptedModel(() => [text("Nothing.")]);
  const model = new ScriptedModel(({ index }) =>
    index > 0
      ? [text("Done.")]
      : [
          call("c1", "thenvoi_create_task", { subject: "Choose the place" }),
          call("c2", "thenvoi_set_goal", { title: "A day out" }),
          call("c3", "thenvoi_store_memory", kept),
          call("c4", "thenvoi_add_contact", { handle: "miguel/ledger" }),
        ],
  );
  await using _plain = await startAgent(sandbox, agentOf(plain, roomTools()), { name: "planner" });
  await using _agent = await startAgent(sandbox, agentOf(model, roomTools({ include: "all" })));

  await room.as("ada").ask("@planner what can you do?");
  await room.as("ada").say("@weather plan it");
  await room.settled();

  expect(plain.requests[0]?.tools).not.toContain("thenvoi_create_task");
  expect(model.requests[0]?.tools).toHaveLength(24);
  const results = room.timeline().filter(({ type }) => type === "tool_result");
  expect(results).toHaveLength(4);
  for (const sign of [/"number":1/u, /"A day out"/u, /"Ada likes tea"/u, /"pending"/u])
    expect(results.some((result) => sign.test(JSON.stringify(result).replaceAll("\\", "")))).toBe(true);
  expect(room.said().at(-1)).toBe("@ada Done.");
});
