import * as z from "zod";
import { ConfigError } from "../errors.ts";
import type { RoomEventInput } from "../model/room-event.ts";
import type { TranscriptOptions } from "../room/transcript.ts";
import type { ToolSelection } from "../tools/selection.ts";
import type { Turn } from "../turn/turn.ts";

/** What every adapter can be told: the same words and defaults whatever the framework. */
export interface AdapterOptions {
  /**
   * What becomes of the text a model ends with. Default `auto`.
   *
   * - `auto`: it goes to who asked, unless the model has answered by tool; then it is a thought.
   * - `text`: it always goes to who asked.
   * - `tool`: it is a thought; only what the model says by tool is said.
   */
  readonly reply?: "auto" | "text" | "tool";
  /** How much of the room the model sees before the message to answer; `false` for nothing. Default: 32,000 tokens of it. */
  readonly history?: TranscriptOptions | false;
  /** What of a run is reported in the room; `false` for nothing but errors. Default: all of it. */
  readonly events?: EventOptions | false;
  /** What the model can do in the room, besides the agent's own tools. Default: what is offered unasked. */
  readonly tools?: ToolSelection | "all" | "none";
  /** What the model is told about the room, in place of {@link roomInstructions}; `false` for nothing. */
  readonly instructions?: string | false | ((turn: Turn) => string | Promise<string>);
  /** Tools that wait for a person's word before they run, and who gives it. */
  readonly approve?: ApproveOptions;
}

/** Which events of a run are reported, and what is taken out of them. */
export interface EventOptions {
  /** Reasoning, and what a model writes beside its tool calls. Default true. */
  readonly thoughts?: boolean;
  /** Tool calls and their results. Without them the agent does not remember them in its next turn. Default true. */
  readonly toolCalls?: boolean;
  /**
   * Sees each event, its values plain JSON, before it leaves, and gives it back as it may be shown; `undefined` keeps it
   * back. Where it throws the event is kept back too.
   */
  readonly redact?: (event: RoomEventInput) => RoomEventInput | undefined;
}

/** Which tools wait for a person, and who that is. */
export interface ApproveOptions {
  /** Names of tools, the agent's own or the room's. Default none: only those that the framework itself holds back. */
  readonly tools?: readonly string[];
  /** Who decides: who asked, if that is a person, or any one of these people, by handle. Default `asker`. */
  readonly by?: "asker" | readonly string[];
  /** How long is waited for a decision, in milliseconds. Silence is a no. Default 900,000 (15 minutes). */
  readonly timeoutMs?: number;
}

const callable = z.custom<unknown>((value) => typeof value === "function", "must be a function");
const prefix = z.string();
const names = z.array(z.string());

const schema = z.object({
  reply: z.enum(["auto", "text", "tool"]).optional(),
  history: z
    .union([z.literal(false), z.strictObject({ maxTokens: z.number().optional(), countTokens: callable.optional() })])
    .optional(),
  events: z
    .union([
      z.literal(false),
      z.strictObject({
        thoughts: z.boolean().optional(),
        toolCalls: z.boolean().optional(),
        redact: callable.optional(),
      }),
    ])
    .optional(),
  tools: z
    .union([
      z.enum(["all", "none"]),
      z.strictObject({
        include: z.union([z.literal("all"), names]).optional(),
        exclude: names.optional(),
        prefix: prefix.optional(),
      }),
    ])
    .optional(),
  instructions: z.union([z.string(), z.literal(false), callable]).optional(),
  approve: z
    .strictObject({
      tools: names.optional(),
      by: z.union([z.literal("asker"), z.array(z.string().min(1)).min(1)]).optional(),
      timeoutMs: z.number().positive().optional(),
    })
    .optional(),
});

/** Checks what a developer passed to an adapter. Throws a {@link ConfigError} of one sentence that says what to set. */
export function checkAdapterOptions(options: AdapterOptions, about: { readonly of: string }): void {
  const checked = schema.safeParse(options);
  if (checked.success) return;
  const [issue] = checked.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "" : ` ${issue.path.join(".")}`;
  throw new ConfigError(
    "config.invalid",
    `The option${where} of ${about.of} is not valid: ${issue?.message ?? "unknown"}.`,
  );
}

/** The room's tools that an adapter offers; undefined for none. */
export function offeredSelection(tools: AdapterOptions["tools"]): ToolSelection | undefined {
  if (tools === "none") return undefined;
  return tools === "all" ? { include: "all" } : (tools ?? {});
}
