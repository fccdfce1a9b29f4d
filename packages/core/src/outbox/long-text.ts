const partLimit = 16_000;
const partsAtMost = 4;
const wholeLimitBytes = 60_000;
const cutMarker = "\n\n… [cut]";

/**
 * A text as the messages it is posted in.
 *
 * People get it in parts of at most 16,000 characters, four at most, divided at the end of a paragraph, else of a line,
 * else of a word. If an agent is mentioned it stays one message of at most 60,000 bytes, because every part would start
 * a turn of that agent. What does not fit is cut, with a marker.
 */
export function messageParts(text: string, audience: { readonly agentMentioned: boolean }): readonly string[] {
  return audience.agentMentioned ? [whole(text)] : parts(text);
}

function whole(text: string): string {
  if (Buffer.byteLength(text) <= wholeLimitBytes) return text;
  const room = wholeLimitBytes - Buffer.byteLength(cutMarker);
  const bytes = Buffer.from(text).subarray(0, room);
  return new TextDecoder().decode(bytes).replace(/\uFFFD+$/u, "") + cutMarker;
}

function parts(text: string): readonly string[] {
  const found: string[] = [];
  let rest = text;
  while (rest.length > partLimit && found.length < partsAtMost - 1) {
    const end = partEnd(rest);
    const part = rest.slice(0, end).trimEnd();
    if (part !== "") found.push(part);
    rest = rest.slice(end).trimStart();
  }
  if (rest.length > partLimit) rest = safeSlice(rest, partLimit - cutMarker.length) + cutMarker;
  if (rest !== "" || found.length === 0) found.push(rest);
  return found;
}

/** Where the first part of a long text ends: as late as possible, in the second half of what is allowed. */
function partEnd(text: string): number {
  for (const boundary of ["\n\n", "\n", " "]) {
    const end = text.lastIndexOf(boundary, partLimit - boundary.length);
    if (end >= partLimit / 2) return end + boundary.length;
  }
  return safeSlice(text, partLimit).length;
}

function safeSlice(text: string, length: number): string {
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/u, "");
}
