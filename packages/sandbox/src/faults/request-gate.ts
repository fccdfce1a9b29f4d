import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { RequestLog } from "../testing/request-log.ts";
import type { Principal, World } from "../world/world.ts";
import type { RequestFault } from "./fault.ts";
import type { Faults } from "./faults.ts";
import { serveUnseen } from "./late-reads.ts";
import { refusalOf, refusalResponse } from "./refusals.ts";
import { spoiledAnswer } from "./spoiled.ts";

type Serve = (request: Request) => Response | Promise<Response>;

/** The connection a request came by. */
export interface Wire {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/** A request at the gate, with what faults are chosen by. */
interface Arrival {
  readonly request: Request;
  readonly path: string;
  readonly principal: Principal | undefined;
  readonly wire: Wire;
}

/**
 * Stands before the platform's REST endpoints: lets a request through as it is, or does to it what a test scripted.
 *
 * Waits end with `signal`. What is served late after a lost answer is served though nobody listens any more, as a server would.
 */
export class RequestGate {
  readonly #world: World;
  readonly #faults: Faults;
  readonly #log: RequestLog;
  readonly #serve: Serve;
  readonly #signal: AbortSignal;

  constructor(input: {
    readonly world: World;
    readonly faults: Faults;
    readonly log: RequestLog;
    readonly serve: Serve;
    readonly signal: AbortSignal;
  }) {
    this.#world = input.world;
    this.#faults = input.faults;
    this.#log = input.log;
    this.#serve = input.serve;
    this.#signal = input.signal;
  }

  async handle(request: Request, wire: Wire): Promise<Response> {
    const at = Date.now();
    const { pathname: path } = new URL(request.url);
    const { method } = request;
    const apiKey = request.headers.get("x-api-key");
    const principal = apiKey === null ? undefined : this.#world.authenticate(apiKey);
    const fault = this.#faults.takeRequest({ method, path, principal });
    await this.#wait(this.#faults.latencyMs);
    const answer = fault ? await this.#strike({ request, path, principal, wire }, fault) : await this.#serve(request);
    this.#log.add({ method, path, status: answer?.status ?? 0, principal, at });
    if (!answer) return RESPONSE_ALREADY_SENT;
    await this.#wait(this.#faults.latencyMs);
    return answer;
  }

  /** The answer the client gets; undefined when it gets none. */
  async #strike(arrival: Arrival, fault: RequestFault): Promise<Response | undefined> {
    const { request, wire } = arrival;
    const refusal = refusalOf(fault);
    if (refusal) {
      if ("status" in fault && fault.after) await this.#serve(request);
      return refusalResponse(refusal);
    }
    if ("cut" in fault) {
      if (fault.cut === "after") await this.#serve(request);
      wire.incoming.socket.destroy();
      return undefined;
    }
    if ("hang" in fault) return undefined;
    if ("lateCommitMs" in fault) {
      const whole = await withWholeBody(request);
      if (fault.client !== "hang") wire.incoming.socket.destroy();
      void this.#commitLater(whole, fault.lateCommitMs);
      return undefined;
    }
    if ("unseenMs" in fault) {
      return serveUnseen(arrival, { world: this.#world, serve: this.#serve, forMs: fault.unseenMs });
    }
    if ("spoil" in fault || "dripMs" in fault || "hugeBytes" in fault || "endless" in fault) {
      return spoiledAnswer(await this.#serve(request), fault, (ms) => this.#wait(ms));
    }
    if ("delayMs" in fault || "delayAnswerMs" in fault) {
      await this.#wait(fault.delayMs ?? 0);
      const answer = await this.#serve(request);
      await this.#wait(fault.delayAnswerMs ?? 0);
      return answer;
    }
    return this.#serve(request); // a delay of nothing
  }

  async #commitLater(request: Request, ms: number): Promise<void> {
    if (await this.#wait(ms)) await this.#serve(request);
  }

  /** True when the time has passed, false when the sandbox ended first. */
  async #wait(ms: number): Promise<boolean> {
    if (ms <= 0) return true;
    return pause(ms, true, { signal: this.#signal }).catch(() => false); // it rejects only when the sandbox ends
  }
}

/** The request with its body in memory, so that it can be served when its connection is long gone. */
async function withWholeBody(request: Request): Promise<Request> {
  const { url, method, headers } = request;
  const body = await request.arrayBuffer();
  return new Request(url, { method, headers, ...(body.byteLength > 0 && { body }) });
}
