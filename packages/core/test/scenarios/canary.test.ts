import { channel } from "node:diagnostics_channel";
import { inspect } from "node:util";
import { createRoomAgent, type Notice } from "@thenvoi/core";
import { startSandbox } from "@thenvoi/sandbox";
import { expect, test } from "vitest";
import { soon } from "../support/soon.ts";
import { quick } from "../support/start-agent.ts";

const types: readonly Notice["type"][] = [
  "live",
  "disconnected",
  "turn.start",
  "turn.end",
  "post",
  "retry",
  "dead-letter",
  "stopped",
];

test("the key is in no log, notice, event, text, error or URL, although the handler says it wherever it can", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const credentials = sandbox.credentials("weather");
  const { apiKey } = credentials;
  const seen: unknown[] = [];
  const log = (message: string) => seen.push(message);
  const errors: unknown[] = [];
  const note = (error: unknown) => void errors.push(error);
  const agent = createRoomAgent({
    ...credentials,
    timing: quick,
    logger: { debug: log, info: log, warn: log, error: log },
    onDeadLetter: (_message, attempts) => {
      seen.push(attempts);
      throw new Error(`a listener has ${apiKey}`);
    },
    handler: async (turn) => {
      turn.report({ type: "thought", text: `I have ${apiKey}` });
      turn.report({ type: "tool_call", toolCallId: "1", name: "env", input: { [apiKey]: apiKey } });
      turn.report({
        type: "tool_result",
        toolCallId: "1",
        name: "env",
        output: Buffer.from(apiKey).toString("base64"),
      });
      await turn.reply(`It is ${apiKey}, or ${encodeURIComponent(apiKey)}.`);
      await turn.send({ content: "x", mentions: [apiKey] }).catch(note);
      await turn.ask(apiKey, "x").catch(note);
      for (const tool of turn.room.tools({ include: "all" })) seen.push(await tool.execute({ apiKey, page: apiKey }));
      throw new Error(`boom ${apiKey}`);
    },
  });
  for (const type of types) {
    agent.on(type, (notice) => {
      seen.push(notice);
      throw new Error(`a listener has ${apiKey}`);
    });
    channel(`thenvoi:${type}`).subscribe((notice) => seen.push(notice));
  }
  await agent.start();
  sandbox.faults.cutSockets({ agent: "weather" });
  await room.as("ada").say("@weather hello");
  await expect.poll(() => agent.status().deadLetters, soon).toBe(1);
  await room.settled();
  seen.push(agent.status(), await agent.stop({ graceMs: 0 }));

  const shown = inspect([seen, room.timeline(), room.deliveries("weather"), sandbox.requests()], {
    depth: 20,
    maxArrayLength: 10_000,
  });
  for (const secret of [apiKey, Buffer.from(apiKey).toString("base64").replace(/=+$/u, "")])
    expect(shown).not.toContain(secret);
  expect(shown).toContain("boom [redacted]");
  expect(shown).toContain("a listener has [redacted]");
  expect(errors).toHaveLength(8);
});
