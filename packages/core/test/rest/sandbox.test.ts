import { type Sandbox, startSandbox } from "@thenvoi/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StoredItem } from "../../src/model/stored-item.ts";
import { deliveryFor } from "../../src/model/stored-item.ts";
import { comparableText, resolveMentions } from "../../src/outbox/mentions.ts";
import { reportActivity } from "../../src/rest/activity.ts";
import type { RestClient } from "../../src/rest/client.ts";
import { contextPages, contextTail } from "../../src/rest/context.ts";
import { postEvent } from "../../src/rest/events.ts";
import { claim, markFailed, markProcessed } from "../../src/rest/marks.ts";
import { getMe } from "../../src/rest/me.ts";
import { listMessages, nextMessage, postMessage } from "../../src/rest/messages.ts";
import { addParticipant, listParticipants, removeParticipant } from "../../src/rest/participants.ts";
import { listPeers } from "../../src/rest/peers.ts";
import { createRoom, getRoom, listRooms, renameRoom } from "../../src/rest/rooms.ts";
import { bench, collect, rejection } from "./client-under-test.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
  sandbox.registerUser("ada");
});
afterAll(() => sandbox[Symbol.asyncDispose]());

/** A client that acts as an agent of its own, in a room with Ada. */
async function arrange(agent: string, others: readonly string[] = []) {
  const room = await sandbox.room({ users: ["ada"], agents: [agent, ...others], title: "Picnic plan" });
  const { apiKey, agentId, baseUrl } = sandbox.credentials(agent);
  return { room, roomId: room.id, agentId, client: bench(baseUrl, { apiKey }).client };
}

async function next(client: RestClient, roomId: string): Promise<StoredItem> {
  const item = await nextMessage(client, { roomId });
  if (item === undefined) throw new Error("nothing waits in the room");
  return item;
}

test("the agent's own account", async () => {
  const { client, agentId } = await arrange("a-me");
  expect(await getMe(client)).toMatchObject({ id: agentId, handle: "ada/a-me", name: "a-me" });
});

test("a key that is not accepted, and one that was", async () => {
  const { client } = await arrange("a-key");
  sandbox.revoke("a-key");
  expect(await rejection(getMe(client))).toMatchObject({ status: 401, code: "api.rejected" });
});

describe("rooms", () => {
  test("are listed over several pages", async () => {
    const { client, roomId } = await arrange("a-rooms");
    const opened = [roomId];
    for (let count = 0; count < 104; count += 1)
      opened.push((await sandbox.room({ users: ["ada"], agents: ["a-rooms"] })).id);
    expect(new Set((await listRooms(client)).map(({ id }) => id))).toEqual(new Set(opened));
  });

  test("are opened, read and renamed", async () => {
    const { client } = await arrange("a-owner");
    const made = await createRoom(client, { title: "Garden" });
    expect(made.title).toBe("Garden");
    expect((await renameRoom(client, { roomId: made.id, title: "Park" })).title).toBe("Park");
    expect(await getRoom(client, { roomId: made.id })).toMatchObject({ id: made.id, title: "Park" });
  });

  test("without a title get one from the platform", async () => {
    const { client } = await arrange("a-untitled");
    const { id } = await createRoom(client);
    expect((await getRoom(client, { roomId: id })).id).toBe(id);
  });

  test("of others do not exist", async () => {
    const { client } = await arrange("a-stranger");
    const elsewhere = await sandbox.room({ users: ["ada"] });
    expect(await rejection(getRoom(client, { roomId: elsewhere.id }))).toMatchObject({ status: 404 });
  });
});

describe("messages and marks", () => {
  test("the oldest comes first until it is processed", async () => {
    const { client, room, roomId, agentId } = await arrange("a-queue");
    await room.as("ada").say("@a-queue one");
    await room.as("ada").say("@a-queue two");

    const first = await next(client, roomId);
    expect(first).toMatchObject({ roomId, type: "text", senderKind: "user", senderName: "Ada" });
    expect(first.mentions.map(({ id }) => id)).toEqual([agentId]);
    expect(await claim(client, { roomId, messageId: first.id })).toEqual({ kind: "marked", attemptNumber: 1 });
    expect(await claim(client, { roomId, messageId: first.id })).toEqual({ kind: "marked", attemptNumber: 2 });
    expect(await markFailed(client, { roomId, messageId: first.id, error: "no umbrella" })).toEqual({
      kind: "marked",
      attemptNumber: 2,
    });

    const again = await next(client, roomId);
    expect(again.id).toBe(first.id);
    expect(deliveryFor(again, agentId)).toMatchObject({
      status: "failed",
      attempts: [
        { number: 1, status: "processing" },
        { number: 2, status: "failed", error: "no umbrella" },
      ],
    });
    await claim(client, { roomId, messageId: first.id });
    expect(await markProcessed(client, { roomId, messageId: first.id })).toEqual({ kind: "marked", attemptNumber: 3 });
    expect(await rejection(markProcessed(client, { roomId, messageId: first.id }))).toMatchObject({ status: 422 });
    expect((await next(client, roomId)).content).toMatch(/two$/);
  });

  test("none waits in a quiet room", async () => {
    const { client, roomId } = await arrange("a-quiet");
    expect(await nextMessage(client, { roomId })).toBeUndefined();
  });

  test("a stopped room marks nothing until it plays", async () => {
    const { client, room, roomId } = await arrange("a-stopped");
    const { id: messageId } = await room.as("ada").say("@a-stopped go");
    sandbox.control("a-stopped", "stop", { room });
    expect(await nextMessage(client, { roomId })).toBeUndefined();
    expect(await claim(client, { roomId, messageId })).toEqual({ kind: "stopped" });
    sandbox.control("a-stopped", "play", { room });
    expect(await claim(client, { roomId, messageId })).toMatchObject({ kind: "marked" });
  });

  test("they are listed by where they stand", async () => {
    const { client, room, roomId } = await arrange("a-status");
    for (const text of ["one", "two", "three"]) await room.as("ada").say(`@a-status ${text}`);
    const { id: messageId } = await next(client, roomId);
    await claim(client, { roomId, messageId });
    const count = async (status?: "pending" | "processing" | "processed" | "all") =>
      (await collect(listMessages(client, { roomId, ...(status && { status }) }))).length;
    expect([await count(), await count("all"), await count("processing"), await count("pending")]).toEqual([
      3, 3, 1, 2,
    ]);
    await markProcessed(client, { roomId, messageId });
    expect([await count(), await count("processed"), await count("all")]).toEqual([2, 1, 3]);
  });

  test.each(["@ada it is dry", "@Ada it is dry", "It is dry."])("a post is stored comparably: %s", async (content) => {
    const { client, roomId, agentId } = await arrange("a-post");
    const people = resolveMentions(["ada"], await listParticipants(client, { roomId }), agentId);
    const sent = await postMessage(client, { roomId, content, mentions: people });
    expect(sent.recipients).toEqual([{ id: people[0]?.id, handle: "ada", name: "Ada" }]);
    const [stored] = await contextTail(client, { roomId, limit: 1 });
    expect(stored).toMatchObject({ id: sent.id, senderId: agentId });
    expect(comparableText(stored?.content ?? "", people)).toBe(comparableText(content, people));
  });

  test("a post to nobody is refused with the platform's reason", async () => {
    const { client, roomId } = await arrange("a-nobody");
    expect(await rejection(postMessage(client, { roomId, content: "hi", mentions: [] }))).toMatchObject({
      status: 422,
      reason: "mentions_required",
    });
  });
});

describe("context and events", () => {
  test("a context holds what was said to the agent and all it did, by tail and by walk", async () => {
    const { client, room, roomId } = await arrange("a-context");
    await room.as("ada").say("@a-context go");
    for (let count = 0; count < 130; count += 1) {
      await postEvent(client, { roomId, type: "thought", content: `thought ${count}`, metadata: { count } });
    }
    const all = await collect(contextPages(client, { roomId }));
    expect(all.map(({ type }) => type)).toEqual(["text", ...Array.from({ length: 130 }, () => "thought")]);
    expect(all.at(-1)).toMatchObject({ content: "thought 129", metadata: { count: 129 } });
    expect(await contextTail(client, { roomId, limit: 40 })).toEqual(all.slice(-40));
    expect(await contextTail(client, { roomId, limit: 500 })).toEqual(all);
  });

  test("activity is accepted, and refused in a room of others", async () => {
    const { client, room, roomId } = await arrange("a-active");
    await room.as("ada").say("@a-active go");
    const { id: messageId } = await next(client, roomId);
    await claim(client, { roomId, messageId });
    await expect(reportActivity(client, { roomId, working: true })).resolves.toBeUndefined();
    const elsewhere = await sandbox.room({ users: ["ada"] });
    expect(await rejection(reportActivity(client, { roomId: elsewhere.id, working: true }))).toMatchObject({
      status: 404,
    });
  });
});

describe("participants and peers", () => {
  test("a peer is found, brought in, seen and taken out", async () => {
    sandbox.registerAgent("a-peer", { description: "Knows the weather" });
    const { client } = await arrange("a-host");
    const { id: roomId } = await createRoom(client, { title: "Peers" });
    const find = async () =>
      (await collect(listPeers(client, { notInRoom: roomId }))).find(({ handle }) => handle === "ada/a-peer");

    const peer = await find();
    expect(peer).toMatchObject({ kind: "agent", description: "Knows the weather", isContact: false });
    const participantId = peer?.id ?? "";
    expect(await addParticipant(client, { roomId, participantId })).toMatchObject({
      id: participantId,
      role: "member",
    });
    expect(await rejection(addParticipant(client, { roomId, participantId }))).toMatchObject({ status: 409 });
    expect(await find()).toBeUndefined();
    expect((await listParticipants(client, { roomId })).map(({ handle, role }) => [handle, role])).toEqual(
      expect.arrayContaining([
        ["ada/a-host", "owner"],
        ["ada/a-peer", "member"],
      ]),
    );
    expect(await removeParticipant(client, { roomId, participantId })).toMatchObject({ id: participantId });
    expect((await listParticipants(client, { roomId })).map(({ handle }) => handle)).toEqual(["ada/a-host"]);
  });
});

describe("an answer that is lost", () => {
  test("a claim is not made again, which would open one more attempt", async () => {
    const { client, room, roomId } = await arrange("a-lost-claim");
    const { id: messageId } = await room.as("ada").say("@a-lost-claim go");
    sandbox.faults.once("POST messages/:id/processing", { cut: "after" });
    const error = await rejection(claim(client, { roomId, messageId }));
    expect(error).toMatchObject({ code: "network.no-answer", outcome: "unknown" });
    expect(room.deliveries("a-lost-claim").map(({ attempts }) => attempts.length)).toEqual([1]);
  });

  test("a post is not", async () => {
    const { client, room, roomId, agentId } = await arrange("a-lost-post");
    const people = resolveMentions(["ada"], await listParticipants(client, { roomId }), agentId);
    sandbox.faults.once("POST messages", { cut: "after" });
    const error = await rejection(postMessage(client, { roomId, content: "once", mentions: people }));
    expect(error).toMatchObject({ code: "network.no-answer", outcome: "unknown" });
    expect(room.said()).toEqual(["@ada once"]);
  });
});
