import { type RoomHandle, type Sandbox, startSandbox } from "@thenvoi/sandbox";
import type { Browser } from "playwright-core";
import { demoWorld } from "../../demo.ts";
import { Server } from "./server.ts";
import { Visit } from "./visit.ts";

/** The app, a sandbox behind it, and a browser before it. */
export class Stage implements AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly room: RoomHandle;
  readonly server: Server;
  readonly #browser: Browser;
  readonly #visits: Visit[] = [];

  private constructor(parts: { sandbox: Sandbox; room: RoomHandle; server: Server; browser: Browser }) {
    this.sandbox = parts.sandbox;
    this.room = parts.room;
    this.server = parts.server;
    this.#browser = parts.browser;
  }

  /** @param env What the server is told beside where the demo lives. */
  static async open(browser: Browser, env: Readonly<Record<string, string>> = {}): Promise<Stage> {
    const sandbox = await startSandbox();
    const world = await demoWorld(sandbox);
    const server = await Server.start({ ...world.env, ...env });
    return new Stage({ sandbox, room: world.room, server, browser });
  }

  async visit(name: string): Promise<Visit> {
    const visit = await Visit.of(this.#browser, name, { url: this.server.url, room: "A day out" });
    this.#visits.push(visit);
    return visit;
  }

  /** Keeps sky from answering until the answer is called, so that trips is in the middle of a turn for as long as it takes. */
  holdSky(): () => void {
    this.sandbox.control("dana/sky", "stop");
    return () => {
      this.sandbox.control("dana/sky", "play");
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      for (const visit of this.#visits) await visit[Symbol.asyncDispose]();
    } finally {
      await this.server[Symbol.asyncDispose]();
      await this.sandbox.stop();
    }
  }
}
