import { expect, test } from "vitest";
import type { Participant } from "../platform/wire.ts";
import { completions, compose, mentionAt } from "./compose.ts";

const dana: Participant = { id: "1", type: "User", name: "Dana Reyes", handle: "dana" };
const weather: Participant = { id: "2", type: "Agent", name: "Weather", handle: "dana/weather" };
const weatherEast: Participant = { id: "3", type: "Agent", name: "Weather East", handle: "dana/weather-east" };
const everyone = [dana, weather, weatherEast];

test.each([
  ["@dana/weather rain?", "@dana/weather rain?", [weather]],
  ["@weather rain?", "@dana/weather rain?", [weather]],
  ["@Weather, rain?", "@dana/weather, rain?", [weather]],
  ["(@weather.)", "(@dana/weather.)", [weather]],
  ["@weather-east rain?", "@dana/weather-east rain?", [weatherEast]],
  ["@dana and @weather", "@dana and @dana/weather", [dana, weather]],
  ["@weather @weather", "@dana/weather @dana/weather", [weather]],
  ["@danax", "@danax", []],
  ["mail me@weather", "mail me@weather", []],
  ["@somebody", "@somebody", []],
])("the mentions of %s", (text, content, mentions) => {
  expect(compose(text, everyone)).toEqual({ content, mentions });
});

test("a name is completed where it is being written, best matches first", () => {
  expect(mentionAt("hello @we", 9)).toEqual({ start: 6, name: "we" });
  expect(mentionAt("hello @we and more", 9)).toEqual({ start: 6, name: "we" });
  expect(mentionAt("hello@we", 8)).toBeUndefined();
  expect(mentionAt("@we are", 7)).toBeUndefined();
  expect(completions("east", everyone)).toEqual([weatherEast]);
  expect(completions("da", everyone)).toEqual([dana, weather, weatherEast]);
  expect(completions("wea", everyone)).toEqual([weather, weatherEast]);
  expect(completions("x", everyone)).toEqual([]);
});
