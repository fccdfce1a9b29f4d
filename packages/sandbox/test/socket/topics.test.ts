import { expect, test } from "vitest";
import { startSandbox } from "../../src/index.ts";
import { RawClient } from "../support/raw-client.ts";

const okReply = { status: "ok", response: {} };
const unauthorized = { status: "error", response: { reason: "unauthorized" } };
const tooMany = { status: "error", response: { reason: "too many channels joined" } };

test("agents join their own topics and their rooms, users theirs, and nobody anything else", async () => {
  await using sandbox = await startSandbox();
  const shared = await sandbox.room({ users: ["ada", "bob"], agents: ["weather", "planner"] });
  const foreign = await sandbox.room({ users: ["bob"] });
  const ids = new Map([...sandbox.users, ...sandbox.agents].map(({ handle, id }) => [handle, id]));
  const id = (handle: string) => ids.get(handle) ?? "";
  const roomKinds = ["chat_room", "room_participants", "room_tasks"];

  const cases = [
    {
      name: "weather",
      may: [
        ...["agent_rooms", "agent_contacts", "agent_control"].map((kind) => `${kind}:${id("ada/weather")}`),
        ...roomKinds.map((kind) => `${kind}:${shared.id}`),
      ],
      mayNot: [
        `agent_rooms:${id("ada/planner")}`,
        `agent_control:${id("ada/planner")}`,
        `user_rooms:${id("ada")}`,
        `user_contacts:${id("ada")}`,
        `user_rooms:${id("ada/weather")}`,
        `chat_room:${foreign.id}`,
        `room_participants:${foreign.id}`,
        "chat_room:",
        "chat_room:no-such-room",
      ],
    },
    {
      name: "ada",
      may: [
        ...["user_rooms", "user_contacts", "tasks"].map((kind) => `${kind}:${id("ada")}`),
        ...roomKinds.map((kind) => `${kind}:${shared.id}`),
      ],
      mayNot: [
        `user_rooms:${id("bob")}`,
        `agent_rooms:${id("ada/weather")}`,
        `agent_rooms:${id("ada")}`,
        `chat_room:${foreign.id}`,
      ],
    },
  ];
  for (const { name, may, mayNot } of cases) {
    await using client = await RawClient.as(sandbox, name);
    for (const topic of may)
      expect(await client.join(topic, topic), `${name} joins ${topic}`).toEqual([
        topic,
        topic,
        topic,
        "phx_reply",
        okReply,
      ]);
    for (const topic of mayNot) {
      expect(await client.join(topic, topic), `${name} may not join ${topic}`).toEqual([
        topic,
        topic,
        topic,
        "phx_reply",
        unauthorized,
      ]);
    }
    expect(sandbox.connections(name)).toMatchObject([{ topics: may }]);
  }
});

test("with a channel limit, one join more is refused; a joined topic may be joined again, and a left one makes room", async () => {
  await using sandbox = await startSandbox({ channelLimit: 2 });
  const rooms = await Promise.all([1, 2, 3].map(() => sandbox.room({ users: ["ada"], agents: ["weather"] })));
  const [first = "", second = "", third = ""] = rooms.map(({ id }) => `chat_room:${id}`);
  await using client = await RawClient.as(sandbox, "weather");
  expect((await client.join(first, "1"))[4]).toEqual(okReply);
  expect((await client.join(second, "2"))[4]).toEqual(okReply);
  expect(await client.join(third, "3")).toEqual(["3", "3", third, "phx_reply", tooMany]);
  expect((await client.join(first, "4"))[4]).toEqual(okReply);
  client.send("2", "5", second, "phx_leave", {});
  expect((await client.join(third, "6"))[4]).toEqual(okReply);
});

test("without one, a socket joins as many as it likes", async () => {
  await using sandbox = await startSandbox();
  const rooms = await Promise.all(
    Array.from({ length: 150 }, () => sandbox.room({ users: ["ada"], agents: ["weather"] })),
  );
  await using client = await RawClient.as(sandbox, "weather");
  for (const { id } of rooms) client.send(id, id, `chat_room:${id}`, "phx_join", {});
  const replies = await client.received();
  expect(replies.map(([joinRef]) => joinRef)).toEqual(rooms.map(({ id }) => id));
  expect(replies.every(([, , , , reply]) => JSON.stringify(reply) === JSON.stringify(okReply))).toBe(true);
});
