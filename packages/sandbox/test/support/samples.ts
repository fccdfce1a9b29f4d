import { readdirSync, readFileSync } from "node:fs";
import { z } from "zod";

const folder = new URL("../../../../fixtures/wire/", import.meta.url);

/** The samples' people, agents and room, by the ids they have there. */
const cast = {
  dana: "1f0c2a54-8d0e-4b7e-9a51-3d6f0f3c1a01",
  miguel: "2b9d7c10-5f3a-4c2b-8e77-90aa41d2b602",
  planner: "6c1d9be2-0a47-4e0f-b1f3-5ab2c7d9e011",
  weather: "7e8f10a3-2b4c-4d5e-9f60-718293a4b512",
  ledger: "8a9b0c1d-3e4f-4051-a263-748596a7b813",
  room: "c4d5e6f7-1829-4a3b-8c4d-5e6f708192a3",
};

/** Ids of a test's own for the samples' cast. */
export type SampleIds = Partial<Record<keyof typeof cast, string>>;

/** The names of all samples. */
export function sampleNames(): readonly string[] {
  return readdirSync(folder).flatMap((file) => (file.endsWith(".json") ? [file.slice(0, -".json".length)] : []));
}

/** The sample of that name, with the ids of this world in place of its own. */
export function sample(name: string, ids: SampleIds = {}): unknown {
  let text = readFileSync(new URL(`${name}.json`, folder), "utf8");
  for (const [who, own] of Object.entries(cast)) {
    const id = Object.entries(ids).find(([other]) => other === who)?.[1];
    if (id !== undefined) text = text.replaceAll(own, id);
  }
  return z.object({ data: z.unknown() }).parse(JSON.parse(text)).data;
}

/** Where an answer is not as the sample: a field missing, or of another kind. A null in the sample says nothing of the kind. */
export function differences(expected: unknown, actual: unknown, path = ""): string[] {
  if (expected === null) return actual === undefined ? [`${path} is missing`] : [];
  if (kindOf(expected) !== kindOf(actual)) return [`${path} is ${kindOf(actual)}, not ${kindOf(expected)}`];
  if (typeof expected !== "object" || typeof actual !== "object" || actual === null) return [];
  const [first]: unknown[] = Array.isArray(expected) ? expected : [];
  if (typeof first === "object" && Array.isArray(actual) && actual.length === 0) {
    return [`${path} is empty`];
  }
  const found = new Map<string, unknown>(Object.entries(actual));
  return Object.entries(expected).flatMap(([key, value]) =>
    Array.isArray(actual) && !found.has(key) ? [] : differences(value, found.get(key), `${path}/${key}`),
  );
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value !== "string") return value === undefined ? "missing" : typeof value;
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)) return "an id";
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(value) ? "a time" : "text";
}
