/**
 * Marks whose words a text holds, for a model, so that no text can pass for another's.
 *
 * Everyone else's words stand in `<message from="…">…</message>` and what this package says about the room in
 * `<room-note>…</room-note>`. Inside, whatever could be read as one of these tags loses its bracket, also when it is written
 * in other cases, with spaces, with invisible characters between its letters, or with a bracket that only looks like one.
 */
const anyTag = opening("message", "room-note");
const noteTag = opening("room-note");

/** Someone else's words, labelled. The speaker comes from the account, never from the text. */
export function labelledMessage(said: { readonly speaker: string; readonly text: string }): string {
  return `<message from="${attribute(said.speaker)}">${withoutTags(said.text)}</message>`;
}

/** What this package tells a model about the room, labelled. Others' words in it are the caller's to disarm. */
export function labelledNote(text: string): string {
  return `<room-note>\n${text.replace(noteTag, "&lt;")}\n</room-note>`;
}

/** A text in which nothing can be read as one of the tags. */
export function withoutTags(text: string): string {
  return text.replace(anyTag, "&lt;");
}

function opening(...tags: readonly string[]): RegExp {
  const invisible = String.raw`[\p{Cf}\p{Mn}]*`;
  const words = tags.map((tag) => [...tag].join(invisible)).join("|");
  return new RegExp(String.raw`[<＜﹤‹〈](?=[\s/\\\p{Cf}\p{Mn}]*(?:${words}))`, "giu");
}

function attribute(text: string): string {
  const plain = text
    .replace(/[\p{Cc}\s]+/gu, " ")
    .replaceAll("&", "&amp;")
    .replaceAll('"', "&quot;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
  return withoutTags(plain); // what only looks like a bracket is left
}
