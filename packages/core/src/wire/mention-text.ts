/** Someone a text may name, as far as is known. */
export interface Nameable {
  readonly id: string;
  readonly handle?: string | undefined;
  readonly name?: string | undefined;
}

const token = /@\[\[([^\]\s]{1,64})\]\]/gu;

/** A text as a person reads it: each `@[[id]]` becomes `@handle`, else `@name`; who is not among `people` is `@unknown`. */
export function renderMentions(content: string, people: Iterable<Nameable>): string {
  if (!content.includes("@[[")) return content;
  const spellings = new Map<string, string>();
  const known = [...people];
  // Names first, so that a handle told by anyone takes their place.
  for (const { id, name } of known) if (name) spellings.set(id.toLowerCase(), `@${name}`);
  for (const { id, handle } of known) if (handle) spellings.set(id.toLowerCase(), `@${handle}`);
  return content.replace(token, (_, id: string) => spellings.get(id.toLowerCase()) ?? "@unknown");
}

/**
 * A text in the form in which what was sent equals what the platform stored of it.
 *
 * The platform turns `@handle`, or else `@name`, of those mentioned into `@[[id]]`, and puts in front the tokens of those the
 * text does not name. So every spelling becomes an id here, and leading ones go: whom a message mentions is compared apart.
 * Give the same `mentioned` for both texts. @see PROTOCOL.md, "mentions"
 */
export function comparableText(content: string, mentioned: readonly Nameable[]): string {
  const ids = new Map<string, string>();
  // By rank: where people share a spelling, a handle outdoes a name.
  for (const { id, name } of mentioned) if (name) ids.set(folded(`@${name}`), id);
  for (const { id, handle } of mentioned) if (handle) ids.set(folded(`@${handle}`), id);
  for (const { id } of mentioned) ids.set(folded(`@[[${id}]]`), id);

  const text = content.normalize("NFC").replace(/\r\n?/gu, "\n").trim();
  if (ids.size === 0) return text;
  // Longest first: `@dana/weather` must not be eaten by `@dana`. In one pass, so that nothing is replaced twice.
  const spellings = [...ids.keys()].sort((one, other) => other.length - one.length).map(escaped);
  const tokens = text.replace(new RegExp(spellings.join("|"), "giu"), (spelling) => {
    const id = ids.get(folded(spelling));
    return id === undefined ? spelling : `@[[${id.toLowerCase()}]]`;
  });
  const leading = mentioned.map(({ id }) => escaped(`@[[${id.toLowerCase()}]]`)).join("|");
  return tokens.replace(new RegExp(`^(?:(?:${leading})\\s*)+`, "u"), "");
}

/**
 * A text as the platform keeps it: handles of those mentioned become tokens, else their names, and the tokens of those the
 * text does not name go in front, in the order of the mentions. @see PROTOCOL.md, "mentions"
 */
export function storedText(content: string, mentioned: readonly Nameable[]): string {
  const named = new Set(mentioned.filter(({ id }) => content.includes(tokenOf(id))).map(({ id }) => id));
  const byHandle = replaceSpellings(content, mentioned, ({ handle }) => handle, named);
  const unnamed = mentioned.filter(({ id }) => !named.has(id));
  const text = replaceSpellings(byHandle, unnamed, ({ name }) => name, named);
  const inFront = mentioned.filter(({ id }) => !named.has(id)).map(({ id }) => `${tokenOf(id)} `);
  return inFront.join("") + text;
}

function replaceSpellings(
  content: string,
  people: readonly Nameable[],
  spellingOf: (person: Nameable) => string | undefined,
  named: Set<string>,
): string {
  if (!content.includes("@")) return content;
  const ids = new Map<string, string>();
  for (const person of people) {
    const spelling = spellingOf(person);
    if (spelling && !ids.has(spelling)) ids.set(spelling, person.id);
  }
  if (ids.size === 0) return content;
  const longestFirst = [...ids.keys()].sort((one, other) => other.length - one.length).map(escaped);
  const whole = new RegExp(
    `(?<![\\p{L}\\p{N}_])@(${longestFirst.join("|")})(?![\\p{L}\\p{N}_]|[-/][\\p{L}\\p{N}_])`,
    "gu",
  );
  return content.replace(whole, (spelled, spelling: string) => {
    const id = ids.get(spelling);
    if (id === undefined) return spelled;
    named.add(id);
    return tokenOf(id);
  });
}

function tokenOf(id: string): string {
  return `@[[${id}]]`;
}

function folded(text: string): string {
  return text.normalize("NFC").toLowerCase();
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&");
}
