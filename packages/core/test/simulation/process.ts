import type { ClientOptions } from "ws";
import * as z from "zod";
import type { Environment } from "../../src/internal/environment.ts";
import type { Chance } from "./chance.ts";
import type { VirtualClock } from "./clock.ts";
import type { Faults } from "./faults.ts";
import type { History } from "./history.ts";
import type { ApiAnswer, ApiRequest, SimulatedPlatform } from "./platform.ts";
import { SimulatedWebSocket, type SocketServer } from "./socket.ts";

/** What all processes of a run share. */
export interface Surroundings {
  readonly clock: VirtualClock;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly platform: SimulatedPlatform;
  readonly server: SocketServer;
  readonly history: History;
}

const controlWord = z.object({
  mode: z.enum(["interrupt", "stop", "play"]),
  agent_id: z.string(),
  room_id: z.string(),
});

const requestFaults = ["outage", "hang", "refused", "throttled", "failed-after", "answer-lost", "late-commit"] as const;

/**
 * One process on the virtual network: its clock, its chance, its HTTP and its sockets.
 *
 * Killed, it never does anything again: its timers don't fire and nothing reaches it. What it had sent still arrives.
 */
export class SimulatedProcess {
  readonly life: number;
  readonly environment: Environment;
  readonly #world: Surroundings;
  #alive = true;
  #pausedUntilMs = 0;

  constructor(world: Surroundings, life: number) {
    this.#world = world;
    this.life = life;
    const { clock } = world;
    const chance = world.chance.fork();
    const line = () => ({
      clock,
      chance: chance.fork(),
      faults: world.faults,
      server: world.server,
      wake: (run: () => void) => this.#wake(run),
      heard: (event: string, payload: unknown) => {
        if (event !== "agent.control") return;
        const { mode, agent_id: agentId, room_id: roomId } = controlWord.parse(payload);
        world.history.add({ type: "heard", mode, agentId, roomId, life });
      },
    });
    const connected = (apiKey: string) => {
      const agentId = world.platform.agentOf(apiKey)?.id ?? "";
      world.history.add({ type: "connect", life, agentId });
    };
    this.environment = {
      monotonicMs: () => clock.nowMs,
      wallClockMs: () => clock.nowMs,
      random: () => chance.next(),
      schedule: (delayMs, run) => this.#schedule(delayMs, run),
      keepAlive: () => () => {},
      fetch: (input, init) => this.#fetch(new URL(String(input)), init ?? {}),
      loadWebSocket: async () =>
        class extends SimulatedWebSocket {
          constructor(_address: string, options: ClientOptions) {
            const apiKey = String(options.headers?.["x-api-key"] ?? "");
            connected(apiKey);
            super(line(), apiKey);
          }
        },
    };
  }

  get isAlive(): boolean {
    return this.#alive;
  }

  /** Ends everything at once, as SIGKILL does. */
  kill(): void {
    this.#alive = false;
  }

  /** Does nothing for a while, as a machine that sleeps. */
  pause(lengthMs: number): void {
    this.#pausedUntilMs = this.#world.clock.nowMs + lengthMs;
  }

  #schedule(delayMs: number, run: () => void): () => void {
    const { clock } = this.#world;
    let cancel = clock.schedule(delayMs, () => {
      if (!this.#alive) return;
      const lateMs = this.#pausedUntilMs - clock.nowMs;
      if (lateMs > 0) cancel = clock.schedule(lateMs, () => this.#alive && run());
      else run();
    });
    return () => cancel();
  }

  #wake(run: () => void): void {
    if (this.#alive && this.#pausedUntilMs <= this.#world.clock.nowMs) run();
    else this.#arrive(0, run);
  }

  /** Comes back to the process when it is awake; never when it is dead. */
  #arrive(delayMs: number, run: () => void): void {
    const { clock } = this.#world;
    clock.schedule(delayMs, () => {
      if (!this.#alive) return;
      const lateMs = this.#pausedUntilMs - clock.nowMs;
      if (lateMs > 0) this.#arrive(lateMs, run);
      else run();
    });
  }

  #fetch(url: URL, init: RequestInit): Promise<Response> {
    const { clock, faults, history, chance } = this.#world;
    if (!this.#alive) return new Promise(() => {});
    const request: ApiRequest = {
      method: init.method ?? "GET",
      path: url.pathname,
      query: url.searchParams,
      body: typeof init.body === "string" ? JSON.parse(init.body) : undefined,
      apiKey: new Headers(init.headers).get("x-api-key") ?? "",
    };
    history.add({ type: "request", life: this.life, method: request.method, path: url.href });
    const travelMs = () => chance.between(1, 15) + (faults.strikes("slow") ? 500 : 0);
    const fault = faults.first(requestFaults);
    return new Promise((resolve, reject) => {
      init.signal?.addEventListener("abort", () => reject(init.signal?.reason), { once: true });
      const answered = (answer: ApiAnswer, headers?: Record<string, string>) =>
        this.#arrive(travelMs(), () => resolve(responseOf(answer, headers)));
      const cut = () => this.#arrive(travelMs(), () => reject(lost("ECONNRESET", "socket hang up")));
      const act = () => this.#world.platform.answer(request);
      if (fault === "outage")
        return this.#arrive(1, () => reject(lost("ECONNREFUSED", "connect ECONNREFUSED", "connect")));
      clock.schedule(travelMs(), () => {
        switch (fault) {
          case undefined:
            return answered(act());
          case "hang":
            return;
          case "refused":
            return answered({ status: 503, body: {} });
          case "throttled":
            return answered({ status: 429, body: {} }, { "retry-after": "1" });
          case "failed-after":
            act();
            return answered({ status: 500, body: {} });
          case "answer-lost":
            act();
            return cut();
          case "late-commit": {
            const byMs = chance.between(500, 9_000);
            if (request.method === "POST")
              history.add({ type: "late-commit", byMs, content: JSON.stringify(request.body ?? "") });
            clock.schedule(byMs, act);
            return cut();
          }
          default:
            return fault satisfies never;
        }
      });
    });
  }
}

function responseOf({ status, body }: ApiAnswer, headers: Record<string, string> = {}): Response {
  return new Response(body === undefined ? null : JSON.stringify(body), { status, headers });
}

/** How `fetch` fails when the network does. */
function lost(code: string, text: string, syscall?: string): TypeError {
  const cause = Object.assign(new Error(text), { code, ...(syscall !== undefined && { syscall }) });
  return new TypeError("fetch failed", { cause });
}
