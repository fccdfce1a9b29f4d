/** Deeper than this nothing is read: it could not be written again. */
const maxDepth = 1000;

const token = /[^\s"[\]{}:,]+|[[\]{}"]/g;
const colon = /\s*:/y;

/**
 * Reads JSON as a Phoenix server does: the first of two equal keys counts, where `JSON.parse` keeps the last, and half of a surrogate
 * pair is an error. Throws a SyntaxError or RangeError for what can't be read.
 */
export function readJson(text: string): unknown {
  JSON.parse(text); // throws when it is no JSON; from here on only its pieces have to be told apart
  const open: { readonly holder: unknown[] | Map<string, unknown>; key: string }[] = [];
  let result: unknown;
  const place = (value: unknown): void => {
    const inside = open.at(-1);
    if (!inside) result = value;
    else if (Array.isArray(inside.holder)) inside.holder.push(value);
    else if (!inside.holder.has(inside.key)) inside.holder.set(inside.key, value);
  };
  token.lastIndex = 0;
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const [piece] = found;
    if (piece === "[") open.push({ holder: [], key: "" });
    else if (piece === "{") open.push({ holder: new Map(), key: "" });
    else if (piece === "]" || piece === "}") {
      const holder = open.pop()?.holder ?? [];
      place(Array.isArray(holder) ? holder : Object.fromEntries(holder));
    } else if (piece === '"') {
      const end = endOfString(text, found.index);
      const value = readString(text.slice(found.index, end));
      token.lastIndex = end;
      colon.lastIndex = end;
      const inside = open.at(-1);
      if (inside && colon.test(text)) inside.key = value;
      else place(value);
    } else place(JSON.parse(piece));
    if (open.length > maxDepth) throw new RangeError("JSON nested too deep");
  }
  return result;
}

function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  while (isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  return quote + 1;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === "\\") backslashes += 1;
  return backslashes % 2 === 1;
}

function readString(source: string): string {
  const value: unknown = JSON.parse(source);
  if (typeof value !== "string" || !value.isWellFormed()) throw new SyntaxError("half of a surrogate pair");
  return value;
}
