import * as fc from "fast-check";
import { lastingFaults, momentaryFaults } from "./faults.ts";

/** Faults strike in the first minute; what comes after is quiet. */
export const stormMs = 60_000;
/** How long a process sleeps when it is paused. */
export const pauseMs = 8_000;

const atMs = fc.integer({ min: 0, max: stormMs });
const agent = fc.nat(1);
const room = fc.nat(4);

const message = fc.record({
  atMs,
  room,
  /** Whom it mentions: the first agent, the second, or both. */
  to: fc.constantFrom(0, 1, 2),
  kind: fc.oneof(
    { weight: 10, arbitrary: fc.constant("plain" as const) },
    { weight: 4, arbitrary: fc.constant("working" as const) }, // thinks, calls a tool, says two texts
    { weight: 3, arbitrary: fc.constant("slow" as const) },
    { weight: 2, arbitrary: fc.constant("poison" as const) }, // always throws
    { weight: 2, arbitrary: fc.constant("flaky" as const) }, // throws once, after its answer
    { weight: 2, arbitrary: fc.constant("stubborn" as const) }, // speaks on after its end
    { weight: 2, arbitrary: fc.constant("deadly" as const) }, // its first run takes the process with it
  ),
});

const fault = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      atMs,
      what: fc.constantFrom(...lastingFaults),
      lengthMs: fc.integer({ min: 200, max: 15_000 }),
      probability: fc.constantFrom(0.1, 0.3, 1),
    }),
  },
  { weight: 4, arbitrary: fc.record({ atMs, what: fc.constantFrom(...momentaryFaults) }) },
);

const process = fc.record({
  atMs,
  agent,
  what: fc.constantFrom("kill" as const, "terminate" as const, "pause" as const, "second" as const),
});

const control = fc.record({
  atMs,
  agent,
  room,
  mode: fc.constantFrom("interrupt" as const, "stop" as const, "play" as const),
});

/** One schedule: who, what is said, what goes wrong, and the seed that decides everything else. */
export const anyPlan = fc.record({
  seed: fc.integer(),
  rooms: fc.integer({ min: 1, max: 5 }),
  agents: fc.integer({ min: 1, max: 2 }),
  whileBusy: fc.constantFrom("queue" as const, "batch" as const, "interrupt" as const),
  messages: fc.array(message, { minLength: 20, maxLength: 60 }),
  faults: fc.array(fault, { maxLength: 14 }),
  processes: fc.array(process, { maxLength: 4 }),
  controls: fc.array(control, { maxLength: 4 }),
});

export type Plan = typeof anyPlan extends fc.Arbitrary<infer Value> ? Value : never;
