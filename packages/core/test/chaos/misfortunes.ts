import { setTimeout as pause } from "node:timers/promises";
import type { BadNetwork } from "./bad-network.ts";
import type { Chance } from "./chance.ts";
import type { Mortal } from "./mortal.ts";
import { type Step, steps } from "./steps.ts";

/** What misfortunes strike. */
export interface Victims {
  readonly agent: Mortal;
  readonly network: BadNetwork;
  readonly chance: Chance;
  /** Whether some message has been begun so often that the next crash would make it one that kills its process. */
  isAnyMessageOnItsLastLife(): boolean;
}

/** How long a process may take to end after SIGTERM before that counts as a mistake. */
const terminateMs = 30_000;

/** Ends once it is over, and tells whether it has struck at all. */
interface Kind {
  readonly name: string;
  readonly strike: () => Promise<boolean>;
}

function takeDown(network: BadNetwork): void {
  network.close();
  network.cut();
}

/** How often each misfortune struck, by its name. */
export class Misfortunes {
  readonly counts = new Map<string, number>();
  readonly atSteps = new Map<Step, number>();
  /** What an agent did that it must not, whatever happens to it. */
  readonly mistakes: string[] = [];
  readonly #victims: Victims;

  constructor(victims: Victims) {
    this.#victims = victims;
  }

  /** Those of the process and those of the network, at the same time, until the signal aborts; then all is well again. */
  async strike(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#strike(this.#ofProcess, signal), this.#strike(this.#ofNetwork, signal)]);
    this.#victims.network.clear();
  }

  async #strike(kinds: readonly [Kind, ...Kind[]], signal: AbortSignal): Promise<void> {
    const { chance } = this.#victims;
    while (!signal.aborted) {
      const { name, strike } = chance.oneOf(kinds);
      if (await strike()) this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
      await pause(chance.between(50, 1_000));
    }
  }

  readonly #ofProcess: readonly [Kind, ...Kind[]] = [
    { name: "SIGKILL at a step", strike: () => this.#killAtStep() },
    { name: "SIGKILL at a step", strike: () => this.#killAtStep() }, // twice as likely: there are many steps
    { name: "SIGKILL at random", strike: () => this.#kill() },
    { name: "SIGSTOP", strike: () => this.#pause() },
    { name: "SIGTERM", strike: () => this.#terminate() },
  ];

  readonly #ofNetwork: readonly [Kind, ...Kind[]] = [
    { name: "cut", strike: () => this.#spell((network) => network.cut(), 0) },
    { name: "reset", strike: () => this.#spell((network) => network.reset(), 0) },
    { name: "no new connection", strike: () => this.#spell((network) => network.close(), 2_000) },
    { name: "no network", strike: () => this.#spell(takeDown, 2_000) },
    {
      name: "delay",
      strike: () => this.#spell((network, chance) => network.slow({ delayMs: chance.between(20, 400) }), 3_000),
    },
    {
      name: "throttle",
      strike: () =>
        this.#spell((network, chance) => network.slow({ bytesPerSecond: chance.between(1_000, 10_000) }), 3_000),
    },
    { name: "stall", strike: () => this.#spell((network, chance) => network.stall(chance.between(200, 5_000)), 3_000) },
  ];

  async #kill(): Promise<boolean> {
    if (this.#victims.isAnyMessageOnItsLastLife()) return false;
    await this.#victims.agent.kill();
    return true;
  }

  async #pause(): Promise<boolean> {
    const { agent, chance } = this.#victims;
    agent.pause();
    await pause(chance.oneOf([chance.between(50, 1_000), chance.between(1_000, 4_000)]));
    agent.resume();
    return true;
  }

  async #terminate(): Promise<boolean> {
    if (this.#victims.isAnyMessageOnItsLastLife()) return false; // without a network it can't close what it has begun
    const { agent } = this.#victims;
    if (!(await agent.terminate(terminateMs))) {
      this.mistakes.push(`still running ${terminateMs / 1_000} s after SIGTERM`);
      await agent.kill();
    }
    return true;
  }

  async #killAtStep(): Promise<boolean> {
    const { agent, chance } = this.#victims;
    if (this.#victims.isAnyMessageOnItsLastLife()) return false;
    const step = chance.oneOf(steps);
    if (!(await agent.dieAt(step, 5_000))) {
      await agent.kill(); // it would die there later, uncounted
      return false;
    }
    this.atSteps.set(step, (this.atSteps.get(step) ?? 0) + 1);
    return true;
  }

  async #spell(begin: (network: BadNetwork, chance: Chance) => void, longestMs: number): Promise<boolean> {
    const { network, chance } = this.#victims;
    begin(network, chance);
    await pause(chance.between(0, longestMs));
    network.clear();
    return true;
  }
}
