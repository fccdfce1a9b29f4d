import { writtenFrame } from "../faults/changed-frame.ts";
import type { Faults } from "../faults/faults.ts";
import type { Principal } from "../world/world.ts";
import { DelayLine } from "./delay-line.ts";
import type { ServerFrame } from "./frame.ts";

/** Frames on their way to one client, with what faults and the scripted latency do to them. In order, unless a fault says otherwise. */
export class Outgoing {
  readonly #faults: Faults;
  readonly #principal: Principal;
  readonly #encode: (frame: ServerFrame) => string | Buffer;
  readonly #write: (data: string | Buffer) => void;
  readonly #line: DelayLine;
  readonly #signal: AbortSignal;
  #heldBack: (string | Buffer)[] = [];

  constructor(input: {
    readonly faults: Faults;
    readonly principal: Principal;
    readonly signal: AbortSignal;
    readonly encode: (frame: ServerFrame) => string | Buffer;
    readonly write: (data: string | Buffer) => void;
  }) {
    this.#faults = input.faults;
    this.#principal = input.principal;
    this.#signal = input.signal;
    this.#encode = input.encode;
    this.#write = input.write;
    this.#line = new DelayLine(input.signal);
  }

  send(frame: ServerFrame): void {
    const [, ref, topic, event] = frame;
    const subject = { event, topic: String(topic), isPush: ref === null, principal: this.#principal };
    const fault = this.#faults.takeFrame(subject);
    if (fault === "drop") return;
    const data = writtenFrame(frame, this.#encode, fault);
    if (fault === "reorder") this.#heldBack.push(data);
    else if (typeof fault === "object" && "delayMs" in fault) this.#late(data, this.#faults.chooseMs(fault.delayMs));
    else this.#pass(data);
    if (fault === "duplicate") this.#pass(data);
  }

  /** Does `action` after everything sent before it has gone out. */
  afterwards(action: () => void): void {
    this.#line.put(this.#faults.latencyMs, action);
  }

  #pass(data: string | Buffer): void {
    const heldBack = this.#heldBack;
    this.#heldBack = [];
    for (const next of [data, ...heldBack]) this.#line.put(this.#faults.latencyMs, () => this.#write(next));
  }

  #late(data: string | Buffer, delayMs: number): void {
    const timer = setTimeout(() => this.#pass(data), delayMs);
    this.#signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  }
}
