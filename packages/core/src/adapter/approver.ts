import { AskError, ThenvoiError } from "../errors.ts";
import { boundTo } from "../turn/peer-tools.ts";
import type { Turn } from "../turn/turn.ts";
import { jsonSafe } from "./json-safe.ts";
import type { ApproveOptions } from "./options.ts";

/** A person's word on a tool call. The reason of a no is for the model. */
export type Decision =
  | { readonly approved: true; readonly by: string }
  | { readonly approved: false; readonly reason: string };

const defaultTimeoutMs = 900_000;
const shownAtMost = 12_000;
const yes = new Set(["yes", "y", "yes please", "ok", "okay", "approve", "approved", "go ahead", "do it"]);

/**
 * Asks people whether a tool may run, one question at a time.
 *
 * The question shows the exact input. Only the people named by the options decide, never an agent; a plain yes allows,
 * anything else refuses and is passed on, and so does silence. A run after a crash waits for the question that is already
 * in the room, if it is the same one. Never throws: what can't be asked is refused.
 */
export class Approver {
  readonly #turn: Turn;
  readonly #options: ApproveOptions;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(turn: Turn, options: ApproveOptions = {}) {
    this.#turn = turn;
    this.#options = options;
  }

  decide(call: { readonly name: string; readonly input: unknown }): Promise<Decision> {
    const deciding = this.#queue.then(() => this.#decide(call).catch(refusal));
    this.#queue = deciding;
    return deciding;
  }

  /**
   * Asks the same people something that is no yes or no: what the first of them says; undefined when nobody can be asked, or
   * nobody answers in time. Never throws.
   */
  ask(question: string): Promise<string | undefined> {
    const asking = this.#queue.then(() => this.#answer(question).catch(() => undefined));
    this.#queue = asking;
    return asking;
  }

  async #answer(question: string): Promise<string | undefined> {
    const { by = "asker", timeoutMs = defaultTimeoutMs } = this.#options;
    const { sender, kind } = this.#turn.message;
    if (by === "asker" && (sender.kind !== "user" || kind === "prompt")) return undefined;
    const approvers = by === "asker" ? [sender.id] : by;
    const agents = await this.#agentsAmong(approvers);
    const decided = new AbortController();
    const signal = AbortSignal.any([decided.signal, this.#turn.signal]);
    try {
      const asked = approvers.filter((who) => !agents.has(who));
      return await Promise.any(
        asked.map(async (who) => (await this.#askPerson(who, question, { timeoutMs, signal })).answer),
      );
    } finally {
      decided.abort(new DOMException("Someone else has answered.", "AbortError"));
    }
  }

  async #decide(call: { readonly name: string; readonly input: unknown }): Promise<Decision> {
    const input = JSON.stringify(jsonSafe(call.input), undefined, 2);
    if (input.length > shownAtMost)
      return no("The input is too long to be shown to a person, so it can't be approved. Use a shorter one.");
    const { by = "asker", timeoutMs = defaultTimeoutMs } = this.#options;
    const { sender, kind } = this.#turn.message;
    if (by === "asker" && (sender.kind !== "user" || kind === "prompt"))
      return no("Only a person can approve this, and it was not a person who asked.");
    const question = questionText(call.name, input, timeoutMs);
    const approvers = by === "asker" ? [sender.id] : [...by];
    const agents = await this.#agentsAmong(approvers);
    const people = approvers.filter((who) => !agents.has(who));
    if (people.length === 0) return no("Only a person can approve this, and no person is named as approver.");
    return this.#firstOf(people, question, timeoutMs);
  }

  /** Whoever answers first decides; the others need not any more. */
  async #firstOf(people: readonly string[], question: string, timeoutMs: number): Promise<Decision> {
    const decided = new AbortController();
    const signal = AbortSignal.any([decided.signal, this.#turn.signal]);
    try {
      const refusals: Decision[] = [];
      return await new Promise<Decision>((resolve) => {
        for (const who of people) {
          void this.#askOne(who, question, { timeoutMs, signal }).then(resolve, (error: unknown) => {
            refusals.push(refusal(error));
            if (refusals.length === people.length) resolve(refusals[0] ?? refusal(error));
          });
        }
      });
    } finally {
      decided.abort(new DOMException("Someone else has decided.", "AbortError"));
    }
  }

  async #askOne(
    who: string,
    question: string,
    how: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<Decision> {
    const { answer, by } = await this.#askPerson(who, question, how);
    return isYes(answer) ? { approved: true, by } : no(`${by} said: ${answer.trim().slice(0, 1_000)}`);
  }

  async #askPerson(
    who: string,
    question: string,
    how: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<{ readonly answer: string; readonly by: string }> {
    const { answer, peer } = await this.#turn.ask(who, question, { ...how, sameWords: true });
    if (peer.kind !== "user") throw new AskError("ask.ended", "Only a person can approve this.");
    return { answer, by: peer.handle === undefined ? peer.name : `@${peer.handle}` };
  }

  async #agentsAmong(approvers: readonly string[]): Promise<ReadonlySet<string>> {
    const people = await boundTo(this.#turn).room.people.list();
    return new Set(
      approvers.filter((who) => {
        const wanted = who.replace(/^@/u, "");
        return people.some(({ id, handle, kind }) => kind === "agent" && (id === who || handle === wanted));
      }),
    );
  }
}

function questionText(name: string, input: string, timeoutMs: number): string {
  const fence = "`".repeat(Math.max(3, ...[...input.matchAll(/`+/gu)].map(([run]) => run.length + 1)));
  const minutes =
    timeoutMs >= 120_000 ? `${Math.round(timeoutMs / 60_000)} minutes` : `${Math.round(timeoutMs / 1_000)} seconds`;
  return `May I use the tool \`${name.replaceAll("`", "")}\` with exactly this input?\n${fence}json\n${input}\n${fence}\nAnswer "yes" to allow it. Anything else refuses it, and so does no answer within ${minutes}.`;
}

function isYes(answer: string): boolean {
  if (/[?？؟]/u.test(answer)) return false; // "ok?" asks, it does not allow
  const words = answer
    .replace(/(?:^|\s)@\S+/gu, " ")
    .replace(/[\p{P}\p{Cf}\s]+/gu, " ")
    .trim()
    .toLowerCase();
  return yes.has(words) || ["👍", "✅"].includes(words);
}

function refusal(error: unknown): Decision {
  if (error instanceof AskError && error.code === "ask.timed-out")
    return no("Nobody answered in time, so it is refused.");
  return no(ThenvoiError.is(error) ? `It could not be approved: ${error.message}` : "It could not be approved.");
}

function no(reason: string): Decision {
  return { approved: false, reason };
}
