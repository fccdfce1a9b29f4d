import type { Participant } from "../platform/wire.ts";

/** A text as it is posted: mentions written with whole handles, and whom it mentions. */
export interface Composed {
  readonly content: string;
  readonly mentions: readonly Participant[];
}

/** How someone may be written after an `@`: the whole handle, or of an agent only what follows its owner's. */
function spellings({ handle = "" }: Participant): readonly string[] {
  const slug = handle.split("/")[1];
  return slug === undefined ? [handle] : [handle, slug];
}

/** Reads the `@` mentions of a text, the longest spelling first: `@dana/weather` is not `@dana`. */
export function compose(text: string, people: readonly Participant[]): Composed {
  const known = people
    .flatMap((person) => spellings(person).map((spelling) => ({ person, spelling: spelling.toLowerCase() })))
    .filter(({ spelling }) => spelling !== "")
    .toSorted((one, other) => other.spelling.length - one.spelling.length);
  const mentioned = new Set<Participant>();
  const content = text.replace(/(?<![\w@])@([\p{L}\p{N}_][\p{L}\p{N}_./-]*)/gu, (written, name: string) => {
    const lower = name.toLowerCase();
    const found = known.find(
      ({ spelling }) => lower.startsWith(spelling) && !/^[\p{L}\p{N}_/-]/u.test(lower.slice(spelling.length)),
    );
    if (!found) return written;
    mentioned.add(found.person);
    return `@${found.person.handle}${name.slice(found.spelling.length)}`;
  });
  return { content, mentions: [...mentioned] };
}

/** The `@name` being written before the caret: where it starts, and what of the name is there. */
export function mentionAt(text: string, caret: number): { readonly start: number; readonly name: string } | undefined {
  const [, name] = /(?:^|[\s(])@([\p{L}\p{N}_./-]*)$/u.exec(text.slice(0, caret)) ?? [];
  return name === undefined ? undefined : { start: caret - name.length - 1, name };
}

/** Who could be meant, best first: those whose name or handle begins so, then those where a later word does. */
export function completions(name: string, people: readonly Participant[]): readonly Participant[] {
  const wanted = name.toLowerCase();
  const rank = (person: Participant): number => {
    const words = [...spellings(person), person.name].map((word) => word.toLowerCase());
    if (words.some((word) => word.startsWith(wanted))) return 0;
    return words.some((word) => word.includes(wanted)) ? 1 : 2;
  };
  return people
    .map((person) => ({ person, rank: rank(person) }))
    .filter((each) => each.rank < 2 && each.person.handle !== undefined)
    .toSorted((one, other) => one.rank - other.rank)
    .slice(0, 6)
    .map(({ person }) => person);
}
