import type { PlatformTool } from "@thenvoi/core";
import { type RoomHandle, type Sandbox, startSandbox } from "@thenvoi/sandbox";
import { expect, test } from "vitest";
import { untilAborted } from "../support/conversation.ts";
import { startAgent } from "../support/start-agent.ts";

const id = "0c8a6b52-3f0e-4d1c-9a57-6e2d41b8f903";

/** A call of each tool that changes something. */
const changes: Readonly<Record<string, unknown>> = {
  send_message: { content: "late", mentions: ["@ada"] },
  send_event: { content: "late" },
  add_participant: { identifier: "@miguel" },
  remove_participant: { identifier: "@bob" },
  create_chatroom: { title: "late" },
  add_contact: { handle: "@miguel" },
  remove_contact: { handle: "@miguel" },
  respond_contact_request: { request_id: id, action: "approve" },
  create_task: { subject: "late" },
  update_task: { task: 1, comment: "late" },
  set_goal: { title: "late" },
  store_memory: {
    content: "late",
    thought: "late",
    system: "long_term",
    type: "semantic",
    segment: "agent",
    scope: "organization",
  },
  supersede_memory: { memory_id: id },
  archive_memory: { memory_id: id },
};

/** How a turn comes to its end, and what a model reads then. */
const ends: Readonly<Record<string, { end(sandbox: Sandbox, room: RoomHandle): void; readonly said: string }>> = {
  "has ended": { end: () => undefined, said: "The turn is over." },
  "was interrupted": {
    end: (sandbox) => void sandbox.control("weather", "interrupt"),
    said: "The run was interrupted by a person.",
  },
  "was stopped": {
    end: (sandbox, room) => void sandbox.control("weather", "stop", { room }),
    said: "The agent was stopped in this room.",
  },
  "took too long": { end: () => undefined, said: "The turn took too long." },
};

test.each(Object.entries(ends))("once its turn %s, no tool changes anything", async (how, { end, said }) => {
  await using sandbox = await startSandbox();
  sandbox.registerUser("miguel");
  const room = await sandbox.room({ users: ["ada", "bob"], agents: ["weather"] });
  const held = Promise.withResolvers<readonly PlatformTool[]>();
  const options = how === "took too long" ? { turnTimeoutMs: 50 } : {};
  let isFirst = true;
  await using _agent = await startAgent(
    sandbox,
    "weather",
    async (turn) => {
      if (!isFirst) return;
      isFirst = false;
      const tools = turn.room.tools({ include: "all" });
      turn.signal.addEventListener("abort", () => held.resolve(tools));
      if (how === "has ended") return held.resolve(tools);
      queueMicrotask(() => end(sandbox, room));
      await untilAborted(turn.signal);
    },
    options,
  );
  await room.as("ada").say("@weather go on");
  const tools = await held.promise;
  if (how !== "was stopped") await room.settled();
  /** All that was written but the agent's own marks. */
  const written = () =>
    sandbox
      .requests()
      .filter(
        ({ method, path }) =>
          !/^(GET|UPGRADE)$/u.test(method) && !/(processing|processed|failed|activity)$/u.test(path),
      );
  const before = written().length;

  const results = Object.entries(changes).map(async ([name, input]) => {
    const tool = tools.find((each) => each.name === `thenvoi_${name}`);
    return [name, await tool?.execute(input)] as const;
  });

  const message = `${said} Nothing was sent or changed; end your work.`;
  for (const [name, result] of await Promise.all(results))
    expect({ name, result }).toEqual({ name, result: { error: { code: "turn.closed", message } } });
  const looks = tools.find((each) => each.name === "thenvoi_get_participants");
  expect(await looks?.execute({})).toMatchObject({ participants: [{}, {}, {}] });
  expect(written().slice(before)).toEqual([]);
});

test("every tool that is not known only to look is among those that change something", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const names = Promise.withResolvers<readonly string[]>();
  await using _agent = await startAgent(sandbox, "weather", (turn) => {
    names.resolve(turn.room.tools({ include: "all", prefix: "" }).map(({ name }) => name));
  });
  await room.as("ada").say("@weather go on");
  const other = (await names.promise).filter((name) => !/^(get|list|lookup)_/u.test(name) && !(name in changes));
  expect(other.toSorted()).toEqual(["ask_peer", "no_reply"]); // a question is refused as such, and silence changes nothing
});
