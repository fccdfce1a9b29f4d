import type { Browser, BrowserContext, Locator, Page } from "playwright-core";

/** Somebody with a browser of their own in the app. What the page complains of is kept. */
export class Visit implements AsyncDisposable {
  readonly page: Page;
  readonly complaints: string[] = [];
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.on("pageerror", (error) => this.complaints.push(String(error)));
  }

  /** Comes in as a person of the demo, by the door, and goes to a room. */
  static async of(browser: Browser, name: string, at: { readonly url: string; readonly room: string }): Promise<Visit> {
    const context = await browser.newContext();
    context.setDefaultTimeout(20_000); // a busy machine is slow, and right all the same
    const visit = new Visit(context, await context.newPage());
    await visit.page.goto(at.url);
    await visit.page.getByRole("button", { name: `Come in as ${name}` }).click();
    await visit.page.getByRole("link", { name: at.room, exact: true }).click();
    await visit.chip("trips").waitFor();
    return visit;
  }

  async say(text: string): Promise<void> {
    await this.page.getByLabel("Message", { exact: true }).fill(text);
    await this.button("Send").click();
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** Whether a button stands wholly above the box that one writes in. */
  async isInView(name: string): Promise<boolean> {
    const button = await this.button(name).boundingBox();
    const composer = await this.page.locator(".composer").boundingBox();
    return button !== null && composer !== null && button.y >= 0 && button.y + button.height <= composer.y;
  }

  /** Somebody one can write to, below the messages. */
  chip(name: string): Locator {
    return this.page.locator(".chip").filter({ hasText: name });
  }

  /** Waits until a tool call stands there in that state. */
  async sees(tool: string, state: "running" | "done" | "failed"): Promise<void> {
    await this.page.locator(".tool").filter({ hasText: tool }).filter({ hasText: state }).first().waitFor();
  }

  /** Waits until the messages hold this. */
  async reads(text: string): Promise<void> {
    await this.page.getByRole("log").getByText(text).first().waitFor();
  }

  /** What the page shows, in its order: texts, thoughts, tool calls with their states. */
  async shown(): Promise<string[]> {
    const texts = await this.page.locator(".bubble, .thought, .tool > summary").allInnerTexts();
    return texts.map((text) => text.replace(/\s+/gu, " ").trim());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
    if (this.complaints.length > 0) throw new Error(`The page complained: ${this.complaints.join("\n")}`);
  }
}
