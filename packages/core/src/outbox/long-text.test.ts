import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { messageParts } from "./long-text.ts";

const toPeople = { agentMentioned: false };
const toAgents = { agentMentioned: true };
const marker = "\n\n… [cut]";

describe("a text for people", () => {
  test.each([
    ["short", "No.", ["No."]],
    ["as long as one may be", "x".repeat(16_000), ["x".repeat(16_000)]],
    ["divided at a paragraph", `${"a".repeat(9_000)}\n\n${"b".repeat(9_000)}`, ["a".repeat(9_000), "b".repeat(9_000)]],
    ["else at a line", `${"a".repeat(9_000)}\n${"b".repeat(9_000)}`, ["a".repeat(9_000), "b".repeat(9_000)]],
    ["else at a word", `${"a".repeat(9_000)} ${"b".repeat(9_000)}`, ["a".repeat(9_000), "b".repeat(9_000)]],
    ["not at one that comes too early", `a ${"b".repeat(17_000)}`, [`a ${"b".repeat(15_998)}`, "b".repeat(1_002)]],
    ["else where it must", "x".repeat(20_000), ["x".repeat(16_000), "x".repeat(4_000)]],
    ["with a blank first part left out", `${" ".repeat(16_500)}No.`, ["No."]],
  ])("%s", (_, text, expected) => {
    expect(messageParts(text, toPeople)).toEqual(expected);
  });

  test("is cut after four parts", () => {
    const parts = messageParts("x".repeat(100_000), toPeople);
    expect(parts.map(({ length }) => length)).toEqual([16_000, 16_000, 16_000, 16_000]);
    expect(parts.at(-1)?.endsWith(marker)).toBe(true);
  });
});

describe("a text for agents", () => {
  test("is one message, whole up to 60,000 bytes", () => {
    for (const text of ["No.", "x".repeat(60_000), "é".repeat(30_000)])
      expect(messageParts(text, toAgents)).toEqual([text]);
  });

  test("is cut beyond that, never within a character", () => {
    for (const unit of ["x", "é", "€", "😀"]) {
      const [text = "", ...others] = messageParts(unit.repeat(60_001), toAgents);
      expect(others).toEqual([]);
      expect(text.endsWith(marker)).toBe(true);
      expect(text.slice(0, -marker.length).replaceAll(unit, "")).toBe("");
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(60_000);
      expect(Buffer.byteLength(text)).toBeGreaterThan(60_000 - 4);
    }
  });
});

test("whatever is said, each part is postable, and together they are the text without the white space between them", () => {
  const word = fc.tuple(fc.constantFrom("a", "é", "😀", "word"), fc.integer({ min: 1, max: 9_000 }));
  const gap = fc.constantFrom(" ", "\n", "\n\n", "\n \n", " ".repeat(300));
  fc.assert(
    fc.property(fc.array(fc.tuple(word, gap), { minLength: 1, maxLength: 12 }), (pieces) => {
      const text = pieces
        .map(([[unit, times], space]) => unit.repeat(times) + space)
        .join("")
        .slice(0, 60_000);
      fc.pre(text.isWellFormed() && text.trim() !== "");
      const parts = messageParts(text, toPeople);
      for (const part of parts) {
        expect(part.length).toBeLessThanOrEqual(16_000);
        expect(part.trim()).not.toBe("");
        expect(part.isWellFormed()).toBe(true);
      }
      expect(parts.length).toBeLessThanOrEqual(4);
      if (parts.at(-1)?.endsWith(marker) === true) return;
      expect(parts.join("").replace(/\s/gu, "")).toBe(text.replace(/\s/gu, ""));
    }),
    { numRuns: 100 },
  );
});
