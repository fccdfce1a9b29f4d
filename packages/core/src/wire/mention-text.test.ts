import { describe, expect, test } from "vitest";
import { comparableText, renderMentions, storedText } from "./mention-text.ts";

const dana = { id: "1f0c2a54-8d0e-4b7e-9a51-3d6f0f3c1a01", handle: "dana", name: "Dana Reyes" };
const weather = { id: "7e8f10a3-2b4c-4d5e-9f60-718293a4b512", handle: "dana/weather", name: "Weather" };
const guest = { id: "2b9d7c10-5f3a-4c2b-8e77-90aa41d2b602", handle: undefined, name: "J. (guest) [x]" };
const $ = (person: { id: string }) => `@[[${person.id}]]`;

describe("a text as people read it", () => {
  test.each([
    [`${$(weather)} rain?`, "@dana/weather rain?"],
    [`hi ${$(guest)}, ${$(dana)}`, "hi @J. (guest) [x], @dana"],
    [`@[[${weather.id.toUpperCase()}]]!`, "@dana/weather!"],
    ["@[[00000000-0000-4000-8000-000000000000]] who?", "@unknown who?"],
    ["a [[list]] and dana@example.test", "a [[list]] and dana@example.test"],
  ])("%s", (content, expected) => expect(renderMentions(content, [dana, weather, guest])).toBe(expected));

  test("a handle known from anywhere outdoes a name", () => {
    expect(renderMentions($(dana), [dana, { id: dana.id, handle: undefined, name: "D" }])).toBe("@dana");
  });

  test("a name with replacement patterns stays what it is", () => {
    expect(renderMentions($(dana), [{ id: dana.id, name: "$& $1 Inc" }])).toBe("@$& $1 Inc");
  });
});

describe("what was sent equals what the platform stored of it", () => {
  test.each([
    ["the handle was written", [weather], "@dana/weather rain?", `${$(weather)} rain?`],
    ["the name was written", [weather], "ask @Weather about rain", `ask ${$(weather)} about rain`],
    ["neither was written", [weather], "Please check again.", `${$(weather)} Please check again.`],
    ["several were put in front", [dana, weather], "Done.", `${$(dana)} ${$(weather)} Done.`],
    ["several, in another order and run together", [weather, dana], "Done.", `${$(dana)}${$(weather)} Done.`],
    [
      "one stands in front, the other was put there",
      [weather, dana],
      "@dana/weather rain?",
      `${$(dana)} ${$(weather)} rain?`,
    ],
    ["one handle begins another", [dana, weather], "@dana: @dana/weather knows", `${$(dana)}: ${$(weather)} knows`],
    [
      "only the handle was turned, the name stayed",
      [weather],
      "@dana/weather is @Weather",
      `${$(weather)} is @Weather`,
    ],
    [
      "a longer word begins with the handle, left alone",
      [dana],
      "hi @dana, see @danalytics",
      `hi ${$(dana)}, see @danalytics`,
    ],
    [
      "a longer word begins with the handle, turned",
      [dana],
      "hi @dana, see @danalytics",
      `hi ${$(dana)}, see ${$(dana)}lytics`,
    ],
    [
      "a longer handle of someone else, left alone",
      [dana],
      "@dana/weather is yours",
      `${$(dana)} @dana/weather is yours`,
    ],
    ["a longer handle of someone else, turned", [dana], "@dana/weather is yours", `${$(dana)}/weather is yours`],
    ["a name with signs", [guest], "hi @J. (guest) [x]!", `hi ${$(guest)}!`],
    ["blanks and line ends", [weather], "  @dana/weather one\r\ntwo \n", `${$(weather)} one\ntwo`],
    ["accents are composed otherwise", [weather], "@dana/weather cafe\u0301", `${$(weather)} caf\u00e9`],
    ["a text that is only the mention", [weather], "@dana/weather", $(weather)],
  ])("when %s", (_, mentioned, sent, stored) => {
    expect(comparableText(stored, mentioned)).toBe(comparableText(sent, mentioned));
  });

  test.each([
    ["other words", [weather], "@dana/weather rain?", `${$(weather)} snow?`],
    ["other case", [weather], "@dana/weather YES", `${$(weather)} yes`],
    ["someone else inside", [weather, dana], "ask @dana please", `ask ${$(weather)} please`],
    ["more at the end", [weather], "@dana/weather rain", `${$(weather)} rain ${$(weather)}`],
  ])("and does not equal a text with %s", (_, mentioned, sent, stored) => {
    expect(comparableText(stored, mentioned)).not.toBe(comparableText(sent, mentioned));
  });

  test("without anyone mentioned only the blanks around it go", () => {
    expect(comparableText(` ${$(dana)} hi `, [])).toBe(`${$(dana)} hi`);
  });
});

describe("a text as the platform keeps it", () => {
  test.each([
    ["names nobody of those mentioned", [dana, weather], "hi", `${$(dana)} ${$(weather)} hi`],
    ["names all by handle", [dana, weather], "@dana, ask @dana/weather", `${$(dana)}, ask ${$(weather)}`],
    ["names some", [dana, weather], "ask @dana/weather", `${$(dana)} ask ${$(weather)}`],
    ["names by name", [guest], "ask @J. (guest) [x]", `ask ${$(guest)}`],
    ["names by handle and by name", [dana], "@dana is @Dana Reyes", `${$(dana)} is @Dana Reyes`],
    ["names by token", [dana], `hi ${$(dana)}`, `hi ${$(dana)}`],
    ["names a longer handle of someone else", [dana], "see @dana/weather", `${$(dana)} see @dana/weather`],
    ["mentions nobody", [], "hi @dana", "hi @dana"],
  ])("when it %s", (_, mentioned, sent, stored) => {
    expect(storedText(sent, mentioned)).toBe(stored);
    expect(comparableText(stored, mentioned)).toBe(comparableText(sent, mentioned));
  });
});
