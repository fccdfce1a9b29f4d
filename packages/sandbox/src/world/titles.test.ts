import { expect, test } from "vitest";
import { chosenTitle, titleFromText } from "./titles.ts";

test.each([
  [undefined, undefined],
  [null, undefined],
  ["", undefined],
  [" \n ", undefined],
  [" Picnic plan\n", "Picnic plan"],
  ["x".repeat(120), "x".repeat(120)],
])("of %j the chosen title is %j", (title, chosen) => {
  expect(chosenTitle(title)).toBe(chosen);
});

test.each(["x".repeat(121), "a\nb", "a\rb", "a\0b"])("%j is no title", (title) => {
  expect(() => chosenTitle(title)).toThrow("Invalid request");
});

test.each([
  ["@[[W]] will it rain?", "Weather will it rain?"],
  ["@[[X]] will it rain?", "@[[X]] will it rain?"],
  [" two\n lines ", "two lines"],
  ["x".repeat(61), "x".repeat(60)],
  ["😀".repeat(61), "😀".repeat(60)],
  [`${"x".repeat(59)} y`, "x".repeat(59)],
])("%j gives the title %j", (content, title) => {
  expect(titleFromText(content, (id) => (id === "W" ? "Weather" : undefined))).toBe(title);
});
