import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { peerNames } from "./ask-tools.ts";

const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
const peer = (number: number, handle: string | undefined, name = "") => ({ id: id(number), handle, name });

describe("the tools of peers", () => {
  test.each([
    ["by what their handle ends with", [peer(1, "dana/weather"), peer(2, "dana")], ["ask_weather", "ask_dana"]],
    [
      "by owner where two share that",
      [peer(1, "dana/weather"), peer(2, "eli/weather")],
      ["ask_dana_weather", "ask_eli_weather"],
    ],
    ["by name where there is no handle", [peer(1, undefined, "Weather Bot 3000!")], ["ask_weather_bot_3000"]],
    ["without accents", [peer(1, "zoé/météo")], ["ask_meteo"]],
    ["by id where nothing is left of the name", [peer(1, undefined, "天気")], ["ask_00000000"]],
    [
      "by the whole id where even its start is shared",
      [peer(1, undefined, "天気"), peer(2, undefined, "天気")],
      [`ask_${id(1).replaceAll("-", "")}`, `ask_${id(2).replaceAll("-", "")}`],
    ],
    ["cut where they are too long", [peer(1, `dana/${"a".repeat(80)}`)], [`ask_${"a".repeat(39)}`]],
    [
      "with the start of the id where even the owner does not set them apart",
      [peer(1, "dana/weather"), peer(2, "eli/weather"), peer(3, "eli/dana_weather")],
      ["ask_dana_weather_00000000", "ask_eli_weather", "ask_dana_weather"],
    ],
  ] as const)("are named %s", (_, peers, names) => {
    expect(peers.map((each) => peerNames(peers).get(each.id))).toEqual(names);
  });

  const anyPeers = fc.uniqueArray(
    fc.record({
      id: fc.uuid(),
      handle: fc.option(fc.oneof(fc.constantFrom("a/x", "b/x", "a_x", "a-x", "x"), fc.string({ maxLength: 90 })), {
        nil: undefined,
      }),
      name: fc.oneof(fc.constantFrom("x", "X", "天気", ""), fc.string({ maxLength: 90, unit: "grapheme" })),
    }),
    { selector: (each) => each.id, maxLength: 12 },
  );

  test("have valid, unique names that do not depend on the order of the list", () => {
    fc.assert(
      fc.property(anyPeers, fc.nat(), (peers, turn) => {
        const names = peerNames(peers);
        expect([...names.keys()].toSorted()).toEqual(peers.map((each) => each.id).toSorted());
        expect(new Set(names.values()).size).toBe(peers.length);
        for (const name of names.values()) expect(`${"p".repeat(21)}${name}`).toMatch(/^[a-zA-Z0-9_]{1,64}$/u);
        const turned = [...peers.slice(turn % (peers.length + 1)), ...peers.slice(0, turn % (peers.length + 1))];
        expect(peerNames(turned)).toEqual(new Map(turned.map((each) => [each.id, names.get(each.id) ?? ""])));
      }),
    );
  });

  test("keep their names when someone with another name comes", () => {
    fc.assert(
      fc.property(anyPeers, fc.uuid(), (peers, newcomer) => {
        fc.pre(!peers.some((each) => each.id === newcomer));
        const before = peerNames(peers);
        const after = peerNames([...peers, { id: newcomer, handle: "somebody/quite-different-77", name: "" }]);
        for (const each of peers) expect(after.get(each.id)).toBe(before.get(each.id));
      }),
    );
  });
});
