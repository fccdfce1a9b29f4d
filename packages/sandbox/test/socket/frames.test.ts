import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type RoomHandle, type Sandbox, startSandbox } from "../../src/index.ts";
import { RawClient } from "../support/raw-client.ts";

let sandbox: Sandbox;
let room: RoomHandle;
let topic: string;
let client: RawClient;

beforeEach(async () => {
  sandbox = await startSandbox();
  room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  topic = `chat_room:${room.id}`;
  client = await RawClient.as(sandbox, "weather");
});

afterEach(async () => {
  await client[Symbol.asyncDispose]();
  await sandbox.stop();
});

const okReply = { status: "ok", response: {} };
const unmatched = { status: "error", response: { reason: "unmatched topic" } };

describe("heartbeats", () => {
  test.each([
    { sent: [null, "1", "phoenix", "heartbeat", {}], ref: "1" },
    { sent: ["9", "2", "phoenix", "heartbeat", { x: 1 }], ref: "2" },
    { sent: [null, null, "phoenix", "heartbeat", {}], ref: null },
    { sent: [null, 4, "phoenix", "heartbeat", {}], ref: 4 },
    { sent: [null, "5", "phoenix", "heartbeat", null], ref: "5" },
  ])("$sent is answered, ref echoed, join_ref null", async ({ sent, ref }) => {
    client.send(...sent);
    expect(await client.received()).toEqual([[null, ref, "phoenix", "phx_reply", okReply]]);
  });

  test("anything else on the topic phoenix is an unmatched topic", async () => {
    client.send(null, "6", "phoenix", "other", {});
    client.send(null, "7", "phoenix", "phx_join", {});
    expect(await client.received()).toEqual([
      [null, "6", "phoenix", "phx_reply", unmatched],
      [null, "7", "phoenix", "phx_reply", unmatched],
    ]);
  });
});

describe("joining and leaving", () => {
  test("a join is answered with its refs, a leave with a reply and then phx_close", async () => {
    client.send("1", "1", topic, "phx_join", {});
    client.send("1", "2", topic, "phx_leave", {});
    expect(await client.received()).toEqual([
      ["1", "1", topic, "phx_reply", okReply],
      ["1", "2", topic, "phx_reply", okReply],
      ["1", "1", topic, "phx_close", {}],
    ]);
  });

  test("a topic no channel matches, or that is no text, is refused with join_ref null", async () => {
    for (const odd of ["no_such:1", "chat_room", "", 5, null]) client.send("1", "1", odd, "phx_join", {});
    expect(await client.received()).toEqual(
      ["no_such:1", "chat_room", "", 5, null].map((odd) => [null, "1", odd, "phx_reply", unmatched]),
    );
  });

  test("a second join of a joined topic is answered first, then the old channel is closed", async () => {
    client.send("1", "1", topic, "phx_join", {});
    client.send("2", "2", topic, "phx_join", {});
    client.send("1", "3", topic, "phx_leave", {}); // stale by now
    expect(await client.received()).toEqual([
      ["1", "1", topic, "phx_reply", okReply],
      ["2", "2", topic, "phx_reply", okReply],
      ["1", "1", topic, "phx_close", {}],
    ]);
    expect(sandbox.connections("weather")).toMatchObject([{ topics: [topic] }]);
  });

  test("refs are compared by type: the number 1 is not the text 1", async () => {
    client.send(1, 1, topic, "phx_join", {});
    client.send("1", 2, topic, "phx_leave", {});
    expect(await client.received()).toEqual([[1, 1, topic, "phx_reply", okReply]]);
    client.send(1, 3, topic, "phx_leave", {});
    expect(await client.received()).toEqual([
      [1, 3, topic, "phx_reply", okReply],
      [1, 1, topic, "phx_close", {}],
    ]);
  });

  test("a leave with join_ref null is accepted; of a topic not joined it is answered and nothing is closed", async () => {
    client.send("1", "1", topic, "phx_join", {});
    client.send(null, "2", topic, "phx_leave", {});
    client.send("1", "3", topic, "phx_leave", {});
    client.send("5", "5", "chat_room:never", "phx_leave", {});
    expect(await client.received()).toEqual([
      ["1", "1", topic, "phx_reply", okReply],
      ["1", "2", topic, "phx_reply", okReply],
      ["1", "1", topic, "phx_close", {}],
      ["1", "3", topic, "phx_reply", okReply],
      ["5", "5", "chat_room:never", "phx_reply", okReply],
    ]);
  });

  test("after a join without join_ref, replies carry the ref of the join and the closing frame carries null", async () => {
    client.send(null, "1", topic, "phx_join", {});
    client.send("1", "2", topic, "phx_leave", {}); // a ref this channel never had
    client.send(null, "3", topic, "phx_leave", {});
    expect(await client.received()).toEqual([
      [null, "1", topic, "phx_reply", okReply],
      ["1", "3", topic, "phx_reply", okReply],
      [null, null, topic, "phx_close", {}],
    ]);
  });

  test("a join takes any payload and ignores what comes after the fifth element", async () => {
    client.send("1", "1", topic, "phx_join", "x", "extra");
    client.send("2", "2", topic, "phx_join", null);
    const replies = (await client.received()).filter(([, , , event]) => event === "phx_reply");
    expect(replies.map(([, , , , reply]) => reply)).toEqual([okReply, okReply]);
  });
});

describe("what clients may not send", () => {
  test.each(["no_such_event", "phx_reply", "phx_close", "phx_error", 5])(
    "the event %s crashes the channel",
    async (event) => {
      client.send("1", "1", topic, "phx_join", {});
      client.send("1", "2", topic, event, {});
      client.send("1", "3", topic, event, {});
      expect(await client.received()).toEqual([
        ["1", "1", topic, "phx_reply", okReply],
        ["1", "1", topic, "phx_error", { reason: "channel_crash" }],
        [null, "3", topic, "phx_reply", unmatched],
      ]);
    },
  );

  test("an event with a stale join_ref is dropped", async () => {
    client.send("1", "1", topic, "phx_join", {});
    client.send("0", "2", topic, "no_such_event", {});
    expect(await client.received()).toEqual([["1", "1", topic, "phx_reply", okReply]]);
  });

  test.each([
    { what: "not JSON", data: "this is not json" },
    { what: "nothing", data: "" },
    { what: "a number", data: "42" },
    { what: "null", data: "null" },
    { what: "an empty array", data: "[]" },
    { what: "four elements", data: '["1","1","chat_room:x","phx_join"]' },
    { what: "a map, as V1 clients send", data: '{"topic":"phoenix","event":"heartbeat","payload":{},"ref":"1"}' },
    { what: "half a surrogate pair", data: '["1","1","chat_room:x","phx_join",{"a":"\\ud800"}]' },
    { what: "random bytes", data: Buffer.from([9, 9, 9]) },
    { what: "no bytes", data: Buffer.alloc(0) },
    { what: "JSON in a binary frame", data: Buffer.from('[null,"1","phoenix","heartbeat",{}]') },
  ])("$what closes the socket with 1011", async ({ data }) => {
    client.webSocket.send(data);
    expect(await client.untilClosed()).toEqual({ frames: [], code: 1011 });
  });

  test("whole surrogate pairs and backslashes before a u are fine", async () => {
    client.webSocket.send('["1","1","no_such","phx_join",{"a":"\\ud83d\\ude00 \\\\ud800"}]');
    expect(await client.received()).toEqual([[null, "1", "no_such", "phx_reply", unmatched]]);
  });

  test("a text frame that is not UTF-8 closes the socket with 1007, one over 10 MB with 1009", async () => {
    await using large = await RawClient.as(sandbox, "ada");
    large.webSocket.send("x".repeat(10_000_001));
    expect(await large.closed).toBe(1009);
    client.webSocket.send(Buffer.from([0x5b, 0xff, 0x5d]), { binary: false });
    expect(await client.closed).toBe(1007);
  });

  test("a binary push is an event too, and crashes the channel", async () => {
    client.send("1", "1", topic, "phx_join", {});
    const texts = ["1", "2", topic, "bin"];
    client.webSocket.send(
      Buffer.concat([Buffer.from([0, ...texts.map((text) => text.length)]), Buffer.from(texts.join(""))]),
    );
    expect(await client.received()).toEqual([
      ["1", "1", topic, "phx_reply", okReply],
      ["1", "1", topic, "phx_error", { reason: "channel_crash" }],
    ]);
  });
});
