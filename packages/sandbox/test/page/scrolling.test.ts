import type { Locator } from "playwright-core";
import { expect } from "vitest";
import { z } from "zod";
import { inBrowser, Stage } from "./support/stage.ts";
import { Voice } from "./support/voice.ts";

/** A room in which the planner has had so many thoughts, open in the page at its end. */
async function thoughtful(stage: Stage, thoughts: number): Promise<Voice> {
  const room = await stage.sandbox.room({ users: ["dana"], agents: ["planner"] });
  const planner = new Voice(stage.sandbox, "planner", room);
  for (let index = 0; index < thoughts; index++) await planner.thought(`Thought ${index}.`);
  await stage.enter(room);
  await stage.says(`Thought ${thoughts - 1}.`);
  return planner;
}

const thought = (stage: Stage, index: number): Locator =>
  stage.timeline.locator(".thought-line", { hasText: `Thought ${index}.` });

/** How far from the top of the window it is drawn, to the pixel. */
const topOf = async (line: Locator): Promise<number> => Math.round((await line.boundingBox())?.y ?? Number.NaN);

const gapAtEnd = async (stage: Stage): Promise<number> =>
  Number(
    await stage.page.evaluate(
      "(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(document.querySelector('.timeline'))",
    ),
  );

/** Scrolls to the top, where a browser by itself keeps nothing in its place, and tells what is highest there before more comes in. */
const toTop = `(() => {
  document.querySelector('.timeline').scrollTop = 0;
  const line = document.querySelector('.thought-line');
  return { text: line.textContent, top: Math.round(line.getBoundingClientRect().top) };
})()`;
const placed = z.object({ text: z.string(), top: z.number() });

inBrowser("the timeline stays at its end, whether it grows or the room for it shrinks", async () => {
  await using stage = await Stage.open();
  const planner = await thoughtful(stage, 60);
  await expect.poll(() => gapAtEnd(stage)).toBeLessThan(2);

  await planner.thought("One more.");
  await stage.says("One more.");
  await expect.poll(() => gapAtEnd(stage)).toBeLessThan(2);

  await stage.box.fill("a text\nof\nmany\nlines");
  await expect.poll(() => gapAtEnd(stage)).toBeLessThan(2);
  await stage.page.setViewportSize({ width: 900, height: 500 });
  await expect.poll(() => gapAtEnd(stage)).toBeLessThan(2);
  expect(await stage.timeline.getByText("One more.").first().isVisible()).toBe(true);
});

inBrowser("what one has scrolled back to stays in its place, whatever comes below it or above", async () => {
  await using stage = await Stage.open();
  const planner = await thoughtful(stage, 400);
  await stage.page.evaluate("document.querySelector('.timeline').scrollTop -= 400");
  await stage.button("To the newest").waitFor();
  const seen = thought(stage, 378);
  const before = await topOf(seen);

  for (let index = 0; index < 30; index++) await planner.thought(`Later ${index}.`);
  await stage.timeline.locator(".thought-line", { hasText: "Later 29." }).waitFor({ state: "attached" });
  expect(await topOf(seen)).toBe(before);

  const highest = placed.parse(await stage.page.evaluate(toTop));
  await expect.poll(() => stage.timeline.locator(".thought-line").first().textContent()).not.toBe(highest.text);
  await expect.poll(() => topOf(stage.timeline.getByText(highest.text, { exact: true }).first())).toBe(highest.top);

  await stage.button("To the newest").click();
  await expect.poll(() => gapAtEnd(stage)).toBeLessThan(2);
  expect(await stage.timeline.getByText("Later 29.").first().isVisible()).toBe(true);
});

inBrowser("what is unfolded opens downwards: its line stays where it was clicked", async () => {
  await using stage = await Stage.open();
  const room = await stage.sandbox.room({ users: ["dana"], agents: ["planner"] });
  const planner = new Voice(stage.sandbox, "planner", room);
  for (const call of Array.from({ length: 20 }, (_, index) => String(index))) {
    await planner.toolCall(call, "book", { seats: 6, from: "11:30", until: "15:30" });
    await planner.toolResult(call, "book", { booked: { seats: 6, at: "the lake" } });
  }
  await stage.enter(room);
  await stage.timeline.locator(".tool-done").nth(19).waitFor();
  const line = stage.timeline.locator(".fold-line").nth(17);
  const before = await topOf(line);

  await line.click();

  await stage.timeline.locator(".tool.is-open dl").waitFor();
  await expect.poll(() => topOf(line)).toBe(before);
  await stage.button("To the newest").waitFor();
});

inBrowser("what is folded is found by the browser's search, and unfolded by it", async () => {
  await using stage = await Stage.open();
  const room = await stage.sandbox.room({ users: ["dana"], agents: ["planner"] });
  const planner = new Voice(stage.sandbox, "planner", room);
  await planner.toolCall("1", "book", { seats: 6 });
  await planner.toolResult("1", "book", { place: "by the lake" });
  await stage.enter(room);
  await stage.timeline.locator(".tool-done").waitFor();
  const behind = stage.timeline.locator(".tool [hidden]");
  expect(await behind.getAttribute("hidden")).toBe("until-found");
  expect(await stage.timeline.getByText("by the lake").isVisible()).toBe(false);

  await behind.dispatchEvent("beforematch"); // what the browser says of a match before it shows it

  await stage.timeline.locator(".tool.is-open").getByText("by the lake").waitFor();
  expect(await stage.timeline.locator(".fold-line").getAttribute("aria-expanded")).toBe("true");
});
