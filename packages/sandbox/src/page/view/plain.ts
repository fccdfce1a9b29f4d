/** Characters that turn the direction of what follows, or hide: shown by their code, so that no text can pose as another. */
const tricky = /[\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff]/gu;

/** Text as it may be shown: what it is, and nothing it only seems to be. */
export function plain(text: string): string {
  return text.replace(tricky, (character) => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}⟩`);
}

/** The beginning of a text on one line. */
export function oneLine(text: string, length = 160): string {
  const line = plain(text.slice(0, length * 4))
    .replace(/\s+/gu, " ")
    .trim();
  return line.length > length ? `${line.slice(0, length)}…` : line;
}
