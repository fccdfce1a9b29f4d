import { invalid } from "./refusal.ts";

/** What a room is called until someone says something in it. */
export const defaultTitle = "New chat";

const longestTitle = 120;
const longestGenerated = 60;

/**
 * The title a caller chose, trimmed; undefined when it chose none (missing, null or blank).
 * Throws a 422 when it is longer than 120 characters or holds a line break or NUL.
 */
export function chosenTitle(title: string | null | undefined): string | undefined {
  const trimmed = (title ?? "").trim();
  if (trimmed === "") return undefined;
  if (["\r", "\n", "\0"].some((character) => trimmed.includes(character)))
    throw invalid("/chat/title", "must not contain line breaks or NUL");
  if (Array.from(trimmed).length > longestTitle)
    throw invalid("/chat/title", `String length is larger than maxLength: ${longestTitle}`);
  return trimmed;
}

/** A title made of the first text said in a room: one line, mention tokens as names, 60 characters at most. */
export function titleFromText(content: string, nameOf: (id: string) => string | undefined): string {
  const line = content
    .replace(/@\[\[([^\]]+)\]\]/g, (token, id: string) => nameOf(id) ?? token)
    .replace(/\s+/g, " ")
    .trim();
  return Array.from(line).slice(0, longestGenerated).join("").trim();
}
