import { expect } from "vitest";
import { inBrowser, Stage } from "./support/stage.ts";
import { Voice } from "./support/voice.ts";

inBrowser("a room is made with two agents in it, and a message written with completion is answered in it", async () => {
  await using stage = await Stage.open();
  const { page, sandbox } = stage;
  using _planner = sandbox.script("planner", ["A picnic, then."]);
  await page.goto(sandbox.url);

  await stage.button("New room").click();
  await page.getByLabel("Name").fill("Saturday");
  await page.getByLabel(/Planner/u).check();
  await page.getByLabel(/Weather/u).check();
  await stage.button("Make the room").click();

  await stage.box.pressSequentially("Ideas, @pl");
  await page.getByRole("option", { name: /Planner/u }).waitFor();
  await page.keyboard.press("Enter");
  await expect.poll(() => stage.box.inputValue()).toBe("Ideas, @dana/planner ");
  await stage.box.pressSequentially("for Saturday?");
  await page.keyboard.press("Enter");

  await stage.says("A picnic, then.");
  await expect
    .poll(() => stage.shown())
    .toEqual(["Ideas, @Planner for Saturday? Planner processed", "@Dana Reyes A picnic, then."]);
  const [room] = sandbox.roomsOf("dana");
  expect(room?.said()).toEqual(["Ideas, @planner for Saturday?", "@dana A picnic, then."]);
});

inBrowser("thoughts, a tool call, a question to a peer and the answers appear as they happen, in order", async () => {
  await using stage = await Stage.open();
  const { sandbox } = stage;
  const room = await sandbox.room({ users: ["dana"], agents: ["planner", "weather"] });
  const planner = new Voice(sandbox, "planner", room);
  using _weather = sandbox.script("weather", ["Dry until four."]);
  await stage.enter(room);
  const asked = await sandbox.as("dana").say(room, "@planner rain?");

  await planner.mark(asked.id, "processing");
  await planner.working(true);
  await stage.says("processing");
  await stage.page.getByText("Planner is working").waitFor();
  await planner.thought("I had better ask.");
  await stage.says("I had better ask.");
  await planner.toolCall("1", "ask_weather", { question: "Rain?" });
  await stage.says("running");
  await planner.say("@dana/weather Rain?", sandbox.credentials("weather").agentId);
  await stage.says("Dry until four.");
  await planner.toolResult("1", "ask_weather", "Dry until four.");
  await stage.timeline.locator(".tool-done").waitFor();
  await planner.toolCall("2", "book", { seats: 6 });
  await planner.toolResult("2", "book", "No seats", { isError: true });
  await planner.error("Error: nothing was booked");
  await planner.say("@dana No rain, no seats.", sandbox.users[0]?.id ?? "");
  await planner.working(false);
  await planner.mark(asked.id, "failed", "No seats");

  await stage.says("failed");
  const shown = await stage.shown();
  expect(shown.map((text) => text.replace(/\d+ ms|\d+\.\d s/u, "TIME"))).toEqual([
    "@Planner rain? Planner failed: No seats",
    "Thought: I had better ask.",
    'ask_weather question: "Rain?" result TIME',
    "@Weather Rain? Weather processed",
    "@Planner Dry until four. Planner waiting",
    "book seats: 6 error TIME No seats",
    "Error: Error: nothing was booked",
    "@Dana Reyes No rain, no seats.",
  ]);
  await stage.timeline.getByText("ask_weather").click();
  expect(await stage.timeline.locator(".tool.is-open dl").textContent()).toContain('"question": "Rain?"');
});

inBrowser("a reload shows the same room, to the same person, with all that happened", async () => {
  await using stage = await Stage.open();
  const { sandbox, page } = stage;
  const room = await sandbox.room({ users: ["dana", "miguel"], agents: ["weather"], title: "Forecasts" });
  using _weather = sandbox.script("weather", ["Sun.", "Rain."]);
  await sandbox.as("dana").ask(room, "@weather today?");
  await stage.enter(room, "miguel");
  await stage.says("Sun.");
  const before = await stage.shown();

  await page.reload();

  await stage.says("Sun.");
  expect(await stage.shown()).toEqual(before);
  expect(await page.getByLabel("You are").inputValue()).toBe("miguel");
  await stage.box.fill("and tomorrow?"); // names nobody: it goes to the only agent here
  await page.keyboard.press("Enter");
  await stage.says("Rain.");
  expect(room.said().at(-2)).toBe("@weather and tomorrow?");
});

inBrowser("one becomes someone else, and sees their rooms and not one's own", async () => {
  await using stage = await Stage.open();
  const { sandbox, page } = stage;
  await sandbox.room({ users: ["dana"], title: "Of Dana" });
  await sandbox.room({ users: ["miguel"], title: "Of Miguel" });
  await page.goto(sandbox.url);
  await page.getByRole("button", { name: "Of Dana" }).waitFor();

  await page.getByLabel("You are").selectOption("miguel");

  await page.getByRole("button", { name: "Of Miguel" }).waitFor();
  expect(await page.getByRole("button", { name: "Of Dana" }).count()).toBe(0);
});

inBrowser("rooms say what waits in them, and who is at work, whichever is open", async () => {
  await using stage = await Stage.open();
  const { sandbox, page } = stage;
  const room = await sandbox.room({ users: ["dana"], agents: ["weather"], title: "Forecasts" });
  const other = await sandbox.room({ users: ["dana"], agents: ["planner"], title: "Plans" });
  await stage.enter(other);
  const item = page.getByRole("button", { name: /Forecasts/u });

  const said = await sandbox.as("dana").say(room, "@weather rain?");
  const weather = new Voice(sandbox, "weather", room);
  await weather.working(true);
  await expect.poll(() => item.textContent()).toMatch(/1 waitingWWeather working/u);

  await weather.mark(said.id, "processing");
  await weather.mark(said.id, "processed");
  await weather.working(false);
  await expect.poll(() => item.textContent()).not.toMatch(/waiting|working/u);
});
