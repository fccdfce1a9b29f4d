import * as z from "zod";

const message = z.looseObject({
  id: z.string(),
  content: z.string(),
  message_type: z.string(),
  sender_id: z.string(),
  metadata: z
    .looseObject({
      blocking: z.unknown().optional(),
      mentions: z.array(z.looseObject({ id: z.string(), handle: z.string().optional() })).optional(),
      delivery_status: z
        .record(z.string(), z.looseObject({ status: z.string(), current_attempt: z.number().optional() }))
        .optional(),
    })
    .nullish(),
});

type Row = z.infer<typeof message>;

/**
 * Tells a room's news in words, one line each, from the frames that a person's page gets: who said what, and how far the
 * agents are with it.
 */
export class Narration {
  #startedMs: number | undefined;
  readonly #told = new Set<string>();
  readonly #names: ReadonlyMap<string, string>;
  readonly #print: (line: string) => void;
  readonly #processed = new Map<string, PromiseWithResolvers<void>>();
  /** Who has called for attention, and not yet said what for. */
  #calling: string | undefined;
  #question = Promise.withResolvers<void>();

  /** @param names Handles by account id. */
  constructor(names: ReadonlyMap<string, string>, print: (line: string) => void) {
    this.#names = names;
    this.#print = print;
  }

  /** Ends when it is told that an agent has processed that message. */
  processed(messageId: string): Promise<void> {
    return this.#processedOf(messageId).promise;
  }

  /** Ends when an agent asks the next thing that it waits for a person to answer. */
  question(): Promise<void> {
    return this.#question.promise;
  }

  /** One event of a `chat_room` topic. What it doesn't know is left out. */
  tell(event: string, payload: unknown): void {
    const parsed = message.safeParse(payload);
    if (!parsed.success) return;
    const row = parsed.data;
    if (event === "message_created") this.#tellText(row);
    if (event === "event_created") this.#tellEvent(row);
    if (event === "message_updated") this.#tellDelivery(row);
  }

  #tellText(row: Row): void {
    this.#line(this.#name(row.sender_id), `says      ${this.#readable(row)}`);
    if (row.sender_id !== this.#calling) return;
    this.#calling = undefined;
    this.#question.resolve();
    this.#question = Promise.withResolvers();
  }

  #tellEvent(row: Row): void {
    this.#line(this.#name(row.sender_id), `${words[row.message_type] ?? row.message_type.padEnd(9)} ${toolWords(row)}`);
    if (row.message_type === "attention" && row.metadata?.blocking === true) this.#calling = row.sender_id;
  }

  #tellDelivery(row: Row): void {
    for (const [id, { status, current_attempt: attempt }] of Object.entries(row.metadata?.delivery_status ?? {})) {
      const fact = `${row.id} ${id} ${status} ${attempt ?? 0}`;
      if (status === "delivered" || this.#told.has(fact)) continue;
      this.#told.add(fact);
      const words = {
        processing: `claims    ${this.#name(row.sender_id)}'s message${(attempt ?? 1) > 1 ? `, attempt ${attempt}` : ""}`,
        processed: `is done   with ${this.#name(row.sender_id)}'s message`,
        failed: `fails     at ${this.#name(row.sender_id)}'s message`,
      }[status];
      if (words !== undefined) this.#line(this.#name(id), words);
      if (status === "processed") this.#processedOf(row.id).resolve();
    }
  }

  #processedOf(messageId: string): PromiseWithResolvers<void> {
    const known = this.#processed.get(messageId) ?? Promise.withResolvers<void>();
    this.#processed.set(messageId, known);
    return known;
  }

  #name(id: string): string {
    return this.#names.get(id) ?? "someone";
  }

  #readable(row: Row): string {
    return row.content.replace(/@\[\[([^\]]+)\]\]/gu, (_, id: string) => `@${this.#name(id)}`);
  }

  #line(who: string, what: string): void {
    this.#startedMs ??= performance.now(); // with the first word
    const seconds = ((performance.now() - this.#startedMs) / 1_000).toFixed(2).padStart(7);
    const line = `${seconds} s  ${who.padEnd(12)} ${what}`;
    this.#print(line.replaceAll(/\s*\n\s*/gu, `\n${" ".repeat(indent)}`));
  }
}

const indent = "   0.00 s  dana/planner says      ".length;
const words: Readonly<Record<string, string>> = { tool_call: "calls    ", tool_result: "gets     " };

const toolBody = z.looseObject({
  name: z.string(),
  args: z.unknown().optional(),
  output: z.unknown().optional(),
  is_error: z.boolean().optional(),
});

/** A tool call or its result in short, `forecast {"place":"Lyon"}`; any other event as it is. */
function toolWords(row: Row): string {
  if (row.message_type !== "tool_call" && row.message_type !== "tool_result") return row.content;
  const parsed = toolBody.safeParse(JSON.parse(row.content));
  if (!parsed.success) return row.content;
  const { name, args, output, is_error: isError } = parsed.data;
  const value = row.message_type === "tool_call" ? args : output;
  const text = typeof value === "string" ? value : JSON.stringify(value ?? null);
  return `${name} ${isError === true ? "error: " : ""}${text.length > 160 ? `${text.slice(0, 160)}…` : text}`;
}
