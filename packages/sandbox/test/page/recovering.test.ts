import { expect } from "vitest";
import { SocketAgent } from "./support/socket-agent.ts";
import { inBrowser, Stage } from "./support/stage.ts";
import { Voice } from "./support/voice.ts";

inBrowser("all sockets are cut from the drawer: the page and the agent come back, and go on", async () => {
  await using stage = await Stage.open();
  const { sandbox, page } = stage;
  const room = await sandbox.room({ users: ["dana"], agents: ["weather"] });
  await using _agent = new SocketAgent(sandbox, "weather", room);
  await stage.enter(room);
  await expect.poll(() => sandbox.connections("weather").length).toBe(1);
  await expect.poll(() => sandbox.connections("dana").length).toBe(1);
  const before = [...sandbox.connections("dana"), ...sandbox.connections("weather")].map(({ id }) => id);

  await stage.button("Faults").click();
  await stage.button("Cut sockets").click();
  await page.getByText("Sockets were cut.").waitFor();

  const now = (): string[] => [...sandbox.connections("dana"), ...sandbox.connections("weather")].map(({ id }) => id);
  await expect.poll(() => now().length === 2 && now().every((id) => !before.includes(id))).toBe(true);
  await page
    .getByRole("status")
    .getByText("Live")
    .or(page.getByText("Live", { exact: true }))
    .first()
    .waitFor();
  await stage.box.fill("@weather still there?");
  await page.keyboard.press("Enter");
  await stage.says("Heard: still there?");
});

inBrowser("what was said while the page had no connection is there when it is back, once and in order", async () => {
  await using stage = await Stage.open();
  const { sandbox } = stage;
  const room = await sandbox.room({ users: ["dana"], agents: ["weather"] });
  const weather = new Voice(sandbox, "weather", room);
  const thoughts = Array.from({ length: 250 }, (_, index) => `Thought ${index}.`);
  await weather.thought("The first.");
  await stage.enter(room);
  await stage.says("The first.");

  const refused = sandbox.faults.always("UPGRADE", { status: 503 });
  sandbox.faults.cutSockets({ agent: "dana" });
  await stage.page.getByText("The connection is lost.").waitFor();
  for (const thought of thoughts) await weather.thought(thought);
  refused.remove();

  await stage.says("Thought 249.");
  const lines = stage.timeline.locator(".thought-line");
  const back = async (): Promise<number> => {
    await stage.page.evaluate("document.querySelector('.timeline').scrollTop = -1e6");
    return lines.count();
  };
  await expect.poll(back).toBe(thoughts.length + 1); // scrolling back shows what came before
  expect(await lines.allTextContents()).toEqual(["The first.", ...thoughts]);
});

inBrowser("a crashed channel is joined again, and a refused request is repeated or told", async () => {
  await using stage = await Stage.open();
  const { sandbox, page } = stage;
  const room = await sandbox.room({ users: ["dana"], agents: ["weather"] });
  const weather = new Voice(sandbox, "weather", room);
  await stage.enter(room);
  await stage.button("Faults").click();

  const joins = (): number => sandbox.connections("dana").flatMap(({ topics }) => topics).length;
  await expect.poll(joins).toBe(3);
  await stage.button("Crash this room’s channel").click();
  await page.getByText("The channel crashed.").waitFor();
  await expect.poll(joins).toBe(3);
  await weather.thought("After the crash.");
  await stage.says("After the crash.");

  sandbox.faults.once("POST /me/chats/:id/messages", { status: 503 });
  await stage.box.fill("@weather hello");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").getByRole("button", { name: "Dismiss" }).waitFor();
  expect(await stage.box.inputValue()).toBe("@weather hello"); // what could not be sent is still there
  await page.keyboard.press("Enter");
  await expect.poll(() => room.said()).toEqual(["@weather hello"]);
});

inBrowser("a request fault is scripted, seen to strike, and taken back", async () => {
  await using stage = await Stage.open();
  const { sandbox, page } = stage;
  const room = await sandbox.room({ users: ["dana"], agents: ["weather"] });
  const weather = new Voice(sandbox, "weather", room);
  await stage.enter(room);
  await stage.button("Faults").click();

  await page.getByLabel("What happens").selectOption({ label: "Rate-limit (429, 2 s)" });
  await page.getByRole("combobox", { name: "To", exact: true }).selectOption({ label: "events it posts" });
  await page.getByLabel("How often").selectOption({ label: "until cleared" });
  await stage.button("Strike").click();
  const active = page.getByRole("list", { name: "Active faults" });
  await active.getByText("refuse").waitFor();
  await expect(weather.thought("Not now.")).rejects.toThrow("429");
  await active.getByText("1 hit", { exact: false }).waitFor();

  await active.getByRole("button", { name: /Take back/u }).click();
  await expect.poll(() => sandbox.faults.active()).toEqual([]);
  await weather.thought("Now.");
  await stage.says("Now.");
});

inBrowser("a fault of the drawer strikes whom it was chosen for, and nobody else", async () => {
  await using stage = await Stage.open();
  const { sandbox, page } = stage;
  const room = await sandbox.room({ users: ["dana"], agents: ["planner", "weather"] });
  await using _weather = new SocketAgent(sandbox, "weather", room);
  await using _planner = new SocketAgent(sandbox, "planner", room);
  await stage.enter(room);
  const socketsOf = (handle: string): string =>
    sandbox
      .connections(handle)
      .map(({ id }) => id)
      .join();
  for (const handle of ["weather", "planner", "dana"]) await expect.poll(() => socketsOf(handle)).not.toBe("");
  const before = { weather: socketsOf("weather"), planner: socketsOf("planner"), dana: socketsOf("dana") };

  await stage.button("Faults").click();
  await page.getByLabel("Whose").selectOption({ label: "Weather (@dana/weather)" });
  await stage.button("Cut sockets").click();
  await page.getByText("Sockets were cut.").waitFor();

  await expect.poll(() => ["", before.weather].includes(socketsOf("weather"))).toBe(false);
  expect({ planner: socketsOf("planner"), dana: socketsOf("dana") }).toEqual({
    planner: before.planner,
    dana: before.dana,
  });

  await page.getByRole("combobox", { name: "To", exact: true }).selectOption({ label: "events it posts" });
  await stage.button("Strike").click();
  await page.getByText("It strikes from now on.").waitFor();
  await new Voice(sandbox, "planner", room).thought("Let through.");
  await expect(new Voice(sandbox, "weather", room).thought("Refused.")).rejects.toThrow("503");
});

inBrowser("the slider makes everything slower, and shows what is in force, also once it is cleared", async () => {
  await using stage = await Stage.open();
  const { sandbox, page } = stage;
  const room = await sandbox.room({ users: ["dana"], agents: ["weather"] });
  const weather = new Voice(sandbox, "weather", room);
  await stage.enter(room);
  await stage.button("Faults").click();
  const slider = page.getByRole("slider");
  const say = async (): Promise<number> => {
    const startedMs = performance.now();
    await weather.thought("How long does this take?");
    return performance.now() - startedMs;
  };

  await slider.focus();
  for (const ms of [50, 100, 150, 200]) {
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => sandbox.faults.latencyMs).toBe(ms);
  }
  await page.getByText("200 ms each way").waitFor();
  expect(await say()).toBeGreaterThanOrEqual(399); // a timer may be early by a fraction of a millisecond

  await stage.button("Close Faults").click();
  await stage.button("Faults").click();
  await page.getByText("200 ms each way").waitFor();
  expect(await slider.inputValue()).toBe("200");

  await page.getByRole("button", { name: "Take back latency" }).click();
  await page.getByText("0 ms each way", { exact: true }).waitFor();
  expect(sandbox.faults.latencyMs).toBe(0);
  await slider.fill("500");
  await expect.poll(() => sandbox.faults.latencyMs).toBe(500);
  await stage.button("Clear all faults").click();
  await page.getByText("0 ms each way", { exact: true }).waitFor();
  expect(sandbox.faults.latencyMs).toBe(0);
  expect(await slider.inputValue()).toBe("0");
});
