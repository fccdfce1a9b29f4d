import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { startSandbox } from "../../src/index.ts";
import { openBrowser } from "./support/browser.ts";
import { picnic } from "./support/picnic.ts";

const folder = join(import.meta.dirname, "screenshots");
const sizes = {
  wide: { width: 1360, height: 860 },
  middle: { width: 980, height: 760 },
  narrow: { width: 390, height: 780 },
};

/** Takes pictures of the page's main states, to be looked at: wide and narrow, light and dark. */
await mkdir(folder, { recursive: true });
await using sandbox = await startSandbox({ seed: "demo" });
const room = await picnic(sandbox);
await sandbox.room({ users: ["dana"], agents: ["weather"], title: "Forecasts" });
await sandbox.room({ users: ["dana", "miguel"] });
const browser = await openBrowser();
try {
  for (const scheme of ["light", "dark"] as const) {
    for (const [size, viewport] of Object.entries(sizes)) {
      const page = await browser.newPage({ viewport, colorScheme: scheme, deviceScaleFactor: 1 });
      page.on("console", (message) => process.stdout.write(`${message.text()}\n`));
      page.on("pageerror", (error) => process.stdout.write(`${error.stack}\n`));
      await states(page, (name) => page.screenshot({ path: join(folder, `${name}-${size}-${scheme}.png`) }));
      await page.close();
    }
  }
} finally {
  await browser.close();
}

async function states(page: Page, take: (name: string) => Promise<unknown>): Promise<void> {
  await page.goto(sandbox.url);
  await page.getByRole("button", { name: /Picnic/u }).waitFor();
  await take("rooms");
  await page.goto(`${sandbox.url}/#/dana/${room.id}`);
  await page.getByRole("textbox", { name: "Message" }).waitFor();
  await page.getByText("May I use").last().waitFor();
  await take("room");
  await page.getByRole("textbox", { name: "Message" }).fill("Thanks @");
  await page.getByRole("listbox").waitFor();
  await take("completing");
  await page.getByRole("textbox", { name: "Message" }).fill("");
  await page.evaluate("document.querySelector('.timeline').scrollTop = -1e6");
  await page.getByText("get_forecast").first().click();
  await take("opened");
  const faults = page.getByRole("button", { name: "Faults", exact: true });
  if (!(await faults.isVisible())) await page.getByRole("button", { name: "All rooms" }).click();
  await faults.click();
  await take("faults");
  await page.getByRole("button", { name: "Close Faults" }).click();
  await page.getByRole("button", { name: "New room" }).click();
  await page.getByRole("dialog").waitFor();
  await take("new-room");
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Register an agent" }).click();
  await page.getByRole("dialog").waitFor();
  await take("new-agent");
  await page.getByLabel("Name").fill("Librarian");
  await page.getByLabel("What it does, for people and other agents").fill("Knows where each book stands");
  await page.getByRole("button", { name: "Register", exact: true }).click();
  await page.getByText("is registered").first().waitFor();
  await take("registered");
}
