import { ApiError, createRoomClient } from "@thenvoi/core";
import { type Sandbox, startSandbox } from "@thenvoi/sandbox";
import { describe, expect, test } from "vitest";

async function roomOfThree(sandbox: Sandbox) {
  const room = await sandbox.room({ users: ["ada", "ben"], agents: ["weather"], title: "Outing" });
  sandbox.registerUser("cleo");
  sandbox.registerAgent("planner");
  const client = createRoomClient(sandbox.credentials("weather"));
  return { room, client, inRoom: client.room(room.id) };
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe("createRoomClient()", () => {
  test("asks nothing before it is used, and then tells who the key belongs to", async () => {
    await using sandbox = await startSandbox();
    const { client } = await roomOfThree(sandbox);
    expect(sandbox.requests()).toEqual([]);
    expect(await client.me()).toMatchObject({ handle: "ada/weather" });
  });

  test("lists, opens and renames rooms", async () => {
    await using sandbox = await startSandbox();
    const { room, client, inRoom } = await roomOfThree(sandbox);
    const opened = await client.createRoom({ title: "Plans" });
    expect((await client.rooms()).map(({ id }) => id).toSorted()).toEqual([room.id, opened.id].toSorted());
    expect(await inRoom.describe()).toMatchObject({ id: room.id, title: "Outing" });
    expect(await client.room(opened.id).rename("More plans")).toMatchObject({ title: "More plans" });
  });

  test("finds peers, adds and removes participants", async () => {
    await using sandbox = await startSandbox();
    const { client } = await roomOfThree(sandbox);
    const opened = client.room((await client.createRoom()).id);
    const peers = await all(client.peers({ notInRoom: opened.id }));
    const planner = peers.find(({ handle }) => handle === "ada/planner");
    expect(planner).toBeDefined();
    await opened.addParticipant({ id: planner?.id ?? "" });
    expect((await opened.participants()).map(({ handle }) => handle).toSorted()).toEqual([
      "ada/planner",
      "ada/weather",
    ]);
    await opened.removeParticipant(planner?.id ?? "");
    expect((await opened.participants()).map(({ handle }) => handle)).toEqual(["ada/weather"]);
  });

  test("reads what waits, claims and marks it", async () => {
    await using sandbox = await startSandbox();
    const { room, inRoom } = await roomOfThree(sandbox);
    const { id } = await room.as("ada").say("@weather one");
    await room.as("ben").say("@weather two");
    expect(await inRoom.next()).toMatchObject({ id, text: "@ada/weather one", sender: { handle: "ada" } });
    expect(await inRoom.claim(id)).toMatchObject({ kind: "marked", attemptNumber: 1 });
    expect(await inRoom.markFailed(id, "busy")).toMatchObject({ kind: "marked" });
    expect(await all(inRoom.messages({ status: "failed" }))).toMatchObject([{ id }]);
    await inRoom.claim(id);
    await inRoom.markProcessed(id);
    expect((await all(inRoom.messages())).map(({ text }) => text)).toEqual(["@ada/weather two"]);
    expect(room.delivery("weather", id)).toBe("processed");
  });

  test("speaks, reports, shows activity, and reads the whole room", async () => {
    await using sandbox = await startSandbox();
    const { room, inRoom } = await roomOfThree(sandbox);
    await room.as("ada").say("@weather one");
    const sent = await inRoom.send({ content: "No.", mentions: ["ada"] });
    inRoom.report({ type: "thought", text: "Done." });
    await inRoom.flush();
    await inRoom.activity(true);
    await inRoom.activity(false);
    expect(room.said()).toEqual(["@weather one", "@ada No."]);
    expect(await all(inRoom.items())).toMatchObject([
      { text: "@ada/weather one" },
      { id: sent.id, text: "@ada No." },
      { kind: "event", content: "Done." },
    ]);
    expect(await inRoom.history({ limit: 1 })).toMatchObject([{ kind: "event" }]);
    expect(sandbox.requests("POST activity").map(({ status }) => status)).toEqual([200, 200]);
  });

  test("throws what the platform says no to", async () => {
    await using sandbox = await startSandbox();
    const { client } = await roomOfThree(sandbox);
    const stranger = client.room("00000000-0000-4000-8000-000000000000");
    await expect(stranger.describe()).rejects.toThrow(ApiError);
    await expect(stranger.describe()).rejects.toMatchObject({ status: 404, retryable: false });
  });
});
