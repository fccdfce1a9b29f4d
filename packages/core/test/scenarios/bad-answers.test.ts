import { type RequestFault, startSandbox } from "@thenvoi/sandbox";
import { describe, expect, test } from "vitest";
import { answers, repeatLastWord, sayAll } from "../support/conversation.ts";
import { soon } from "../support/soon.ts";
import { startAgent } from "../support/start-agent.ts";

const timing = {
  requestTimeoutMs: { read: 300, mark: 300, post: 300, event: 300 },
  readBackMs: 100,
  retryBaseMs: 5,
  retryCapMs: 20,
};

const requests = [
  "GET messages/next",
  "POST messages/:id/processing",
  "POST messages",
  "POST messages/:id/processed",
] as const;

const faults: readonly (readonly [string, RequestFault])[] = [
  ["is refused with 409", { status: 409 }],
  ["is refused with 429", { status: 429 }],
  ["is refused with 500", { status: 500 }],
  ["is refused with 503", { status: 503 }],
  ["has its effect, and then answers 502", { status: 502, after: true }],
  ["is cut before its effect", { cut: "before" }],
  ["is cut after its effect", { cut: "after" }],
  ["is never answered", { hang: true }],
  ["is answered late", { delayAnswerMs: 600 }],
  ["is answered one byte at a time", { dripMs: 30 }],
  ["is answered in HTML", { spoil: "html" }],
  ["is answered in half a JSON", { spoil: "invalid json" }],
  ["is answered with nothing", { spoil: "empty" }],
  ["is answered in another envelope", { spoil: "wrong envelope" }],
];

describe.each(requests)("when %s", (request) => {
  test.each(faults)("%s twice, each message of both rooms is answered once and in order", async (_, fault) => {
    await using sandbox = await startSandbox();
    const rooms = [
      await sandbox.room({ users: ["ada"], agents: ["weather"] }),
      await sandbox.room({ users: ["ada"], agents: ["weather"] }),
    ] as const;
    const struck = sandbox.faults.times(2, { request, room: rooms[0].id }, fault);
    await using agent = await startAgent(sandbox, "weather", repeatLastWord, { timing });

    for (const room of rooms) await sayAll(room, ["1", "2", "3"]);

    await expect.poll(() => answers(rooms[1]), soon).toEqual(["1", "2", "3"]);
    await expect.poll(() => answers(rooms[0]), soon).toEqual(["1", "2", "3"]);
    await rooms[0].settled();
    expect(struck.hits).toBe(2);
    expect(answers(rooms[0])).toEqual(["1", "2", "3"]);
    expect(agent.status()).toMatchObject({ state: "live", reconnects: 0 });
  });
});

test("while every request answers 503 little is asked, and afterwards each message is answered once and in order", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  await using _agent = await startAgent(sandbox, "weather", repeatLastWord, {
    timing: { retryBaseMs: 100, retryCapMs: 500 },
  });
  await sayAll(room, ["1"]);
  await room.settled();
  const outage = sandbox.faults.always("* /*", { status: 503 });
  const startedMs = performance.now();
  await sayAll(room, ["2", "3"]);
  await expect.poll(() => outage.hits, soon).toBeGreaterThanOrEqual(6);
  const perSecond = outage.hits / ((performance.now() - startedMs) / 1_000);
  outage.remove();

  await expect.poll(() => answers(room), soon).toEqual(["1", "2", "3"]);
  expect(perSecond).toBeLessThan(40); // without waits it would be thousands
});

test("an owner whose plan is used up has the handler told so, and the message is answered once there is room again", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const usedUp = sandbox.faults.times(2, "POST messages", { quota: "messages" });
  const codes: unknown[] = [];
  await using _agent = await startAgent(sandbox, "weather", async (turn) => {
    try {
      await repeatLastWord(turn);
    } catch (error) {
      codes.push(error instanceof Error ? error.message : error);
      throw error;
    }
  });

  await sayAll(room, ["1", "2"]);

  await expect.poll(() => answers(room), soon).toEqual(["1", "2"]);
  expect(usedUp.hits).toBe(2);
  expect(codes).toEqual([expect.stringContaining("limit_reached"), expect.stringContaining("limit_reached")]);
});
