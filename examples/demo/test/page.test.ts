import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import * as z from "zod";
import { chromiumPath, openBrowser } from "../../../packages/sandbox/test/page/support/browser.ts";
import { DemoProcess } from "./demo-process.ts";

test.skipIf(chromiumPath === undefined)(
  "the page shows the exchange as it happens, in order, and one goes on talking there",
  async () => {
    await using demo = new DemoProcess(["--port", "0"]);
    const browser = await openBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1300, height: 1000 } });
      await page.goto(await demo.wrote(/http\S+dana\S+/u));

      const growth: string[][] = [];
      await expect
        .poll(async () => growth[growth.push(await shown(page)) - 1]?.at(-1), { timeout: 40_000 })
        .toMatch(/^@Dana Reyes A picnic in Lyon on Saturday\./u);
      await expect.poll(async () => (await shown(page))[0]).toMatch(/Planner processed$/u);

      expect((await shown(page)).map((entry) => entry.replaceAll(/\d+ ms|\d+\.\d s/gu, "TIME"))).toEqual([
        "@Planner can you plan a picnic in Lyon on Saturday? Planner processed",
        "Thought: A picnic stands and falls with the weather. I had better ask Weather before I promise anything.",
        'ask_weather question: "What will the weather be like in Lyon on Saturday?" result TIME',
        "@Weather What will the weather be like in Lyon on Saturday? Weather processed",
        "Thought: The forecast for Lyon will tell.",
        expect.stringMatching(
          /^forecast place: "Lyon", day: "Saturday" error TIME .*The weather service does not answer/u,
        ),
        "Thought: That failed; once more.",
        'forecast place: "Lyon", day: "Saturday" result TIME',
        "@Planner 24 °C in Lyon on Saturday, with rain from 16:00. Planner processed",
        expect.stringMatching(/^@Dana Reyes A picnic in Lyon on Saturday\..* 15:30 Pack up, before the rain$/u),
      ]);
      // what was there stayed where it was, and more came below it
      const counts = growth.map((entries) => entries.length);
      expect(counts).toEqual(counts.toSorted((a, b) => a - b));
      expect(new Set(counts).size).toBeGreaterThan(5);

      const box = page.getByRole("textbox", { name: "Message", exact: true });
      await box.fill("@dana/planner and on Sunday?");
      await box.press("Enter");
      await expect
        .poll(async () => (await shown(page)).at(-1), { timeout: 20_000 })
        .toMatch(/^@Dana Reyes Not on Sunday\./u);
    } finally {
      await browser.close();
    }
  },
);

/** What the timeline shows, entry by entry, without names and times. */
async function shown(page: Page): Promise<string[]> {
  const texts = await page.evaluate("[...document.querySelectorAll('.entry-body')].map((entry) => entry.innerText)");
  return z
    .array(z.string())
    .parse(texts)
    .map((text) => text.replace(/\s+/gu, " ").trim());
}
