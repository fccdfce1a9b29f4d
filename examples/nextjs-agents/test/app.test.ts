import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "../../../packages/sandbox/test/page/support/browser.ts";
import { build } from "./kit/build.ts";
import { Stage } from "./kit/stage.ts";

const question = "Can we go to Annecy on Sunday?";
/** What a conversation is when it is over: each thing once, in its order. */
const conversation = [
  `@dana/trips ${question}`,
  "A day in Annecy needs two things: a train that leaves early enough, and a dry sky.",
  "trains Annecy, Sunday done",
  "The trains fit. Sky knows the weather better than I do.",
  "ask_peer Sky, What will the weather be in Annecy on Sunday? done",
  "@dana/sky What will the weather be in Annecy on Sunday?",
  "The forecast for Annecy will tell.",
  "forecast Annecy, Sunday done",
  "@dana/trips Clear in Annecy on Sunday, 21 °C, hardly any rain.",
  expect.stringMatching(/^@dana Yes, go to Annecy!/u),
];

let browser: Browser;
beforeAll(async () => {
  await build();
  browser = await openBrowser();
}, 300_000);
afterAll(() => browser.close());

test("a person asks, sees thoughts and tool calls as they happen, a peer join, the answer, and allows a booking", async () => {
  await using stage = await Stage.open(browser);
  const play = stage.holdSky();
  const dana = await stage.visit("dana");
  expect(await dana.chip("sky").count()).toBe(0);

  await dana.say(question);
  await dana.reads("A day in Annecy needs two things");
  await dana.sees("ask_peer", "running");
  await dana.chip("sky").waitFor();
  await dana.button("Stop").waitFor();
  expect(await dana.shown()).not.toContainEqual(conversation.at(-1));
  play();
  await dana.reads("Yes, go to Annecy!");
  await expect.poll(() => dana.shown()).toEqual(conversation);
  await dana.button("Stop").waitFor({ state: "detached" });

  await dana.page.setViewportSize({ width: 390, height: 640 });
  await dana.say("book it to Annecy");
  await dana.sees("book", "running");
  await expect.poll(() => dana.isInView("Allow")).toBe(true); // what is new is seen without scrolling
  await dana.button("Allow").click();
  await dana.reads("Your reference is QX7-204.");
  await dana.sees("book", "done");
  await dana.page.getByText("answered").waitFor();
  expect(await dana.button("Allow").count()).toBe(0);
  expect(stage.room.said().slice(-3)).toEqual([
    expect.stringContaining("May I use the tool `book`"),
    "@trips yes",
    "@dana Booked: two seats to Annecy, Sunday at 08:04. Your reference is QX7-204.",
  ]);
});

test("a second browser sees the same room live, and a reload in the middle of a turn loses and doubles nothing", async () => {
  await using stage = await Stage.open(browser);
  const play = stage.holdSky();
  const dana = await stage.visit("dana");
  const miguel = await stage.visit("miguel");

  await dana.say(question);
  await miguel.reads("A day in Annecy needs two things");
  await miguel.sees("ask_peer", "running");
  await dana.sees("ask_peer", "running");
  await dana.page.reload();
  await dana.sees("ask_peer", "running");
  await dana.button("Stop").waitFor(); // the chat knows that its answer is still on the way
  play();
  await expect.poll(() => dana.shown()).toEqual(conversation);
  await expect.poll(() => miguel.shown()).toEqual(conversation);

  await dana.say("book it to Annecy");
  await miguel.page.getByText("May I use the tool").waitFor();
  expect(await miguel.button("Allow").count()).toBe(0); // it was dana who asked
});

test("a server that is killed in the middle of a turn answers once when it is back, on the page that stayed open", async () => {
  await using stage = await Stage.open(browser);
  const play = stage.holdSky();
  const dana = await stage.visit("dana");
  await dana.say(question);
  await dana.sees("ask_peer", "running");

  await stage.server.end("SIGKILL");
  await dana.page.getByText("The connection is lost").waitFor();
  await stage.server.restart();
  play();
  await dana.reads("Yes, go to Annecy!");
  await stage.room.settled({ timeoutMs: 30_000 });

  const answers = (texts: readonly string[]) => texts.filter((text) => text.includes("Yes, go to Annecy!"));
  expect(answers(stage.room.said())).toHaveLength(1);
  expect(answers(await dana.shown())).toHaveLength(1);
  expect(stage.room.said().filter((text) => text.startsWith("@sky"))).toHaveLength(1);
});

test("each agent is connected once, and a signal lets it finish its turn before the server ends", async () => {
  await using stage = await Stage.open(browser);
  const { sandbox, room, server } = stage;
  const agents = ["dana/trips", "dana/sky"];
  await expect.poll(() => agents.map((agent) => sandbox.connections(agent).length)).toEqual([1, 1]);

  await room.as("dana").say(`@trips ${question}`);
  await expect.poll(() => room.timeline().map(({ type }) => type)).toContain("thought");
  sandbox.script("dana/sky", ["Clear."]); // the app's own is stopping with the rest
  expect(await server.end("SIGTERM")).toBe(0);

  expect(room.said().filter((text) => text.includes("Yes, go to Annecy!"))).toHaveLength(1);
  expect(room.delivery("trips")).toBe("processed");
  expect(agents.map((agent) => sandbox.connections(agent).length)).toEqual([0, 0]);
});

test("the drain route answers what waited, for who knows its secret", async () => {
  await using stage = await Stage.open(browser, { AGENTS: "drain", CRON_SECRET: "a secret of the cron job" });
  const { sandbox, room, server } = stage;
  await room.add("dana/sky");
  await room.as("dana").say("@sky how is the weather in Annecy?");
  const drain = (authorization: string) => fetch(`${server.url}/api/drain`, { headers: { authorization } });

  expect((await drain("Bearer a guess")).status).toBe(401);
  expect(room.said()).toHaveLength(1);
  const answer = await drain("Bearer a secret of the cron job");
  expect(await answer.json()).toEqual({
    results: [
      { answered: 0, failed: 0, skipped: 0, waiting: 0 },
      { answered: 1, failed: 0, skipped: 0, waiting: 0 },
    ],
  });
  expect(room.said().at(-1)).toBe("@dana Clear in Annecy on Sunday, 21 °C, hardly any rain.");
  expect(sandbox.connections("dana/sky")).toEqual([]);
});

test("a stranger, a forged session and who is not in the room are refused", async () => {
  await using stage = await Stage.open(browser, { CRON_SECRET: "" });
  const { sandbox, room, server } = stage;
  const own = await sandbox.room({ users: ["dana"], agents: ["dana/trips"], title: "Dana's own" });
  const dana = await stage.visit("dana");
  const miguel = await stage.visit("miguel");
  const cookieOf = async ({ page }: typeof dana) => {
    const [session] = (await page.context().cookies()).filter(({ name }) => name === "session");
    expect(session).toMatchObject({ httpOnly: true, sameSite: "Lax", secure: true });
    return `session=${session?.value}`;
  };
  const [danas, miguels] = [await cookieOf(dana), await cookieOf(miguel)];
  const statuses = async (roomId: string, cookie: string) => {
    const url = `${server.url}/api/rooms/${roomId}`;
    const body = JSON.stringify({ action: "say", text: "@trips hello", key: "k" });
    const headers = { cookie, "content-type": "application/json" };
    const seen = await fetch(url, { headers });
    await seen.body?.cancel();
    return [seen.status, (await fetch(url, { method: "POST", headers, body })).status];
  };

  expect(await statuses(room.id, "")).toEqual([403, 403]);
  expect(await statuses(room.id, danas.replace("dana", "miguel"))).toEqual([403, 403]);
  expect(await statuses(own.id, miguels)).toEqual([404, 404]);
  expect(room.said()).toEqual([]);
  expect(own.said()).toEqual([]);
  expect(await statuses(own.id, danas)).toEqual([200, 201]);

  await miguel.page.goto(`${server.url}/rooms/${own.id}`);
  await miguel.page.getByText("could not be found").waitFor();
  await miguel.page.context().clearCookies();
  await miguel.page.goto(`${server.url}/rooms/${room.id}`);
  await miguel.page.getByText("Who are you?").waitFor();
  expect((await fetch(`${server.url}/api/drain`, { headers: { authorization: "Bearer " } })).status).toBe(401);
});
