import { z } from "zod";
import { type FrameFault, type JoinFault, type RequestFault, spoils } from "./fault.ts";
import type { Faults } from "./faults.ts";
import type { FaultHandle } from "./rules.ts";
import { ScriptError } from "./script-error.ts";

/** The forms of faults over HTTP: the same words as in a test. */

const count = z.number().int().positive();
const ms = z.number().nonnegative();
const text = z.string();
const counted = {
  agent: text.exactOptional(),
  call: count.exactOptional(),
  probability: z.number().exactOptional(),
  seed: z.number().exactOptional(),
  abovePerSecond: z.number().exactOptional(),
};

const whereRequest = z.strictObject({ request: text, room: text.exactOptional(), ...counted });
const whereFrame = z.strictObject({
  event: text.exactOptional(),
  topic: text.exactOptional(),
  room: text.exactOptional(),
  ...counted,
});
const whereJoin = z.strictObject({ topic: text, ...counted });

const refusal = z.strictObject({
  status: z.number().int().min(200).max(599),
  headers: z.record(text, text).exactOptional(),
  body: z.unknown().exactOptional(),
  retryAfterSeconds: z.number().nonnegative().exactOptional(),
  after: z.boolean().exactOptional(),
});
const delay = z.strictObject({ delayMs: ms.exactOptional(), delayAnswerMs: ms.exactOptional() });

/** Each fault by the word it is known by. */
const requestFaults = {
  status: refusal,
  quota: z.strictObject({ quota: text }),
  redirect: z.strictObject({
    redirect: text,
    as: z.literal([301, 302, 303, 307, 308]).exactOptional(),
  }),
  cut: z.strictObject({ cut: z.enum(["before", "after"]) }),
  hang: z.strictObject({ hang: z.literal(true) }),
  lateCommitMs: z.strictObject({ lateCommitMs: ms, client: z.enum(["cut", "hang"]).exactOptional() }),
  unseenMs: z.strictObject({ unseenMs: ms }),
  spoil: z.strictObject({ spoil: z.enum(spoils) }),
  dripMs: z.strictObject({ dripMs: ms }),
  hugeBytes: z.strictObject({ hugeBytes: count, gzip: z.boolean().exactOptional() }),
  endless: z.strictObject({ endless: z.literal(true) }),
  delayMs: delay,
  delayAnswerMs: delay,
};
const frameFaults = {
  delayMs: z.strictObject({ delayMs: z.union([ms, z.tuple([ms, ms])]) }),
  replace: z.strictObject({ replace: text }),
  payload: z.strictObject({ payload: z.unknown() }),
  padToBytes: z.strictObject({ padToBytes: count }),
};
const plainFrameFault = z.enum(["drop", "duplicate", "reorder"]);
const joinFaults = {
  refuse: z.strictObject({ refuse: text }),
  delayMs: z.strictObject({ delayMs: ms }),
};

const timesError = 'a whole number from 1, or "always"';
const envelope = z.strictObject({
  kind: z.enum(["request", "frame", "join"]),
  times: z
    .union([z.number(), z.literal("always")], { error: timesError })
    .refine((times) => times === "always" || (Number.isInteger(times) && times > 0), { error: timesError })
    .default(1),
  where: z.unknown().optional(),
  fault: z.unknown().optional(),
});

/** Scripts the fault that a body describes. Throws a {@link ScriptError} that says what is wrong with it. */
export function scriptFault(faults: Faults, body: unknown): FaultHandle {
  const { kind, times: given, where, fault } = readScript(envelope, body);
  const times = given === "always" ? Number.POSITIVE_INFINITY : given;
  switch (kind) {
    case "request":
      return faults.times(times, readWhere(whereRequest, where), readFault<RequestFault>(requestFaults, fault));
    case "frame": {
      const isPlain = typeof fault === "string";
      const what = isPlain ? readScript(plainFrameFault, fault, "fault") : readFault<FrameFault>(frameFaults, fault);
      return faults.frames.times(times, readWhere(whereFrame, where), what);
    }
    case "join": {
      const isPlain = typeof fault === "string";
      const what = isPlain ? readScript(z.literal("ignore"), fault, "fault") : readFault<JoinFault>(joinFaults, fault);
      return faults.joins.times(times, readWhere(whereJoin, where), what);
    }
    default:
      return kind satisfies never;
  }
}

/** Reads a value in the form of `schema`. Throws a {@link ScriptError} with the first thing that is wrong, and where. */
export function readScript<Schema extends z.ZodType>(schema: Schema, value: unknown, at?: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = [...(at === undefined ? [] : [at]), ...(issue?.path ?? [])].map(String).join(".");
  throw new ScriptError(`${path === "" ? "The body" : path}: ${issue?.message ?? "can't be read"}`);
}

function readWhere<Schema extends z.ZodType>(schema: Schema, where: unknown): string | z.output<Schema> {
  return typeof where === "string" ? where : readScript(schema, where, "where");
}

/** Reads a fault by the first of its words that is known, so that what is said about it is about that one. */
function readFault<Fault>(schemas: Readonly<Record<string, z.ZodType<Fault>>>, fault: unknown): Fault {
  const given = typeof fault === "object" && fault !== null ? Object.keys(fault) : [];
  for (const [word, schema] of Object.entries(schemas)) {
    if (given.includes(word)) return readScript(schema, fault, "fault");
  }
  const words = Object.keys(schemas).join(", ");
  throw new ScriptError(`fault: holds one of ${words}, not ${JSON.stringify(fault) ?? "nothing"}`);
}
