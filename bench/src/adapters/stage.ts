import { Child } from "../child.ts";
import { Platform } from "../platform/platform.ts";
import { interleave } from "../samples.ts";
import type { Question, Took } from "./program.ts";
import type { Script } from "./script.ts";

const rooms = 200;

/** What a run took until its answer was handed over, and the processor until all of it was told and settled. */
export interface Run {
  readonly tookMs: number;
  readonly cpuMs: number;
}

/** A platform, and a process in which a framework's agent runs in rooms and alone. Disposing ends both. */
export class Stage implements AsyncDisposable {
  readonly #platform: Platform;
  readonly #program: Child<Question, Took>;
  /** Each run has a room of its own, so that none has another's history to read. */
  #nextRoom = 0;

  private constructor(platform: Platform, program: Child<Question, Took>) {
    this.#platform = platform;
    this.#program = program;
  }

  static async open(framework: string): Promise<Stage> {
    const platform = await Platform.open(rooms);
    const program = new Child<Question, Took>(new URL("./program.ts", import.meta.url), {
      args: [framework],
      env: { THENVOI_API_KEY: platform.apiKey, THENVOI_BASE_URL: platform.baseUrl },
    });
    await platform.settledIn();
    return new Stage(platform, program);
  }

  /** Runs of a script in rooms, each after one of the same agent alone. The first of each warm up. */
  async runs(runs: number, script: Script, { events = true, eventsTakeMs = 0 } = {}) {
    const sides = {
      ours: () => this.#inRoom(script, { events, eventsTakeMs }),
      floor: () => this.#alone(script),
    };
    await interleave(2, sides);
    return interleave(runs, sides);
  }

  async #alone(script: Script): Promise<Run> {
    const { ms: tookMs } = await this.#program.ask({ do: "alone", script });
    const { ms: cpuMs } = await this.#program.ask({ do: "used" });
    return { tookMs, cpuMs };
  }

  async #inRoom(script: Script, how: { readonly events: boolean; readonly eventsTakeMs: number }): Promise<Run> {
    await this.#platform.slowEvents(how.eventsTakeMs);
    await this.#program.ask({ do: "prepare", script, events: how.events });
    await this.#platform.queue(1, this.#nextRoom);
    this.#nextRoom += 1;
    const { ms: tookMs } = await this.#program.ask({ do: "took" });
    await this.#platform.slowEvents(0); // what is still to be told would take long
    await this.#platform.finish();
    const { ms: cpuMs } = await this.#program.ask({ do: "used" });
    return { tookMs, cpuMs };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
    await this.#platform[Symbol.asyncDispose]();
  }
}
