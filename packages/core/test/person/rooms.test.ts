import { createPerson, MentionError, type Person } from "@thenvoi/core";
import { type Sandbox, startSandbox } from "@thenvoi/sandbox";
import { describe, expect, test } from "vitest";
import { quick, startAgent } from "../support/start-agent.ts";

async function outing(sandbox: Sandbox) {
  const room = await sandbox.room({ users: ["ada", "ben"], agents: ["weather"], title: "Outing" });
  return { room, ada: personOf(sandbox, "ada"), ben: personOf(sandbox, "ben") };
}

function personOf(sandbox: Sandbox, handle: string): Person {
  const { apiKey } = sandbox.registerUser(handle);
  return createPerson({ apiKey, baseUrl: sandbox.url, logger: false, timing: quick });
}

describe("createPerson()", () => {
  test("asks nothing before it is used, and then tells who the key belongs to", async () => {
    await using sandbox = await startSandbox();
    const { ada } = await outing(sandbox);
    expect(sandbox.requests()).toEqual([]);
    expect(await ada.profile()).toMatchObject({ handle: "ada" });
  });

  test("lists rooms newest first, opens, renames and deletes them", async () => {
    await using sandbox = await startSandbox();
    const { room, ada } = await outing(sandbox);
    const opened = await ada.createRoom({ title: "Plans" });
    expect((await Array.fromAsync(ada.rooms())).map(({ id, title }) => ({ id, title }))).toEqual([
      { id: opened.id, title: "Plans" },
      { id: room.id, title: "Outing" },
    ]);
    expect(await ada.room(opened.id).rename("More plans")).toMatchObject({ title: "More plans" });
    await ada.room(opened.id).delete();
    expect((await Array.fromAsync(ada.rooms())).map(({ id }) => id)).toEqual([room.id]);
  });

  test("finds peers, adds and removes participants", async () => {
    await using sandbox = await startSandbox();
    const { ada } = await outing(sandbox);
    const room = ada.room((await ada.createRoom()).id);
    const [weather] = await Array.fromAsync(ada.peers({ notInRoom: room.id, kind: "agent" }));
    await room.addParticipant({ id: weather?.id ?? "" });
    expect((await room.participants()).map(({ handle }) => handle).toSorted()).toEqual(["ada", "ada/weather"]);
    await room.removeParticipant(weather?.id ?? "");
    expect((await room.participants()).map(({ handle }) => handle)).toEqual(["ada"]);
  });

  test("says something to whom it mentions, and sees all that was said, newest first", async () => {
    await using sandbox = await startSandbox();
    const { room, ada, ben } = await outing(sandbox);
    await ada.room(room.id).say({ content: "will it rain?", mentions: ["weather"] });
    await ben.room(room.id).say({ content: "are you coming?", mentions: ["@ada"] });
    const items = await Array.fromAsync(ada.room(room.id).items());
    expect(items.map((item) => item.kind !== "event" && [item.sender.handle, item.text])).toEqual([
      ["ben", "@ada are you coming?"],
      ["ada", "@ada/weather will it rain?"],
    ]);
    expect(room.delivery("weather")).toBe("waiting");
  });

  test("a mention of nobody is an error that names who is here, and nothing is said", async () => {
    await using sandbox = await startSandbox();
    const { room, ada } = await outing(sandbox);
    const saying = ada.room(room.id).say({ content: "hello", mentions: ["wether"] });
    await expect(saying).rejects.toThrow(MentionError);
    await expect(saying).rejects.toMatchObject({ code: "mention.unknown", candidates: ["@ada/weather"] });
    expect(room.said()).toEqual([]);
  });

  test.each([
    ["before it was carried out", { status: 503 }],
    ["after it was carried out", { status: 503, after: true }],
  ] as const)("a post whose answer is lost %s is said once", async (_, fault) => {
    await using sandbox = await startSandbox();
    const { room, ada } = await outing(sandbox);
    await ada.room(room.id).say({ content: "again", mentions: ["weather"] }); // the same words, accounted for
    sandbox.faults.once(`POST /me/chats/${room.id}/messages`, fault);
    const { id } = await ada.room(room.id).say({ content: "again", mentions: ["weather"] });
    expect(room.said()).toHaveLength(2);
    const items = await Array.fromAsync(ada.room(room.id).items());
    expect(items[0]?.id).toBe(id);
  });

  test("interrupts, stops and plays an agent, in one room and everywhere", async () => {
    await using sandbox = await startSandbox();
    const { room, ada } = await outing(sandbox);
    const ran: string[] = [];
    await using _agent = await startAgent(sandbox, "weather", async (turn) => {
      ran.push(turn.message.text.split(" ").at(-1) ?? "");
      if (ran.at(-1) !== "quick")
        await new Promise((_resolve, reject) =>
          turn.signal.addEventListener("abort", () => reject(turn.signal.reason)),
        );
      await turn.reply("done");
    });
    const hers = ada.room(room.id);
    await hers.say({ content: "one", mentions: ["weather"] });
    await expect.poll(() => ran).toEqual(["one"]);
    await hers.interrupt();
    await expect.poll(() => room.delivery("weather")).toBe("processed");

    const weather = sandbox.credentials("weather").agentId;
    await ada.stop(weather);
    await hers.say({ content: "quick", mentions: ["weather"] });
    await hers.play(weather); // in this room alone
    await ada.play(weather);
    await expect.poll(() => room.said().at(-1)).toContain("done");
    expect(ran).toEqual(["one", "quick"]);
  });

  test("a room the person is not in, an agent's key, and a wrong option are told apart", async () => {
    await using sandbox = await startSandbox();
    const { room } = await outing(sandbox);
    const cleo = personOf(sandbox, "cleo").room(room.id);
    await expect(cleo.describe()).rejects.toMatchObject({ code: "api.rejected", status: 404 });
    await expect(cleo.say({ content: "x", mentions: ["ada"] })).rejects.toMatchObject({ status: 404 });
    const { apiKey } = sandbox.credentials("weather");
    expect(() => createPerson({ apiKey, baseUrl: sandbox.url })).toThrow(/holds an agent's key/u);
    sandbox.registerAgent("odd", { apiKey: "key-of-no-known-form" });
    const odd = createPerson({ apiKey: "key-of-no-known-form", baseUrl: sandbox.url, logger: false, timing: quick });
    await expect(odd.profile()).rejects.toMatchObject({ status: 403 });
    expect(() => createPerson({ apiKey: "" })).toThrow(/apiKey/u);
  });
});
