import type { FrameFault, JoinFault, RequestFault } from "./fault.ts";
import { type FaultHandle, type FaultScript, Rules } from "./rules.ts";
import {
  compileFrame,
  compileJoin,
  compileRequest,
  type FrameSubject,
  type FrameWhere,
  type JoinSubject,
  type JoinWhere,
  type RequestSubject,
  type RequestWhere,
} from "./where.ts";

/** Sockets a fault is done to: those of one agent or user (handle, slug or id), or all. */
export interface SocketWhere {
  readonly agent?: string;
}

/** What a fault can do to sockets that are open; the socket server knows how. Each answers how many it was done to. */
export interface SocketControls {
  close(where: SocketWhere & { readonly code?: number }): number;
  cut(where: SocketWhere): number;
  /** Until the returned function is called. */
  silence(where: SocketWhere): () => void;
  crash(where: SocketWhere & { readonly topic: string }): number;
}

/**
 * Faults a test scripts: of requests by itself, of frames and joins in `frames` and `joins`, and what is done to open sockets at once.
 *
 * Nothing strikes until scripted; `clear()` takes back every rule, the latency and every silence.
 */
export class Faults implements FaultScript<RequestWhere, RequestFault> {
  readonly #requests = new Rules<RequestWhere, RequestSubject, RequestFault>(compileRequest);
  readonly #frames = new Rules<FrameWhere, FrameSubject, FrameFault>(compileFrame);
  readonly #joins = new Rules<JoinWhere, JoinSubject, JoinFault>(compileJoin);
  readonly #silences = new Map<number, () => void>();
  #sockets: SocketControls | undefined;
  #latencyMs = 0;

  /** Frames on their way to clients. */
  readonly frames: FaultScript<FrameWhere, FrameFault> = this.#frames;
  /** Joins that arrive. */
  readonly joins: FaultScript<JoinWhere, JoinFault> = this.#joins;

  once(where: RequestWhere, fault: RequestFault): FaultHandle {
    return this.#requests.once(where, fault);
  }

  times(count: number, where: RequestWhere, fault: RequestFault): FaultHandle {
    return this.#requests.times(count, where, fault);
  }

  always(where: RequestWhere, fault: RequestFault): FaultHandle {
    return this.#requests.always(where, fault);
  }

  /** Adds this many milliseconds each way to every request, upgrade and frame; nothing waits for anything else because of it. */
  latency(ms: number): void {
    this.#latencyMs = ms;
  }

  get latencyMs(): number {
    return this.#latencyMs;
  }

  /** Closes open sockets with a code (default 1000); answers how many. */
  closeSockets(where: SocketWhere & { readonly code?: number } = {}): number {
    return this.#sockets?.close(where) ?? 0;
  }

  /** Destroys the TCP connection of open sockets, with no closing frame; answers how many. */
  cutSockets(where: SocketWhere = {}): number {
    return this.#sockets?.cut(where) ?? 0;
  }

  /** Makes the sockets now open go silent with TCP up: nothing is sent, nothing is read, until removed. What was said meanwhile is lost. */
  silence(agent?: string): FaultHandle {
    const lift = this.#sockets?.silence(agent === undefined ? {} : { agent }) ?? (() => {});
    const id = -1 - this.#silences.size;
    this.#silences.set(id, lift);
    const remove = (): void => {
      lift();
      this.#silences.delete(id);
    };
    return { id, hits: 1, remove, [Symbol.dispose]: remove };
  }

  /** Crashes joined channels (`phx_error`), topic with an optional last `*`; answers how many. */
  crashChannels(where: SocketWhere & { readonly topic: string }): number {
    return this.#sockets?.crash(where) ?? 0;
  }

  /** Takes back one rule by its id; false when there is none. */
  remove(id: number): boolean {
    const lift = this.#silences.get(id);
    lift?.();
    const removed = [this.#requests.remove(id), this.#frames.remove(id), this.#joins.remove(id)];
    return this.#silences.delete(id) || removed.includes(true);
  }

  clear(): void {
    this.#requests.clear();
    this.#frames.clear();
    this.#joins.clear();
    for (const lift of this.#silences.values()) lift();
    this.#silences.clear();
    this.#latencyMs = 0;
  }

  /** For the socket server: who does what is done to sockets. */
  attach(sockets: SocketControls): void {
    this.#sockets = sockets;
  }

  /** For the servers: what strikes this request, frame or join. */
  takeRequest(subject: RequestSubject): RequestFault | undefined {
    return this.#requests.take(subject);
  }

  takeFrame(subject: FrameSubject): FrameFault | undefined {
    return this.#frames.take(subject);
  }

  takeJoin(subject: JoinSubject): JoinFault | undefined {
    return this.#joins.take(subject);
  }
}
