import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import type { RoomHandle, Sandbox } from "@thenvoi/sandbox";
import { Narration } from "./narration.ts";
import { watchRoom } from "./watch.ts";

/** An agent that plays: its handle, and the file it is started from. */
export interface Player {
  readonly agent: string;
  readonly file: string;
}

const graceMs = 3_000;

/** Ctrl-C, or SIGTERM, before all was said. */
class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** Says what went wrong, in a sentence and the exit code; nothing where it was the user's own Ctrl-C. */
export function reportFailure(error: unknown): void {
  const isInterruption = error instanceof Interrupted;
  if (!isInterruption) console.error(error instanceof Error ? error.message : error);
  process.exitCode = isInterruption ? 130 : 1;
}

/**
 * A room with dana and her agents, each in a process of its own, its news told line by line as they happen.
 *
 * Each agent is told where it lives as any agent is, by two variables. Ends, and ends the agents, when disposed of. Until then
 * Ctrl-C and SIGTERM end what is waited for, and not the process.
 */
export class Stage implements AsyncDisposable {
  readonly room: RoomHandle;
  readonly #interrupted = new AbortController();
  readonly #narration: Narration;
  readonly #watching: Disposable;
  readonly #agents: readonly ChildProcess[];
  readonly #gone: Promise<never>;
  readonly #interrupt = () => this.#interrupted.abort(new Interrupted());

  private constructor(setting: {
    room: RoomHandle;
    narration: Narration;
    watching: Disposable;
    start: () => ChildProcess[];
  }) {
    this.room = setting.room;
    this.#narration = setting.narration;
    this.#watching = setting.watching;
    process.once("SIGINT", this.#interrupt).once("SIGTERM", this.#interrupt);
    this.#agents = setting.start();
    this.#gone = Promise.race(this.#agents.map(untilGone));
    this.#gone.catch(() => undefined);
  }

  /** @param print Called with each line. */
  static async open(
    sandbox: Sandbox,
    play: { readonly title: string; readonly cast: readonly Player[] },
    print: (line: string) => void,
  ): Promise<Stage> {
    const { title, cast } = play;
    const room = await sandbox.room({ users: ["dana"], agents: cast.map(({ agent }) => agent), title });
    const names = new Map([...sandbox.users, ...sandbox.agents].map(({ id, handle }) => [id, handle]));
    const narration = new Narration(names, print);
    const dana = sandbox.users.find(({ handle }) => handle === "dana");
    if (dana === undefined) throw new Error("The demo's person is missing");
    const place = { socketUrl: sandbox.socketUrl, apiKey: dana.apiKey, roomId: room.id };
    const watching = await watchRoom(place, (event, payload) => narration.tell(event, payload));
    const start = () => cast.map((player) => startAgent(sandbox, player));
    return new Stage({ room, narration, watching, start });
  }

  /** Aborted by Ctrl-C or SIGTERM. */
  get stopped(): AbortSignal {
    return this.#interrupted.signal;
  }

  /**
   * Dana says something; ends when everyone is done with it, with an answer or without, or waits for a word of hers. Throws when it
   * takes too long, an agent ends before, or it is interrupted.
   */
  async say(text: string, { timeoutMs }: { readonly timeoutMs: number }): Promise<void> {
    this.stopped.throwIfAborted();
    const question = this.#narration.question();
    const { id } = await this.room.as("dana").say(text);
    const late = new AbortController();
    const tooLong = wait(timeoutMs, undefined, { signal: late.signal, ref: false }).then(() => {
      throw new Error(
        `Nobody was done with ${JSON.stringify(text)} after ${timeoutMs / 1_000} s.\n${this.room.picture()}`,
      );
    });
    tooLong.catch(() => undefined);
    try {
      await Promise.race([this.#narration.processed(id), question, this.#gone, tooLong, aborted(this.stopped)]);
    } finally {
      late.abort();
    }
  }

  /** Ends with Ctrl-C or SIGTERM. Throws when an agent ends before. */
  async untilStopped(): Promise<void> {
    await Promise.race([aborted(this.stopped).catch(() => undefined), this.#gone]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#agents.map(end));
    this.#watching[Symbol.dispose]();
    process.off("SIGINT", this.#interrupt).off("SIGTERM", this.#interrupt);
  }
}

function startAgent(sandbox: Sandbox, { agent, file }: Player): ChildProcess {
  const { apiKey, baseUrl } = sandbox.credentials(agent);
  const env = { ...process.env, THENVOI_API_KEY: apiKey, THENVOI_BASE_URL: baseUrl };
  return spawn(process.execPath, [file], { env, stdio: ["ignore", "inherit", "inherit"] });
}

async function untilGone(agent: ChildProcess): Promise<never> {
  const [code] = await once(agent, "exit");
  throw new Error(`${agent.spawnargs.at(-1)} ended with code ${code} while it was needed.`);
}

/** Asks it to end, and makes it end when it takes its time. */
async function end(agent: ChildProcess): Promise<void> {
  if (agent.exitCode !== null || agent.signalCode !== null) return;
  const ended = once(agent, "exit");
  agent.kill("SIGTERM");
  const patience = setTimeout(() => agent.kill("SIGKILL"), graceMs);
  await ended;
  clearTimeout(patience);
}

async function aborted(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, "abort");
  throw signal.reason;
}
