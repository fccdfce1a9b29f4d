import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { z } from "zod";
import { picnic } from "./support/picnic.ts";
import { inBrowser, Stage } from "./support/stage.ts";

const found = z.array(
  z.object({ id: z.string(), impact: z.string().nullable(), nodes: z.array(z.object({ html: z.string() })) }),
);

/** What axe calls serious or critical on the page as it is. */
async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const violations = found.parse(await page.evaluate("axe.run().then(({ violations }) => violations)"));
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

for (const colorScheme of ["light", "dark"] as const) {
  for (const [size, viewport] of Object.entries({
    wide: { width: 1300, height: 800 },
    narrow: { width: 390, height: 780 },
  })) {
    inBrowser(`axe has no serious finding on the main states, ${size} and ${colorScheme}`, async () => {
      await using stage = await Stage.open({ context: { colorScheme, viewport, reducedMotion: "reduce" } });
      const { page, sandbox } = stage;
      const room = await picnic(sandbox);
      await page.goto(sandbox.url);
      await page.getByRole("button", { name: /Picnic/u }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await stage.button("New room").click();
      expect(await seriousFindings(page)).toEqual([]);
      await stage.button("Cancel").click();
      await stage.button("Register an agent").click();
      expect(await seriousFindings(page)).toEqual([]);
      await stage.button("Cancel").click();
      await stage.button("Faults").click();
      expect(await seriousFindings(page)).toEqual([]);
      await stage.button("Close Faults").click();
      await stage.enter(room);
      await stage.says("hold_boat");
      expect(await seriousFindings(page)).toEqual([]);
      for (const line of await stage.timeline.locator(".fold-line").all()) await line.click();
      await stage.box.fill("@");
      await page.getByRole("listbox").waitFor();
      expect(await seriousFindings(page)).toEqual([]);
    });
  }
}

inBrowser("a room is found, opened, spoken in and left by keyboard alone", async () => {
  await using stage = await Stage.open();
  const { page, sandbox } = stage;
  const room = await sandbox.room({ users: ["dana"], agents: ["weather"], title: "Forecasts" });
  using _weather = sandbox.script("weather", ["Sun."]);
  await page.goto(sandbox.url);
  await page.getByRole("button", { name: /Forecasts/u }).waitFor();
  const focused = (): Promise<unknown> =>
    page.evaluate("document.activeElement.textContent || document.activeElement.ariaLabel");
  const tabTo = async (name: RegExp): Promise<void> => {
    for (let steps = 0; steps < 30; steps++) {
      await page.keyboard.press("Tab");
      if (name.test(String(await focused()))) return;
    }
    throw new Error(`Tab never came to ${name}`);
  };

  await tabTo(/Forecasts/u);
  await page.keyboard.press("Enter");
  await stage.box.waitFor();
  await tabTo(/^Message$/u);
  await page.keyboard.type("@we");
  await page.getByRole("listbox").waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.type("today?");
  await page.keyboard.press("Enter");

  await stage.says("Sun.");
  expect(room.said()[0]).toBe("@weather today?");
  expect(await focused()).toBe("Message"); // ready for the next one
});
