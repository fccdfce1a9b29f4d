import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { faultsPage, sections } from "./table.ts";

const rows = sections.flatMap((section) => section.rows);
const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

/** How many faults each letter has; D is the models', of which core has some. */
const counts = { A: 34, B: 28, C: 28, E: 16, F: 10 };

test("every fault has one row", () => {
  const wanted = Object.entries(counts).flatMap(([letter, count]) =>
    Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
  );
  const ids = rows.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !id.startsWith("D")).toSorted()).toEqual(wanted.toSorted());
});

test.each(rows)(
  "the row of $id, $fault, names tests that are there, or says why not",
  ({ heldBy, untested, promise }) => {
    const named = Object.entries(heldBy).flatMap(([file, titles]) => titles.map((title) => [file, title] as const));
    expect(named.length > 0).toBe(untested === undefined);
    if (named.length > 0) expect(promise).toBeDefined();
    for (const [file, title] of named) expect(titlesOf(read(`../${file}`))).toContain(title);
  },
);

test("docs/faults.md is what the rows say; `node scripts/faults.ts` writes it", () => {
  expect(read("../../../../docs/faults.md")).toBe(faultsPage());
});

/** The titles of a file's tests: the first text in the parentheses of `test`, or of what `test.each` gives. */
function titlesOf(source: string): readonly string[] {
  return [...source.matchAll(/(?:\btest\(|\)\()\s*"((?:[^"\\]|\\.)*)"/gu)].map(([, title = ""]) => title);
}
