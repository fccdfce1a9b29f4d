import { expect, test, vi } from "vitest";
import { defaultLogger } from "../src/logger.ts";

test.each([
  ["a line break", "ada says\nERROR forged", "ada says\\u000aERROR forged\n"],
  ["a carriage return", "ada\rERROR forged", "ada\\u000dERROR forged\n"],
  ["a colour", "\u001b[31mred", "\\u001b[31mred\n"],
  ["a change of direction", "a\u202egnp.exe", "a\\u202egnp.exe\n"],
])("%s in what a room says forges no line of the log", (_, text, line) => {
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  defaultLogger.warn(text);
  expect(write.mock.calls.map(([written]) => written)).toEqual([line]);
  write.mockRestore();
});
