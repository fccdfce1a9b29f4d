import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, test } from "vitest";
import { z } from "zod";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../../src/index.ts";
import { chromiumPath, openBrowser } from "./browser.ts";

if (chromiumPath === undefined) {
  process.stderr.write("No Chromium found: the tests of the page are skipped. Install one, or name it in CHROMIUM.\n");
}

/** A test that needs a browser; skipped where there is none. */
export const inBrowser: (title: string, run: () => Promise<void>) => void = test.skipIf(chromiumPath === undefined);

let browser: Promise<Browser> | undefined; // one for all tests of a file
afterAll(async () => {
  await (await browser)?.close();
});

/** A sandbox with the demo's people, and its page open in a browser. What the page complains about fails the test that disposes of it. */
export class Stage implements AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly page: Page;
  readonly complaints: string[] = [];

  private constructor(sandbox: Sandbox, page: Page) {
    this.sandbox = sandbox;
    this.page = page;
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("console", (message) => {
      const isRefusal = message.text().includes("Content Security Policy") || message.text().includes("TrustedHTML");
      if (isRefusal) this.complaints.push(message.text());
    });
    page.on("request", (request) => {
      const { host } = new URL(request.url());
      if (host !== new URL(sandbox.url).host) this.complaints.push(`asked ${request.url()}`);
    });
  }

  static async open(
    options: { readonly sandbox?: SandboxOptions; readonly context?: BrowserContextOptions } = {},
  ): Promise<Stage> {
    const sandbox = await startSandbox({ seed: "demo", ...options.sandbox });
    browser ??= openBrowser();
    const context = await (await browser).newContext({ viewport: { width: 1300, height: 800 }, ...options.context });
    context.setDefaultTimeout(20_000); // a busy machine is slow, and right all the same
    return new Stage(sandbox, await context.newPage());
  }

  /** Goes to a room, as a person, and waits until it is shown. */
  async enter(room: { readonly id: string }, person = "dana"): Promise<void> {
    await this.page.goto(`${this.sandbox.url}/#/${person}/${room.id}`);
    await this.box.waitFor();
  }

  get timeline(): Locator {
    return this.page.getByRole("log", { name: "Timeline" });
  }

  /** Where one writes. */
  get box(): Locator {
    return this.page.getByRole("textbox", { name: "Message", exact: true });
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** Waits until the timeline says so. A folded thought says it twice: on its line and unfolded. */
  async says(text: string): Promise<void> {
    await this.timeline.getByText(text).first().waitFor();
  }

  /** What the timeline shows, entry by entry, without names and times. */
  async shown(): Promise<string[]> {
    const texts = await this.page.evaluate(
      "[...document.querySelectorAll('.entry-body')].map((entry) => entry.innerText)",
    );
    return z
      .array(z.string())
      .parse(texts)
      .map((text) => text.replace(/\s+/gu, " ").trim());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close();
    await this.sandbox.stop();
    if (this.complaints.length > 0) throw new Error(`The page complained: ${this.complaints.join("\n")}`);
  }
}
