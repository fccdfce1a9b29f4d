import { expect, test } from "vitest";
import { type ResolvedMention, rewriteMentions } from "./mentions.ts";

const mention = (id: string, handle: string, name: string, given: { handle?: string; name?: string } = {}) =>
  ({
    id,
    handle,
    name,
    kind: "mention",
    handles: given.handle === undefined ? [handle] : [handle, given.handle],
    names: given.name === undefined ? [name] : [name, given.name],
  }) satisfies ResolvedMention;

const dana = mention("D", "dana", "Dana Reyes");
const weather = mention("W", "dana/weather", "Weather");
const anna = mention("A", "anna", "Anna");
const annaMaria = mention("AM", "anna-maria", "Anna Maria");

test.each<[content: string, mentions: readonly ResolvedMention[], stored: string]>([
  // by handle
  ["@dana/weather rain?", [weather], "@[[W]] rain?"],
  ["ask @dana/weather, @dana/weather!", [weather], "ask @[[W]], @[[W]]!"],
  ["@dana and @dana/weather", [dana, weather], "@[[D]] and @[[W]]"],
  ["@dana and @dana/weather", [weather, dana], "@[[D]] and @[[W]]"],
  ["@dana.", [dana], "@[[D]]."],
  ["(@dana)", [dana], "(@[[D]])"],
  ["@dana's", [dana], "@[[D]]'s"],
  ["@dana/ or", [dana], "@[[D]]/ or"],
  // a longer handle is not the shorter one
  ["@dana/weather rain?", [dana], "@[[D]] @dana/weather rain?"],
  ["@danae rain?", [dana], "@[[D]] @danae rain?"],
  ["@dana-2 rain?", [dana], "@[[D]] @dana-2 rain?"],
  ["@anna and @anna-maria", [anna, annaMaria], "@[[A]] and @[[AM]]"],
  ["mail x@dana now", [dana], "@[[D]] mail x@dana now"],
  // by name, only where the handle does not occur
  ["@Weather rain?", [weather], "@[[W]] rain?"],
  ["@Dana Reyes, rain?", [dana], "@[[D]], rain?"],
  ["@dana and @Dana Reyes", [dana], "@[[D]] and @Dana Reyes"],
  ["@Anna Maria and @Anna", [anna, annaMaria], "@[[AM]] and @[[A]]"],
  ["@WEATHER rain?", [weather], "@[[W]] @WEATHER rain?"],
  // what the sender called them
  ["@meteo rain?", [mention("W", "dana/weather", "Weather", { name: "meteo" })], "@[[W]] rain?"],
  ["@old/name rain?", [mention("W", "dana/weather", "Weather", { handle: "old/name" })], "@[[W]] rain?"],
  // named nowhere
  ["Please check again.", [weather], "@[[W]] Please check again."],
  ["rain?", [weather, dana], "@[[W]] @[[D]] rain?"],
  ["@dana rain?", [weather, dana], "@[[W]] @[[D]] rain?"],
  ["Weather, rain?", [weather], "@[[W]] Weather, rain?"],
  // tokens the sender wrote
  ["@[[W]] rain?", [weather], "@[[W]] rain?"],
  ["@[[X]] rain?", [weather], "@[[W]] @[[X]] rain?"],
  ["@[[W]] and @dana/weather", [weather], "@[[W]] and @[[W]]"],
  // names that mean something to a pattern
  ["@a+b (c)? now", [mention("P", "p", "a+b (c)?")], "@[[P]] now"],
  ["@$& now", [mention("P", "p", "$&")], "@[[P]] now"],
  ["same @Kim", [mention("K1", "kim", "Kim"), mention("K2", "kim-2", "Kim")], "@[[K2]] same @[[K1]]"],
])("%j is stored with tokens", (content, mentions, stored) => {
  expect(rewriteMentions(content, mentions)).toBe(stored);
});
