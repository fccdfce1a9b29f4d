import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import type { RoomHandle, Sandbox } from "@thenvoi/sandbox";
import { Narration } from "./narration.ts";
import { watchRoom } from "./watch.ts";

/** Who plays: the agent by its handle, the file it is started from, and what it needs besides. */
export interface Cast {
  readonly agent: string;
  readonly file: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * A room with dana and one agent in a process of its own, its news told line by line as they happen.
 *
 * The agent is told where it lives as any agent is, by two variables. Ends, and ends the agent, when disposed of.
 */
export class Stage implements AsyncDisposable {
  readonly room: RoomHandle;
  readonly #agent: ChildProcess;
  readonly #watching: Disposable;
  readonly #narration: Narration;
  readonly #gone: Promise<never>;

  private constructor(parts: { room: RoomHandle; agent: ChildProcess; watching: Disposable; narration: Narration }) {
    this.room = parts.room;
    this.#agent = parts.agent;
    this.#watching = parts.watching;
    this.#narration = parts.narration;
    this.#gone = once(parts.agent, "exit").then(([code]) => {
      throw new Error(`The agent ended with code ${code} before it had answered.`);
    });
    this.#gone.catch(() => undefined);
  }

  /** @param print Called with each line. */
  static async open(sandbox: Sandbox, cast: Cast, print: (line: string) => void): Promise<Stage> {
    const room = await sandbox.room({ users: ["dana"], agents: [cast.agent], title: "Demo" });
    const names = new Map([...sandbox.users, ...sandbox.agents].map(({ id, handle }) => [id, handle]));
    const narration = new Narration(names, print);
    const dana = sandbox.users.find(({ handle }) => handle === "dana");
    if (dana === undefined) throw new Error("The demo's person is missing");
    const place = { socketUrl: sandbox.socketUrl, apiKey: dana.apiKey, roomId: room.id };
    const watching = await watchRoom(place, (event, payload) => narration.tell(event, payload));
    const { apiKey, baseUrl } = sandbox.credentials(cast.agent);
    const env = { ...process.env, ...cast.env, THENVOI_API_KEY: apiKey, THENVOI_BASE_URL: baseUrl };
    const agent = spawn(process.execPath, [cast.file], { env, stdio: ["ignore", "inherit", "inherit"] });
    return new Stage({ room, agent, watching, narration });
  }

  /** Dana says something; ends when the agent is done with it, with an answer or without. Throws when it takes too long, or the agent ends before. */
  async say(text: string, { timeoutMs }: { readonly timeoutMs: number }): Promise<void> {
    const processed = this.#narration.nextProcessed();
    await this.room.as("dana").say(text);
    const late = new AbortController();
    const tooLong = wait(timeoutMs, undefined, { signal: late.signal, ref: false }).then(() => {
      throw new Error(`The agent was not done with ${JSON.stringify(text)} after ${timeoutMs / 1_000} s.`);
    });
    try {
      await Promise.race([processed, this.#gone, tooLong]);
    } finally {
      tooLong.catch(() => undefined);
      late.abort();
    }
  }

  /** Ends with Ctrl-C or SIGTERM. Throws when the agent ends before. */
  async untilStopped(): Promise<void> {
    await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM"), this.#gone]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#agent.exitCode === null && this.#agent.signalCode === null) {
      const ended = once(this.#agent, "exit");
      this.#agent.kill("SIGTERM");
      await ended;
    }
    this.#watching[Symbol.dispose]();
  }
}
