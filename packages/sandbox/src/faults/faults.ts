import type { OfferRules } from "../world/deliveries.ts";
import { seededChance } from "./chance.ts";
import type { FrameFault, JoinFault, RequestFault } from "./fault.ts";
import { frameFaultName, joinFaultName, requestFaultName } from "./names.ts";
import { type ActiveFault, type FaultHandle, type FaultScript, Rules } from "./rules.ts";
import { Standing } from "./standing.ts";
import {
  checkFault,
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

/** A frame to send that nothing caused, to every socket that fits, whether it joined the topic or not. */
export interface StrayFrame extends SocketWhere {
  readonly topic: string;
  readonly event: string;
  readonly payload?: unknown;
  /** Default null. */
  readonly joinRef?: string | null;
}

/** What a fault can do to sockets that are open; the socket server knows how. Each answers how many it was done to. */
export interface SocketControls {
  close(where: SocketWhere & { readonly code?: number }): number;
  cut(where: SocketWhere): number;
  /** Until the returned function is called. */
  silence(where: SocketWhere): () => void;
  crash(where: SocketWhere & { readonly topic: string }): number;
  closeChannels(where: SocketWhere & { readonly topic: string }): number;
  supersede(where: SocketWhere): number;
  send(frame: StrayFrame): number;
}

/**
 * Faults a test scripts: of requests by itself, of frames and joins in `frames` and `joins`, what lasts, and what is done to open sockets
 * at once.
 *
 * Nothing strikes until scripted; `active()` lists what may strike, and `clear()` takes all of it back.
 */
export class Faults implements FaultScript<RequestWhere, RequestFault> {
  readonly #requests = new Rules<RequestWhere, RequestSubject, RequestFault>({
    compile: compileRequest,
    nameOf: requestFaultName,
  });
  readonly #frames = new Rules<FrameWhere, FrameSubject, FrameFault>({ compile: compileFrame, nameOf: frameFaultName });
  readonly #joins = new Rules<JoinWhere, JoinSubject, JoinFault>({ compile: compileJoin, nameOf: joinFaultName });
  readonly #standing = new Standing();
  #sockets: SocketControls | undefined;
  #latencyMs = 0;
  #clockSkewMs = 0;
  #offerRules: OfferRules = {};
  readonly #chance = seededChance(1);

  /** Frames on their way to clients. */
  readonly frames: FaultScript<FrameWhere, FrameFault> = this.#frames;
  /** Joins that arrive. */
  readonly joins: FaultScript<JoinWhere, JoinFault> = this.#joins;

  /** As {@link times}, for the next one. */
  once(where: RequestWhere, fault: RequestFault): FaultHandle {
    return this.times(1, where, fault);
  }

  /** Throws a `ScriptError` when `where` can't be read, or the fault can't be done to what it is for. */
  times(count: number, where: RequestWhere, fault: RequestFault): FaultHandle {
    checkFault(where, fault);
    return this.#requests.times(count, where, fault);
  }

  /** As {@link times}, until removed. */
  always(where: RequestWhere, fault: RequestFault): FaultHandle {
    return this.times(Number.POSITIVE_INFINITY, where, fault);
  }

  /** Adds this many milliseconds each way to every request, upgrade and frame; nothing waits for anything else because of it. 0 ends it. */
  latency(ms: number): FaultHandle {
    this.#standing.removeAll("latency");
    this.#latencyMs = ms;
    const end = (): void => {
      this.#latencyMs = 0;
    };
    return this.#lasting(ms !== 0, { name: "latency", fault: { ms }, end });
  }

  get latencyMs(): number {
    return this.#latencyMs;
  }

  /** Sets the platform's clock ahead by so many milliseconds, or back; its times never repeat all the same. 0 ends it. */
  clock(skewMs: number): FaultHandle {
    this.#standing.removeAll("clock");
    this.#clockSkewMs = skewMs;
    const end = (): void => {
      this.#clockSkewMs = 0;
    };
    return this.#lasting(skewMs !== 0, { name: "clock", fault: { skewMs }, end });
  }

  get clockSkewMs(): number {
    return this.#clockSkewMs;
  }

  /** Changes what `messages/next` offers, to one of the other readings of the platform. */
  offers(rules: OfferRules): FaultHandle {
    this.#standing.removeAll("offers");
    this.#offerRules = rules;
    const end = (): void => {
      this.#offerRules = {};
    };
    return this.#standing.add({ name: "offers", fault: rules, end });
  }

  get offerRules(): OfferRules {
    return this.#offerRules;
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
    const where = agent === undefined ? {} : { agent };
    const end = this.#sockets?.silence(where) ?? (() => {});
    return this.#standing.add({ name: "silence", fault: "silence", where, end });
  }

  /** Crashes joined channels (`phx_error`), topic with an optional last `*`; answers how many. */
  crashChannels(where: SocketWhere & { readonly topic: string }): number {
    return this.#sockets?.crash(where) ?? 0;
  }

  /** Closes joined channels from the platform's side (`phx_close`), topic with an optional last `*`; answers how many. */
  closeChannels(where: SocketWhere & { readonly topic: string }): number {
    return this.#sockets?.closeChannels(where) ?? 0;
  }

  /** Tells agents that a newer connection took over, and closes their sockets, with no newer connection there; answers how many. */
  supersede(where: SocketWhere = {}): number {
    return this.#sockets?.supersede(where) ?? 0;
  }

  /** Sends open sockets a frame that nothing caused: an unknown event, a stale `join_ref`, a topic never joined; answers how many. */
  send(frame: StrayFrame): number {
    return this.#sockets?.send(frame) ?? 0;
  }

  /** What may still strike, or lasts, in the order it was scripted. */
  active(): readonly ActiveFault[] {
    return [
      ...this.#requests.active("request"),
      ...this.#frames.active("frame"),
      ...this.#joins.active("join"),
      ...this.#standing.active(),
    ].toSorted((one, other) => one.id - other.id);
  }

  /** Takes back one fault by its id; false when there is none. */
  remove(id: number): boolean {
    return [this.#requests, this.#frames, this.#joins, this.#standing].some((faults) => faults.remove(id));
  }

  clear(): void {
    for (const faults of [this.#requests, this.#frames, this.#joins, this.#standing]) faults.clear();
  }

  /** For the socket server: who does what is done to sockets. */
  attach(sockets: SocketControls): void {
    this.#sockets = sockets;
  }

  /** For the servers: how long something late is, which is in the range that was scripted and the same in each run. */
  chooseMs(delay: number | readonly [least: number, most: number]): number {
    return typeof delay === "number" ? delay : delay[0] + this.#chance() * (delay[1] - delay[0]);
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

  /** A fault that lasts, or, when it was scripted as nothing, the handle of one that is over. */
  #lasting(lasts: boolean, entry: Parameters<Standing["add"]>[0]): FaultHandle {
    const handle = this.#standing.add(entry);
    if (!lasts) handle.remove();
    return handle;
  }
}
