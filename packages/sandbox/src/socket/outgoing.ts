import type { Faults } from "../faults/faults.ts";
import type { Principal } from "../world/world.ts";
import { DelayLine } from "./delay-line.ts";
import type { ServerFrame } from "./frame.ts";

/** Frames on their way to one client, with what faults and the scripted latency do to them. In order, unless a fault says otherwise. */
export class Outgoing {
  readonly #faults: Faults;
  readonly #principal: Principal;
  readonly #write: (frame: ServerFrame) => void;
  readonly #line: DelayLine;
  readonly #signal: AbortSignal;
  #heldBack: ServerFrame[] = [];

  constructor(input: {
    readonly faults: Faults;
    readonly principal: Principal;
    readonly signal: AbortSignal;
    readonly write: (frame: ServerFrame) => void;
  }) {
    this.#faults = input.faults;
    this.#principal = input.principal;
    this.#signal = input.signal;
    this.#write = input.write;
    this.#line = new DelayLine(input.signal);
  }

  send(frame: ServerFrame): void {
    const [, ref, topic, event] = frame;
    const subject = { event, topic: String(topic), isPush: ref === null, principal: this.#principal };
    const fault = this.#faults.takeFrame(subject);
    if (fault === undefined || fault === "duplicate") this.#pass(frame);
    if (fault === "duplicate") this.#pass(frame);
    else if (fault === "reorder") this.#heldBack.push(frame);
    else if (typeof fault === "object") this.#late(frame, fault.delayMs);
  }

  /** Does `action` after everything sent before it has gone out. */
  afterwards(action: () => void): void {
    this.#line.put(this.#faults.latencyMs, action);
  }

  #pass(frame: ServerFrame): void {
    const heldBack = this.#heldBack;
    this.#heldBack = [];
    for (const next of [frame, ...heldBack]) this.#line.put(this.#faults.latencyMs, () => this.#write(next));
  }

  #late(frame: ServerFrame, delayMs: number): void {
    const timer = setTimeout(() => this.#pass(frame), delayMs);
    this.#signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  }
}
