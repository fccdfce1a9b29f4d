import { describe, expect, test } from "vitest";
import { MentionError } from "../errors.ts";
import type { Participant } from "../model/participant.ts";
import { type MentionInput, resolveMentions } from "./mentions.ts";
import { editDistance } from "./nearest.ts";

function person(
  id: string,
  handle: string | undefined,
  name: string,
  kind: Participant["kind"] = "agent",
): Participant {
  return { id, handle, name, kind, role: "member", description: undefined };
}

const self = person("6c1d9be2-0a47-4e0f-b1f3-5ab2c7d9e011", "dana/planner", "Planner");
const dana = person("1f0c2a54-8d0e-4b7e-9a51-3d6f0f3c1a01", "dana", "Dana Reyes", "user");
const weather = person("7e8f10a3-2b4c-4d5e-9f60-718293a4b512", "dana/weather", "Weather");
const otherWeather = person("9e8f10a3-2b4c-4d5e-9f60-718293a4b512", "miguel/weather", "Weather");
const miguel = person("2b9d7c10-5f3a-4c2b-8e77-90aa41d2b602", "miguel", "Miguel Soto", "user");
const guest = person("3b9d7c10-5f3a-4c2b-8e77-90aa41d2b602", undefined, "Guest", "user");
const otherPlanner = person("4b9d7c10-5f3a-4c2b-8e77-90aa41d2b602", "miguel/planner", "Planner");
const room = [self, dana, weather, miguel, guest];

describe("a mention is found", () => {
  test.each<[string, readonly MentionInput[], readonly Participant[]]>([
    ["by handle", ["dana/weather"], [weather]],
    ["by handle with @", ["@dana"], [dana]],
    ["by handle in another case", [" @Dana/Weather "], [weather]],
    ["by name", ["Miguel Soto"], [miguel]],
    ["by the name of someone without a handle", ["@guest"], [guest]],
    ["by id", [weather.id.toUpperCase()], [weather]],
    ["by the stored form", [`@[[${weather.id}]]`], [weather]],
    ["by the last part of its handle", ["@weather"], [weather]],
    ["as an object", [{ id: dana.id }, miguel], [dana, miguel]],
    ["once, however often it is named", ["dana", "Dana Reyes", { id: dana.id }, "weather"], [dana, weather]],
    ["beside blanks, which name no one", ["", " @ ", "dana"], [dana]],
  ])("%s", (_, inputs, expected) => expect(resolveMentions(inputs, room, self.id)).toEqual(expected));

  test("as the handle rather than as someone's name", () => {
    const named = person("5b9d7c10-5f3a-4c2b-8e77-90aa41d2b602", "x", "dana");
    expect(resolveMentions(["dana"], [named, ...room], self.id)).toEqual([dana]);
  });

  test("as the other one who is called like the agent itself", () => {
    expect(resolveMentions(["Planner"], [...room, otherPlanner], self.id)).toEqual([otherPlanner]);
    expect(resolveMentions(["planner"], [...room, otherPlanner], self.id)).toEqual([otherPlanner]);
  });
});

/** Said of whoever speaks: an agent, or a person on a page. */
const itself = /^@dana\/planner is who speaks here, and can't mention itself; here are /;

describe("a mention that can't be had says what would help", () => {
  test.each<[string, readonly MentionInput[], readonly Participant[], MentionError["code"], RegExp, readonly string[]]>(
    [
      [
        "misspelled",
        ["@dana/wether"],
        room,
        "mention.unknown",
        /"@dana\/wether"; did you mean @dana\/weather/,
        ["@dana/weather"],
      ],
      [
        "a stranger",
        ["zzzzzzzzzzzzzzzzzzz"],
        room,
        "mention.unknown",
        /here are @dana, @dana\/weather, @miguel, @Guest$/,
        ["@dana", "@dana/weather", "@miguel", "@Guest"],
      ],
      [
        "an id of no one",
        [{ id: "11111111-1111-4111-8111-111111111111" }],
        room,
        "mention.unknown",
        /has the id "1111/,
        room.map(({ handle, name }) => `@${handle ?? name}`),
      ],
      [
        "two of a name",
        ["Weather"],
        [...room, otherWeather],
        "mention.ambiguous",
        /@dana\/weather \(agent 7e8f.*\) and @miguel\/weather \(agent 9e8f.*use the handle/,
        ["@dana/weather", "@miguel/weather"],
      ],
      [
        "no one",
        [],
        room,
        "mention.missing",
        /must mention someone in the room; here are @dana/,
        ["@dana", "@dana/weather", "@miguel", "@Guest"],
      ],
      [
        "only blanks",
        ["@", ""],
        room,
        "mention.missing",
        /must mention/,
        ["@dana", "@dana/weather", "@miguel", "@Guest"],
      ],
      ["no one, alone", [], [self], "mention.missing", /nobody else is here/, []],
      [
        "oneself by handle",
        ["dana/planner"],
        [...room, otherPlanner],
        "mention.self",
        itself,
        ["@dana", "@dana/weather", "@miguel", "@Guest", "@miguel/planner"],
      ],
      [
        "oneself by name",
        ["Planner", "dana"],
        room,
        "mention.self",
        itself,
        ["@dana", "@dana/weather", "@miguel", "@Guest"],
      ],
      [
        "oneself by id",
        [{ id: self.id }],
        room,
        "mention.self",
        itself,
        ["@dana", "@dana/weather", "@miguel", "@Guest"],
      ],
    ],
  )("%s", (_, inputs, participants, code, text, candidates) => {
    let thrown: unknown;
    try {
      resolveMentions(inputs, participants, self.id);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(MentionError);
    expect(thrown).toMatchObject({ code, candidates, message: expect.stringMatching(text) });
  });
});

test.each([
  ["", "", 0],
  ["abc", "abc", 0],
  ["abc", "", 3],
  ["kitten", "sitting", 3],
  ["wether", "weather", 1],
])("%j is %j after a few changes of letters", (one, other, distance) => {
  expect(editDistance(one, other)).toBe(distance);
  expect(editDistance(other, one)).toBe(distance);
});
