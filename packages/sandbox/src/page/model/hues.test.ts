import { expect, test } from "vitest";
import { Hues } from "./hues.ts";

test("the first eight have a colour of their own each, and keep it; the others share", () => {
  const hues = new Hues();
  const ids = Array.from({ length: 40 }, (_, index) => `id-${index * index}`);

  const first = ids.slice(0, 8).map((id) => hues.of(id));
  const others = ids.slice(8).map((id) => hues.of(id));

  expect(first.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(others.every((hue) => first.includes(hue))).toBe(true);
  expect(ids.slice(0, 8).map((id) => hues.of(id))).toEqual(first);
});
