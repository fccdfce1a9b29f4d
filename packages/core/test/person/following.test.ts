import { createPerson, type Person, type PersonOptions, type RoomNews, SocketError } from "@thenvoi/core";
import { type RoomHandle, type Sandbox, startSandbox } from "@thenvoi/sandbox";
import { describe, expect, onTestFinished, test } from "vitest";
import { quick, startAgent } from "../support/start-agent.ts";

/** A reader that writes down all it is told. */
class Reader {
  readonly news: RoomNews[] = [];
  readonly left = new AbortController();
  readonly ended: Promise<unknown>;

  constructor(person: Person, roomId: string, options: { readonly limit?: number; readonly from?: string } = {}) {
    const follow = async () => {
      for await (const news of person.room(roomId).follow({ ...options, signal: this.left.signal }))
        this.news.push(news);
    };
    this.ended = follow().catch((error: unknown) => error);
  }

  get items() {
    return this.news.flatMap((news) => (news.type === "item" ? [news.item] : []));
  }

  /** The texts and thoughts, in the order in which they were first told of. */
  get told(): string[] {
    const firsts = new Map(this.items.toReversed().map((item) => [item.id, item]));
    const inOrder = [...new Set(this.items.map(({ id }) => id))].map((id) => firsts.get(id));
    return inOrder.map((item) => (item?.kind === "event" ? item.content : (item?.text.split(" ").at(-1) ?? "")));
  }

  count(type: RoomNews["type"]): number {
    return this.news.filter((news) => news.type === type).length;
  }
}

function personOf(sandbox: Sandbox, handle: string, options: Partial<PersonOptions> = {}): Person {
  const { apiKey } = sandbox.registerUser(handle);
  const person = createPerson({ apiKey, baseUrl: sandbox.url, logger: false, timing: quick, ...options });
  onTestFinished(() => person.close());
  return person;
}

const hearsRoom = (sandbox: Sandbox, room: RoomHandle) =>
  expect.poll(() => sandbox.connections("ada").flatMap(({ topics }) => topics)).toContain(`chat_room:${room.id}`);

describe("following a room", () => {
  test("tells what was said before, oldest first, and what is said and reported from then on", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada", "ben"], agents: ["weather"] });
    await room.as("ben").say("@ada one");
    await room.as("ben").say("@ada two");
    const reader = new Reader(personOf(sandbox, "ada"), room.id);
    await expect.poll(() => reader.told).toEqual(["one", "two"]);
    await hearsRoom(sandbox, room);

    await using _agent = await startAgent(sandbox, "weather", async (turn) => {
      turn.report({ type: "thought", text: "thinking" });
      await turn.room.flush();
      await turn.reply("four");
    });
    await room.as("ada").say("@weather three");
    await expect.poll(() => reader.told).toEqual(["one", "two", "three", "thinking", "four"]);
    await room.settled();
    const asked = reader.items.findLast((item) => item.kind !== "event" && item.text.endsWith("three"));
    await expect
      .poll(() => reader.items.findLast(({ id }) => id === asked?.id)?.deliveries)
      .toMatchObject({
        [sandbox.credentials("weather").agentId]: { status: "processed" },
      });
  });

  test("goes back as far as it is told to", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada", "ben"] });
    for (const word of ["one", "two", "three"]) await room.as("ben").say(`@ada ${word}`);
    const ada = personOf(sandbox, "ada");
    const short = new Reader(ada, room.id, { limit: 2 });
    await expect.poll(() => short.told).toEqual(["two", "three"]);
    const read = short.news.find((news) => news.type === "read");
    expect(read?.ids).toHaveLength(2);
    const back = new Reader(ada, room.id, { limit: 1, from: short.items[0]?.insertedAt ?? "" });
    await expect.poll(() => back.told).toEqual(["one", "two", "three"]); // a little further than asked, in case of late commits
    expect(back.news.find((news) => news.type === "read")?.from).toBe("");
  });

  test("150 texts and 40 cuts of the connection: none is missed, none is told twice", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada", "ben"] });
    const reader = new Reader(personOf(sandbox, "ada"), room.id);
    await hearsRoom(sandbox, room);
    let seed = 20_261_124;
    const chance = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed / 2 ** 31;
    };
    const said: string[] = [];
    let cuts = 0;
    while (said.length < 150 || cuts < 40) {
      if (said.length < 150 && chance() < 0.6) {
        said.push(`t${said.length}`);
        await room.as("ben").say(`@ada ${said.at(-1)}`);
      } else if (sandbox.faults.cutSockets({ agent: "ada" }) > 0) cuts += 1;
      await new Promise((resolve) => setTimeout(resolve, chance() * 12));
    }
    await expect.poll(() => reader.told.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(said.length);
    const ids = reader.items.map(({ id }) => id);
    const doubles = ids.length - new Set(ids).size;
    process.stdout.write(
      `${cuts} cuts of a person's connection: said ${said.length}, told ${ids.length}, doubles ${doubles}\n`,
    );
    expect(reader.told.toSorted()).toEqual(said.toSorted());
    expect(ids).toHaveLength(said.length);
  });

  test("a delivery that went on during a gap is told after it, however old the text", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const reader = new Reader(personOf(sandbox, "ada"), room.id);
    await hearsRoom(sandbox, room);
    await room.as("ada").say("@weather hello");
    await expect.poll(() => reader.told).toEqual(["hello"]);
    using _refused = sandbox.faults.always("UPGRADE", { status: 503 });
    sandbox.faults.cutSockets({ agent: "ada" });
    using _peer = sandbox.script("weather", ["hi"]);
    await room.settled();
    expect(reader.told).toEqual(["hello"]);
    _refused.remove();
    await expect
      .poll(
        () =>
          Object.values(
            reader.items.findLast((item) => item.kind !== "event" && item.text.endsWith("hello"))?.deliveries ?? {},
          )[0]?.status,
      )
      .toBe("processed");
    await expect.poll(() => reader.told).toEqual(["hello", "hi"]);
  });

  test("a lost frame is made good by the next read, a repeated one is not told again", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada", "ben"] });
    const reader = new Reader(personOf(sandbox, "ada"), room.id);
    await expect.poll(() => reader.count("read")).toBe(2); // at its start, and since the room is heard: no further read is due
    sandbox.faults.frames.once({ event: "message_created" }, "drop");
    await room.as("ben").say("@ada one");
    const { id } = await room.as("ben").say("@ada two");
    await room.repeat(id);
    await room.as("ben").say("@ada three");
    await expect.poll(() => reader.told).toEqual(["two", "three"]);
    sandbox.faults.crashChannels({ topic: `chat_room:${room.id}` });
    await expect.poll(() => reader.told.toSorted()).toEqual(["one", "three", "two"]);
    expect(reader.items).toHaveLength(3);
  });

  test("who comes and goes is told", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"] });
    const reader = new Reader(personOf(sandbox, "ada"), room.id);
    await expect
      .poll(() => sandbox.connections("ada").flatMap(({ topics }) => topics))
      .toContain(`room_participants:${room.id}`);
    const here = () =>
      reader.news.findLast((news) => news.type === "participants")?.participants.map(({ handle }) => handle);
    await room.add("weather");
    await expect.poll(here).toEqual(["ada", "ada/weather"]);
    await room.remove("weather");
    await expect.poll(here).toEqual(["ada"]);
  });

  test("ends with `gone` when the room is deleted, or the person is taken out, also unheard", async () => {
    await using sandbox = await startSandbox();
    const first = await sandbox.room({ users: ["ben", "ada"] });
    const second = await sandbox.room({ users: ["ben", "ada"] });
    const third = await sandbox.room({ users: ["ben", "ada"] });
    const ada = personOf(sandbox, "ada");
    const readers = [first, second, third].map((room) => new Reader(ada, room.id));
    for (const room of [first, second, third]) await hearsRoom(sandbox, room);
    await first.delete();
    await second.remove("ada");
    await Promise.all(readers.slice(0, 2).map(({ ended }) => ended));
    const refused = sandbox.faults.always("UPGRADE", { status: 503 });
    sandbox.faults.cutSockets({ agent: "ada" });
    await third.remove("ada");
    refused.remove();
    await readers[2]?.ended;
    expect(readers.map(({ news }) => news.at(-1)?.type)).toEqual(["gone", "gone", "gone"]);
  });

  test("a stranger is told that there is no such room; a revoked key ends it with what to check", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"] });
    const stranger = new Reader(personOf(sandbox, "cleo"), room.id);
    expect(await stranger.ended).toMatchObject({ code: "api.rejected", status: 404 });
    const reader = new Reader(personOf(sandbox, "ada"), room.id);
    await hearsRoom(sandbox, room);
    sandbox.revoke("ada");
    sandbox.faults.cutSockets({ agent: "ada" });
    const error = await reader.ended;
    expect(error).toBeInstanceOf(SocketError);
    expect(error).toMatchObject({
      code: "socket.refused",
      message: expect.stringContaining("the API key is a person's"),
    });
  });

  test("many readers share one connection, which closes a while after the last has left", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada", "ben"] });
    const other = await sandbox.room({ users: ["ada", "ben"] });
    const ada = personOf(sandbox, "ada", { timing: { ...quick, lingerMs: 200 } });
    const readers = [new Reader(ada, room.id), new Reader(ada, room.id), new Reader(ada, other.id)];
    await hearsRoom(sandbox, room);
    await hearsRoom(sandbox, other);
    await room.as("ben").say("@ada hello");
    await expect.poll(() => readers.map(({ told }) => told)).toEqual([["hello"], ["hello"], []]);
    expect(sandbox.connections("ada")).toHaveLength(1);
    for (const reader of readers) reader.left.abort();
    await Promise.all(readers.map(({ ended }) => ended));
    await expect.poll(() => sandbox.connections("ada")).toEqual([]);
    const again = new Reader(ada, room.id);
    await expect.poll(() => again.told).toEqual(["hello"]);
  });

  test("closing the person ends what is followed", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"] });
    const ada = personOf(sandbox, "ada");
    const reader = new Reader(ada, room.id);
    await hearsRoom(sandbox, room);
    await ada.close();
    expect(await reader.ended).toMatchObject({ message: "this person was closed" });
    await expect.poll(() => sandbox.connections("ada")).toEqual([]); // the other end learns of it a moment later
  });
});

test("rooms that come and go are told, and after each gap that they are to be listed", async () => {
  await using sandbox = await startSandbox();
  sandbox.registerUser("ben");
  const ada = personOf(sandbox, "ada");
  const left = new AbortController();
  const told: string[] = [];
  const follow = async () => {
    for await (const news of ada.follow({ signal: left.signal })) told.push(news.type);
  };
  const ended = follow();
  await expect.poll(() => told).toEqual(["connected"]);
  const room = await sandbox.room({ users: ["ben", "ada"] });
  await expect.poll(() => told).toEqual(["connected", "room_added"]);
  sandbox.faults.cutSockets({ agent: "ada" });
  await expect.poll(() => told.at(-1)).toBe("connected");
  await room.remove("ada");
  await expect.poll(() => told.at(-1)).toBe("room_removed");
  left.abort();
  await ended;
});
