import * as z from "zod";
import type { Preset } from "../config/hosts.ts";
import { ConfigError } from "../errors.ts";
import { defaultTiming, type Timing } from "../internal/timing.ts";
import { defaultLogger, type Logger, silentLogger } from "../logger.ts";
import type { WhileBusy } from "../turn/arrivals.ts";
import type { DeadLetterListener } from "../turn/dead-letter.ts";
import type { LoopGuard } from "../turn/loop-guard.ts";
import type { Accept } from "../turn/take-turn.ts";
import type { Handler } from "../turn/turn.ts";
import type { ContactsOption } from "./contact-news.ts";
import type { RoomFilter } from "./presence.ts";

/** How to reach the platform: for {@link createRoomAgent} and {@link createRoomClient} alike. What is left out is taken from the environment. */
export interface PlatformOptions {
  /** The agent's API key. Default: `THENVOI_API_KEY`, else `BAND_API_KEY`. */
  readonly apiKey?: string;
  /** The platform's address, such as `https://app.thenvoi.com`. Default: `THENVOI_BASE_URL` and its other names, else the preset's host. */
  readonly baseUrl?: string;
  /** The agent's id. Only checked: the key tells whose it is. Default: `THENVOI_AGENT_ID`, if the key comes from the environment too. */
  readonly agentId?: string;
  /** Which name of the platform is meant. Default: the one whose variable holds the key. */
  readonly preset?: Preset;
  /** Where to write; `false` is silence. Default: warnings, errors and one line when live, to stderr. */
  readonly logger?: Logger | false;
  /** Shorter waits for tests. Default: {@link defaultTiming}. */
  readonly timing?: Partial<Timing>;
}

/** What makes a room agent. */
export interface RoomAgentOptions extends PlatformOptions {
  /** Your agent: called with each message that mentions it. */
  readonly handler: Handler;
  /** Which rooms to live in. Default: all the agent is in, now and later. */
  readonly rooms?: RoomFilter;
  /** Who may set this agent to work; what is declined is settled without a run. Default: everyone in its rooms. */
  readonly accept?: Accept;
  /** Turns at once, over all rooms. In one room there is always one. Default 16. */
  readonly concurrency?: number;
  /**
   * What becomes of messages that arrive during a turn. Default `queue`.
   *
   * - `queue`: each has its own turn, in order.
   * - `batch`: the next turn has up to ten of them together.
   * - `interrupt`: the turn is cut and settled; the next one sees both.
   * - `steer`: the handler gets them while it runs, by `turn.incoming()`.
   */
  readonly whileBusy?: WhileBusy;
  /** How long a handler may take, in milliseconds. Default 600,000 (ten minutes). */
  readonly turnTimeoutMs?: number;
  /** Told of a message that is given up after four failures or three crashes. */
  readonly onDeadLetter?: DeadLetterListener;
  /** When agents that answer each other without a word from a person are told to finish, and stopped. Default at 8 and at 20 turns. */
  readonly loopGuard?: Partial<LoopGuard>;
  /**
   * What becomes of news of contacts. Default `ignore`.
   *
   * - a function: called with each piece of news and a client to answer by; what it throws is logged and changes nothing.
   * - `{ hubRoom }`: the id of a room, best one with the owner in it, in which the handler is run for it as for `wake()`.
   */
  readonly contacts?: ContactsOption;
  /** Who gives way when another process is connected with this key. Default `supersede`: it does. */
  readonly onConflict?: "supersede" | "reject";
}

/** The options with every default filled in. */
export interface ResolvedOptions {
  readonly handler: Handler;
  readonly rooms: RoomFilter | undefined;
  readonly accept: Accept | undefined;
  readonly concurrency: number;
  readonly whileBusy: WhileBusy;
  readonly turnTimeoutMs: number;
  readonly onDeadLetter: DeadLetterListener | undefined;
  readonly loopGuard: LoopGuard;
  readonly contacts: ContactsOption;
  readonly onConflict: "supersede" | "reject";
}

const callable = z.custom<unknown>((value) => typeof value === "function", "must be a function");
const platformShape = {
  apiKey: z.string().optional(),
  baseUrl: z.string().optional(),
  agentId: z.string().optional(),
  preset: z.enum(["thenvoi", "band"]).optional(),
  logger: z
    .union([z.literal(false), z.looseObject({ debug: callable, info: callable, warn: callable, error: callable })])
    .optional(),
  timing: z.looseObject({}).optional(),
};
const clientSchema = z.strictObject(platformShape);
const agentSchema = z.strictObject({
  ...platformShape,
  handler: callable,
  rooms: callable.optional(),
  accept: callable.optional(),
  concurrency: z.int().positive().optional(),
  whileBusy: z.enum(["queue", "batch", "interrupt", "steer"]).optional(),
  turnTimeoutMs: z.number().positive().optional(),
  onDeadLetter: callable.optional(),
  loopGuard: z
    .strictObject({ finishAt: z.int().positive().optional(), stopAt: z.int().positive().optional() })
    .optional(),
  contacts: z.union([z.literal("ignore"), callable, z.strictObject({ hubRoom: z.uuid() })]).optional(),
  onConflict: z.enum(["supersede", "reject"]).optional(),
});

/** Checks the options and fills in defaults. Throws {@link ConfigError} that names the option. */
export function resolveOptions(options: RoomAgentOptions): ResolvedOptions {
  check(agentSchema, options, "createRoomAgent");
  return {
    handler: options.handler,
    rooms: options.rooms,
    accept: options.accept,
    concurrency: options.concurrency ?? 16,
    whileBusy: options.whileBusy ?? "queue",
    turnTimeoutMs: options.turnTimeoutMs ?? 600_000,
    onDeadLetter: options.onDeadLetter,
    loopGuard: { finishAt: 8, stopAt: 20, ...options.loopGuard },
    contacts: options.contacts ?? "ignore",
    onConflict: options.onConflict ?? "supersede",
  };
}

/** Checks the options of a client. Throws {@link ConfigError} that names the option. */
export function checkClientOptions(options: PlatformOptions): void {
  check(clientSchema, options, "createRoomClient");
}

export function loggerOf(options: PlatformOptions): Logger {
  return options.logger === false ? silentLogger : (options.logger ?? defaultLogger);
}

export function timingOf(options: PlatformOptions): Timing {
  return { ...defaultTiming, ...options.timing };
}

function check(schema: z.ZodType, options: unknown, name: string): void {
  const result = schema.safeParse(options);
  if (result.success) return;
  const [issue] = result.error.issues;
  const what = issue === undefined || issue.path.length === 0 ? "its options" : `the option ${issue.path.join(".")}`;
  throw new ConfigError("config.invalid", `${name}: check ${what} (${issue?.message ?? "not an object"}).`);
}
