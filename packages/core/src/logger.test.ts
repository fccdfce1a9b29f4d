import { expect, onTestFinished, test } from "vitest";
import { defaultLogger } from "./logger.ts";

test.each([
  ["a line break", "a\nerror: b", "a\\u000aerror: b"],
  ["a carriage return", "a\rb", "a\\u000db"],
  ["a separator of lines", "a\u2028b\u2029c\u0085d", "a\\u2028b\\u2029c\\u0085d"],
  ["a colour", "\u001b[31mred", "\\u001b[31mred"],
  ["a change of direction", "a\u202eb", "a\\u202eb"],
])("%s in what is logged forges no line", (_, message, expected) => {
  const written: unknown[] = [];
  const { write } = process.stderr;
  onTestFinished(() => {
    process.stderr.write = write;
  });
  process.stderr.write = (text: unknown) => written.push(text) > 0;
  defaultLogger.warn(message);
  expect(written).toEqual([`${expected}\n`]);
});
