import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** Where the recordings are kept, with a page on what they are. */
export const recordings = fileURLToPath(new URL("../../../../../fixtures/wire/phoenix/", import.meta.url));

const conn = { conn: z.number().optional(), t: z.number() };
const headers = z.record(z.string(), z.string()).default({});

const lineSchema = z.discriminatedUnion("dir", [
  z.object({ dir: z.literal("c>s"), frame: z.json(), raw: z.string().optional(), ...conn }),
  z.object({ dir: z.literal("s>c"), frame: z.json(), raw: z.string().optional(), ...conn }),
  z.object({
    dir: z.literal("http"),
    frame: z.union([
      z.object({ request: z.string(), upgrade: z.string().optional(), headers }),
      z.object({ status: z.number(), headers, body: z.string().optional() }),
      z.object({ error: z.string() }),
    ]),
    ...conn,
  }),
  z.object({
    dir: z.literal("close"),
    frame: z.object({ code: z.number().nullable(), reason: z.string(), by: z.enum(["client", "close event"]) }),
    ...conn,
  }),
  z.object({ dir: z.literal("ctl"), frame: z.looseObject({ action: z.string().optional() }), ...conn }),
  z.object({ dir: z.literal("app"), frame: z.unknown(), ...conn }),
]);

export type Line = z.infer<typeof lineSchema>;
export type LineOf<Dir extends Line["dir"]> = Extract<Line, { readonly dir: Dir }>;

/** The names of all recordings, without the suffix of their files. */
export function recordingNames(): readonly string[] {
  const files = readdirSync(recordings).filter((file) => file.endsWith(".jsonl"));
  return files.map((file) => file.slice(0, -".jsonl".length)).toSorted();
}

/** The lines of a recording in their order, long texts at their full length again; without what only the client's application saw. */
export function readRecording(name: string): readonly Line[] {
  const text = readFileSync(`${recordings}${name}.jsonl`, "utf8");
  const lines = text.trim().split("\n");
  return lines.map((line) => lineSchema.parse(JSON.parse(line, uncut))).filter(({ dir }) => dir !== "app");
}

/** `xxxx…[cut, 60000 chars]` stands for a pattern that goes on to that length. */
function uncut(_key: string, value: unknown): unknown {
  const cut = typeof value === "string" ? /^(.+)…\[cut, (\d+) chars\]$/su.exec(value) : null;
  const [, pattern = "", length = ""] = cut ?? [];
  return cut ? pattern.repeat(Math.ceil(Number(length) / pattern.length)).slice(0, Number(length)) : value;
}
