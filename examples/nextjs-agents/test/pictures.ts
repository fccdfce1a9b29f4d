import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { startSandbox } from "@thenvoi/sandbox";
import { openBrowser } from "../../../packages/sandbox/test/page/support/browser.ts";
import { demoWorld } from "../demo.ts";
import { build } from "./kit/build.ts";
import { Server } from "./kit/server.ts";

const folder = join(import.meta.dirname, "screenshots");
const sizes = { wide: { width: 1280, height: 860 }, narrow: { width: 390, height: 780 } };

/** Takes pictures of the app, to be looked at: wide and narrow, light and dark. */
await mkdir(folder, { recursive: true });
await build();
const browser = await openBrowser();
try {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const [size, viewport] of Object.entries(sizes)) {
      await using sandbox = await startSandbox();
      const { room, env } = await demoWorld(sandbox);
      await using server = await Server.start(env);
      const page = await browser.newPage({ viewport, colorScheme });
      page.on("console", (message) => process.stdout.write(`${message.text()}\n`));
      page.on("pageerror", (error) => process.stdout.write(`${error.stack}\n`));
      const take = (name: string) => page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`) });
      await page.goto(server.url);
      await take("door");
      await page.getByRole("button", { name: "Come in as dana" }).click();
      await page.getByRole("link", { name: "A day out" }).click();
      await page.getByRole("button", { name: "Trips" }).waitFor();
      await page.getByLabel("Message", { exact: true }).fill("Can we go to Annecy on Sunday?");
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByText("Sky knows").waitFor();
      await take("working");
      await page.getByText("Take the 08:04").waitFor();
      await take("answered");
      await page.getByLabel("Message", { exact: true }).fill("@Trips book it to Annecy");
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByRole("button", { name: "Allow" }).waitFor();
      await take("asked");
      await page.getByRole("button", { name: "Allow" }).click();
      await page.getByText("QX7-204").last().waitFor();
      await page.locator(".tool summary").first().click();
      await page.getByRole("button", { name: "Bring in" }).click();
      await take("booked");
      await page.close();
      await room.settled();
      if (server.output.includes("rror")) process.stdout.write(server.output);
    }
  }
} finally {
  await browser.close();
}
