import type { Participant } from "@thenvoi/core";

/** Whom a text is for, with each of them written as their handle; or who it could be for where it does not say. */
export type Addressees =
  | { readonly to: readonly Participant[]; readonly content: string }
  | { readonly couldBe: readonly Participant[] };

/**
 * Whom a person's text addresses: those it names with an `@`, by handle, by the part of it after the slash, or by name.
 *
 * One that names nobody is for whoever else is there, if that is one, or else for the one agent of the room.
 */
export function addresseesOf(text: string, participants: readonly Participant[], selfId: string): Addressees {
  const others = participants.filter(({ id }) => id !== selfId);
  const byName = new Map<string, Participant | undefined>();
  for (const spellingOf of [fullHandle, lastOfHandle, ({ name }: Participant) => name]) {
    const spelled = others.map((person) => [folded(spellingOf(person)), person] as const);
    for (const [spelling, person] of spelled) {
      const shared = spelled.filter(([other]) => other === spelling).length > 1;
      if (spelling !== "" && !byName.has(spelling)) byName.set(spelling, shared ? undefined : person);
    }
  }
  const longestFirst = [...byName.keys()].sort((one, other) => other.length - one.length).map(escaped);
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}_])@(${longestFirst.join("|")})(?![\\p{L}\\p{N}_]|[-/][\\p{L}\\p{N}_])`,
    "giu",
  );
  const named =
    longestFirst.length === 0 ? [] : [...text.matchAll(pattern)].map(([, spelling]) => byName.get(folded(spelling)));
  const to = [...new Set(named.filter((person) => person !== undefined))];
  if (to.length > 0) {
    const content = text.replace(pattern, (spelled, spelling: string) => {
      const handle = byName.get(folded(spelling))?.handle;
      return handle === undefined ? spelled : `@${handle}`; // a handle is all that the platform knows as a mention
    });
    return { to, content };
  }
  const agents = others.filter(({ kind }) => kind === "agent");
  const [only] = others.length === 1 ? others : agents.length === 1 ? agents : [];
  return only === undefined ? { couldBe: others } : { to: [only], content: text };
}

function fullHandle({ handle }: Participant): string | undefined {
  return handle;
}

function lastOfHandle({ handle }: Participant): string | undefined {
  return handle?.split("/").at(-1);
}

function folded(text: string | undefined): string {
  return (text ?? "").normalize("NFC").toLowerCase();
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&");
}
