import { MentionError } from "../errors.ts";
import type { Participant } from "../model/participant.ts";
import { nearest } from "./nearest.ts";

export { comparableText } from "../wire/mention-text.ts";

/** Whom to address: a handle with or without `@`, a name or an id; or anything that carries the id, such as a participant. */
export type MentionInput = string | { readonly id: string };

const mostListed = 20;

/**
 * The participants that `inputs` name, each once, in the order in which they were named.
 *
 * A text is tried as an id, a handle, a name, and last as the part of a handle after its slash, in any case; the first of
 * these that fits anyone decides. Throws {@link MentionError} when it fits nobody, several, or only the agent itself, and
 * when no one is named at all: the platform refuses a message to nobody.
 */
export function resolveMentions(
  inputs: readonly MentionInput[],
  participants: readonly Participant[],
  selfId: string,
): Participant[] {
  const named = inputs.filter((input) => typeof input !== "string" || bare(input) !== "");
  const others = participants.filter(({ id }) => id !== selfId);
  if (named.length === 0) {
    throw new MentionError(
      "mention.missing",
      `a message must mention someone in the room; ${whoIsHere(others)}`,
      others.map(written),
    );
  }
  const found = named.map((input) =>
    typeof input === "string" ? byText(input, participants, selfId) : byId(input, participants),
  );
  const self = found.find(({ id }) => id === selfId);
  if (self) {
    throw new MentionError(
      "mention.self",
      `${written(self)} is who speaks here, and can't mention itself; ${whoIsHere(others)}`,
      others.map(written),
    );
  }
  return [...new Map(found.map((participant) => [participant.id, participant])).values()];
}

function byId(input: { readonly id: string }, participants: readonly Participant[]): Participant {
  const found = participants.find(({ id }) => id === input.id.toLowerCase());
  if (found) return found;
  throw new MentionError(
    "mention.unknown",
    `nobody in the room has the id ${JSON.stringify(input.id)}; ${whoIsHere(participants)}`,
    participants.map(written),
  );
}

/** The ways to read a text, strongest first. The last two say little: there, someone else is meant rather than the agent. */
const readings: readonly {
  readonly fits: (participant: Participant, text: string) => boolean;
  readonly loose: boolean;
}[] = [
  { fits: ({ id }, text) => id.toLowerCase() === text, loose: false },
  { fits: ({ handle }, text) => folded(handle) === text, loose: false },
  { fits: ({ name }, text) => folded(name) === text, loose: true },
  { fits: ({ handle }, text) => folded(handle?.split("/").at(-1)) === text, loose: true },
];

function byText(input: string, participants: readonly Participant[], selfId: string): Participant {
  const text = bare(input);
  for (const { fits, loose } of readings) {
    const fitting = participants.filter((participant) => fits(participant, text));
    const others = fitting.filter(({ id }) => id !== selfId);
    const meant = loose && others.length > 0 ? others : fitting;
    const [only, ...more] = meant;
    if (only === undefined) continue;
    if (more.length === 0) return only;
    throw new MentionError(
      "mention.ambiguous",
      `${JSON.stringify(input)} fits ${meant.map(described).join(" and ")}; use the handle or the id`,
      meant.map(written),
    );
  }
  const others = participants.filter(({ id }) => id !== selfId);
  const near = nearest(text, others, ({ handle, name }) => [handle ?? name, name, handle?.split("/").at(-1) ?? name]);
  const help = near.length > 0 ? `did you mean ${near.map(written).join(" or ")}` : whoIsHere(others);
  throw new MentionError(
    "mention.unknown",
    `nobody in the room is called ${JSON.stringify(input)}; ${help}`,
    (near.length > 0 ? near : others).map(written),
  );
}

/** What is left of `@dana`, `@[[id]]` or a quoted spelling of either. */
function bare(input: string): string {
  return folded(
    input
      .trim()
      .replace(/^@+/u, "")
      .replace(/^\[\[(.*)\]\]$/u, "$1")
      .trim(),
  );
}

function folded(text: string | undefined): string {
  return (text ?? "").normalize("NFC").toLowerCase();
}

function whoIsHere(people: readonly Participant[]): string {
  if (people.length === 0) return "nobody else is here";
  const listed = people.slice(0, mostListed).map(written).join(", ");
  const rest = people.length - mostListed;
  return `here are ${listed}${rest > 0 ? ` and ${rest} more` : ""}`;
}

function written({ handle, name, id }: Participant): string {
  return `@${handle ?? (name || id)}`;
}

/** Enough to tell two people of one name apart. */
function described(participant: Participant): string {
  return `${written(participant)} (${participant.kind} ${participant.id})`;
}
