import { once } from "node:events";
import { createServer } from "node:net";
import { createRoomAgent } from "@thenvoi/core";
import { startSandbox } from "@thenvoi/sandbox";
import { expect, test } from "vitest";
import { answers, quiet, repeatLastWord, sayAll } from "../support/conversation.ts";
import { soon } from "../support/soon.ts";
import { quick, startAgent } from "../support/start-agent.ts";

test.each([
  ["an hour behind", -3_600_000],
  ["an hour ahead", 3_600_000],
])(
  "a platform whose clock is %s loses, doubles and reorders nothing, an unanswered post included",
  async (_, skewMs) => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    sandbox.faults.clock(skewMs);
    const lost = sandbox.faults.once("POST messages", { cut: "after" });
    let runs = 0;
    await using _agent = await startAgent(sandbox, "weather", async (turn) => {
      runs += 1;
      await repeatLastWord(turn);
      if (runs === 1) throw new Error("after it has answered");
    });

    await sayAll(room, ["1", "2", "3"]);

    await expect.poll(() => answers(room), soon).toEqual(["1", "2", "3"]);
    await room.settled();
    expect(answers(room)).toEqual(["1", "2", "3"]);
    expect(lost.hits).toBe(1);
  },
);

test("a message that is offered again although it was settled is not run again", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const runs: string[] = [];
  sandbox.faults.always("POST messages/:id/processed", { unseenMs: 300 });
  await using _agent = await startAgent(sandbox, "weather", (turn) => {
    runs.push(turn.message.id);
    return repeatLastWord(turn);
  });

  await sayAll(room, ["1", "2"]);

  await expect.poll(() => answers(room), soon).toEqual(["1", "2"]);
  await quiet(room, sandbox);
  expect(runs.length).toBe(2);
  expect(sandbox.requests({ request: "POST messages/:id/processed", room: room.id }).length).toBeLessThan(100); // without waits it would be hundreds
});

test("an address that speaks no TLS is tried again, and never spoken to without it", async () => {
  const firstBytes: (number | undefined)[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (bytes) => {
      firstBytes.push(bytes[0]);
      socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  const agent = createRoomAgent({
    apiKey: "thnv_a_1",
    baseUrl: `https://127.0.0.1:${port}`,
    logger: false,
    timing: quick,
    handler: repeatLastWord,
  });
  const starting = agent.start().catch(() => undefined);
  await expect.poll(() => firstBytes.length, soon).toBeGreaterThanOrEqual(3);
  await agent.stop();
  await starting;
  server.close();

  const tlsHandshake = 22;
  expect(new Set(firstBytes)).toEqual(new Set([tlsHandshake]));
});
