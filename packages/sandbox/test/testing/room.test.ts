import { expect, test } from "vitest";
import { type RoomHandle, startSandbox } from "../../src/index.ts";
import { keyOf } from "../support/raw-client.ts";

test("a person's mentions are found as handle, slug and name, in any case, longest first", async () => {
  await using sandbox = await startSandbox({ seed: "demo" });
  sandbox.registerAgent("weather-2");
  const room = await sandbox.room({ users: ["dana", "bob"], agents: ["planner", "weather", "weather-2"] });
  const mentions = async (text: string) => {
    const { id } = await room.as("dana").say(text);
    return ["planner", "weather", "weather-2"].filter((agent) => room.delivery(agent, id) !== undefined);
  };
  expect(await mentions("@weather hello")).toEqual(["weather"]);
  expect(await mentions("hello @dana/weather!")).toEqual(["weather"]);
  expect(await mentions("@Planner, @weather-2: hello")).toEqual(["planner", "weather-2"]);
  expect(await mentions("@bob write to mail@weather about @weatherman")).toEqual([]);
  expect(room.said()).toEqual([
    "@weather hello",
    "hello @weather!",
    "@planner, @weather-2: hello",
    "@bob write to mail@weather about @weatherman",
  ]);
});

test("a text that mentions nobody in the room is an error that says who is there", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada", "bob"], agents: ["weather"] });
  await expect(room.as("ada").say("hello")).rejects.toThrow(
    '"hello" mentions nobody in the room; in it: @bob, @weather',
  );
});

test("a short name of two participants is an error that says which handles would do", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada", "bob"], agents: ["weather", "bob/weather"] });
  await expect(room.as("ada").say("@weather hello")).rejects.toThrow("@weather could be @ada/weather or @bob/weather");
  await room.as("ada").say("@bob/weather hello");
  expect(room.deliveries("bob/weather")).toMatchObject([{ text: "@weather hello", status: "waiting", attempts: [] }]);
  expect(room.deliveries("ada/weather")).toEqual([]);
});

test("ask gives the answer of the one it asked, not what others say meanwhile", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada", "bob"], agents: ["weather", "planner"] });
  sandbox.script("planner", ["I was not asked for the weather."]);
  sandbox.script("weather", async (text) => {
    await room.as("bob").ask("@planner what is up?");
    await room.as("bob").say("@ada I would know");
    return `You said: ${text}`;
  });
  expect(await sandbox.as("ada").ask(room, "@weather will it rain?")).toBe("You said: will it rain?");
  expect(room.said()).toEqual([
    "@weather will it rain?",
    "@planner what is up?",
    "@bob I was not asked for the weather.",
    "@ada I would know",
    "@ada You said: will it rain?",
  ]);
});

test("ask gives up with a picture of the room", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"], title: "Picnic" });
  await fetch(`${sandbox.url}/api/v1/agent/me`, { headers: { "x-api-key": keyOf(sandbox, "weather") } });
  const asking = room.as("ada").ask("@weather will it rain?", { timeoutMs: 30 });
  await expect(asking).rejects.toThrow(
    [
      'No answer to "@weather will it rain?": 30 ms passed.',
      `Room "Picnic" (${room.id})`,
      "  in it:",
      "    ada: not connected",
      "    ada/weather: not connected",
      "  said:",
      "    ada: @weather will it rain? ← waits for weather (not delivered)",
      "  last requests:",
      "    200 GET /api/v1/agent/me (ada/weather)",
    ].join("\n"),
  );
});

test("the timeline shows texts and events without ids and times", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  await room.as("ada").say("@weather will it rain?");
  await fetch(`${sandbox.url}/api/v1/agent/chats/${room.id}/events`, {
    method: "POST",
    headers: { "x-api-key": keyOf(sandbox, "weather"), "content-type": "application/json" },
    body: JSON.stringify({ event: { content: "Looking", message_type: "thought" } }),
  });
  expect(room.timeline()).toEqual([
    { from: "ada", type: "text", text: "@weather will it rain?" },
    { from: "weather", type: "thought", content: "Looking" },
  ]);
  expect(room.said()).toEqual(["@weather will it rain?"]);
});

async function mark(
  room: RoomHandle,
  sandbox: Parameters<typeof keyOf>[0],
  messageId: string,
  as: string,
  body: object = {},
) {
  const answer = await fetch(`${sandbox.url}/api/v1/agent/chats/${room.id}/messages/${messageId}/${as}`, {
    method: "POST",
    headers: { "x-api-key": keyOf(sandbox, "weather"), "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
}

test("delivery and deliveries show each text's way, with its attempts", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  expect(room.delivery("weather")).toBeUndefined();
  const first = await room.as("ada").say("@weather one");
  await room.as("ada").say("@weather two");
  await mark(room, sandbox, first.id, "processing");
  await mark(room, sandbox, first.id, "failed", { error: "no forecast" });
  expect(room.delivery("weather")).toBe("waiting");
  expect(room.delivery("weather", first.id)).toBe("failed");
  await mark(room, sandbox, first.id, "processing");
  expect(room.deliveries("weather")).toMatchObject([
    {
      messageId: first.id,
      text: "@weather one",
      status: "processing",
      attempts: [
        { number: 1, status: "failed", error: "no forecast" },
        { number: 2, status: "processing" },
      ],
    },
    { text: "@weather two", status: "waiting", attempts: [] },
  ]);
});

test("settled waits until no text waits for any agent, and gives up with a picture", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  await room.settled();
  const first = await room.as("ada").say("@weather one");
  const second = await room.as("ada").say("@weather two");
  await mark(room, sandbox, first.id, "processing");
  await mark(room, sandbox, first.id, "failed", { error: "no forecast" });
  await expect(room.settled({ timeoutMs: 30 })).rejects.toThrow(
    /The room did not settle: 30 ms passed\.\n.*← waits for weather \(failed, 1 attempt: no forecast\)/s,
  );
  let isSettled = false;
  const settled = room.settled().then(() => {
    isSettled = true;
  });
  for (const { id } of [first, second]) {
    expect(isSettled).toBe(false);
    await mark(room, sandbox, id, "processing");
    await mark(room, sandbox, id, "processed");
  }
  await settled;
});

test("an agent that is removed, or whose room is deleted, is waited for no longer", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  await room.as("ada").say("@weather one");
  const settled = room.settled();
  await room.remove("weather");
  await settled;
  await room.add("weather");
  const again = room.settled();
  await room.delete();
  await again;
  expect(() => sandbox.roomById(room.id)).toThrow(`No room ${room.id}`);
});

test("whoever still waits when the sandbox stops is told so", async () => {
  const sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const asking = room.as("ada").ask("@weather one");
  const outcome = expect(asking).rejects.toThrow("the sandbox stopped");
  await sandbox.stop();
  await outcome;
});
