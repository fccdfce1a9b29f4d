import { expect } from "vitest";
import { z } from "zod";
import { call } from "../rest/api.ts";
import { inBrowser, Stage } from "./support/stage.ts";
import { Voice } from "./support/voice.ts";

inBrowser("an agent that is stopped does nothing until it may go on, also after a reload", async () => {
  await using stage = await Stage.open();
  const { sandbox, page } = stage;
  const room = await sandbox.room({ users: ["dana"], agents: ["weather"] });
  using _weather = sandbox.script("weather", ["Sun."]);
  await stage.enter(room);

  await stage.button("Stop Weather").click();
  await stage.button("Play Weather").waitFor();
  await sandbox.as("dana").say(room, "@weather today?");
  await stage.says("waiting");
  await page.reload();
  await stage.button("Play Weather").click();

  await stage.says("Sun.");
  await stage.button("Stop Weather").waitFor();
});

inBrowser("an agent is interrupted by a word of the platform to it", async () => {
  await using stage = await Stage.open();
  const room = await stage.sandbox.room({ users: ["dana"], agents: ["weather"] });
  await stage.enter(room);

  await stage.button("Interrupt Weather").click();

  const interrupts = "POST /me/chats/:id/agents/interrupt";
  await expect.poll(() => stage.sandbox.requests(interrupts).map(({ status }) => status)).toEqual([200]);
});

inBrowser(
  "a call for attention is answered in place, by a text that mentions the agent, until the agent settles it",
  async () => {
    await using stage = await Stage.open();
    const { sandbox, page } = stage;
    const room = await sandbox.room({ users: ["dana"], agents: ["planner"] });
    const planner = new Voice(sandbox, "planner", room);
    await stage.enter(room);

    const attention = await planner.attention("Which day?", { kind: "question", blocking: true });
    await page.getByLabel("Answer Planner").fill("Saturday");
    await stage.button("Answer").click();

    await page.getByText("Sent to Planner: Saturday").waitFor();
    expect(room.said()).toEqual(["@planner Saturday"]);
    await planner.attention("Answered.", { kind: "question", resolves: attention, resolution: "answered" });
    await stage.timeline.getByText("answered", { exact: true }).waitFor();
    expect(await page.getByLabel("Answer Planner").count()).toBe(0);
    expect(await stage.timeline.locator(".attention").count()).toBe(1);
  },
);

inBrowser("people and agents come and go, as seen by who is here", async () => {
  await using stage = await Stage.open();
  const { sandbox, page } = stage;
  sandbox.registerUser("miguel");
  const room = await sandbox.room({ users: ["dana"], agents: ["weather"] });
  await stage.enter(room);
  const here = page.getByRole("complementary", { name: "People and agents" });

  await here.getByLabel("Someone to add").selectOption({ label: "Planner (@dana/planner)" });
  await here.getByRole("button", { name: "Add" }).click();
  await stage.button("Remove Planner").waitFor();
  await room.add("miguel");
  await stage.button("Remove Miguel").waitFor();
  await stage.button("Remove Weather").click();

  await expect
    .poll(() => here.locator(".person .handle").allInnerTexts())
    .toEqual(["@dana", "@dana/planner", "@miguel"]);
});

inBrowser("a new agent gets a key that works, shown with three lines that run it", async () => {
  await using stage = await Stage.open();
  const { sandbox, page } = stage;
  await page.goto(sandbox.url);

  await stage.button("Register an agent").click();
  await page.getByLabel("Name").fill("Librarian");
  await page.getByLabel("What it does, for people and other agents").fill("Knows where each book stands");
  await stage.button("Register").click();

  const lines = String(await page.getByRole("dialog").locator("pre").textContent()).split("\n");
  expect(lines).toEqual([
    `export THENVOI_BASE_URL=${sandbox.url}`,
    expect.stringMatching(/^export THENVOI_API_KEY=band_a_/u),
    "node agent.js",
  ]);
  const key = lines[1]?.split("=")[1] ?? "";
  const me = await call(sandbox.url, "GET /agent/me", { key });
  expect(z.object({ data: z.object({ name: z.string() }) }).parse(me.body).data.name).toBe("Librarian");
});

inBrowser("where nobody has an account, the first person makes one", async () => {
  await using stage = await Stage.open();
  const { page } = stage;
  const { startSandbox } = await import("../../src/index.ts");
  await using empty = await startSandbox();
  await page.goto(empty.url);

  await page.getByLabel("Handle").fill("zoe");
  await stage.button("Come in").click();

  await page.getByText("No rooms yet.").waitFor();
  expect(empty.users.map(({ handle }) => handle)).toEqual(["zoe"]);
  stage.complaints.length = 0; // it went to another sandbox than its own
});
