import { readdirSync, readFileSync } from "node:fs";
import * as z from "zod";

const folder = new URL("../../../fixtures/wire/", import.meta.url);
const fixtureFile = z.strictObject({ source: z.string().min(1), kind: z.enum(["body", "frame"]), data: z.unknown() });

export type WireFixture = z.infer<typeof fixtureFile>;

/** A recorded body or frame by its file name without `.json`. */
export function wireFixture(name: string): WireFixture {
  return fixtureFile.parse(JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")));
}

/** The names of all of them. */
export function wireFixtureNames(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length));
}
