import { describe, expect, test } from "vitest";
import { WireError } from "../errors.ts";
import { readJson } from "./json.ts";

test("JSON is read without keys that could reach a prototype", () => {
  const value = readJson('{"a":[{"__proto__":{"admin":true},"b":1}],"constructor":{"prototype":{}},"c":2}');
  expect(value).toEqual({ a: [{ b: 1 }], c: 2 });
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});

test("an escaped spelling of such a key goes too", () => {
  expect(Object.keys(Object(readJson('{"\\u005f_proto__":1}')))).toEqual([]);
});

describe("throws a WireError that does not repeat the text", () => {
  test.each([
    ["nothing", ""],
    ["blanks", " \n"],
    ["HTML", "<html>sekret</html>"],
    ["a cut text", '{"data":{"id":"sekret'],
    ["more depth than sense", `${"[".repeat(65)}"sekret"${"]".repeat(65)}`],
    ["a depth meant to break parsers", "[".repeat(200_000) + "]".repeat(200_000)],
  ])("%s", (_, text) => {
    let thrown: unknown;
    try {
      readJson(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(WireError);
    expect(String(thrown)).not.toContain("sekret");
  });
});

test("64 levels are read", () => {
  expect(() => readJson(`${"[".repeat(64)}1${"]".repeat(64)}`)).not.toThrow();
});
