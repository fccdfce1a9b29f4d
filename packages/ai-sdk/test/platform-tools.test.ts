import { startSandbox } from "@thenvoi/sandbox";
import { call, ScriptedModel, text } from "@thenvoi/sandbox/contract";
import { expect, test } from "vitest";
import { ai7 } from "./statements/kit/ai-7.ts";
import { startAgent } from "./statements/kit/start-agent.ts";

const kept = { content: "Ada likes tea", thought: "For the menu", segment: "user", subject: "@ada" };

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
  await using _plain = await startAgent(ai7, sandbox, { name: "planner", model: plain });
  await using _agent = await startAgent(ai7, sandbox, { model, adapter: { tools: "all" } });

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
