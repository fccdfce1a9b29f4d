import { expect, test } from "vitest";
import type { Participant } from "../platform/wire.ts";
import type { Entry } from "./entry.ts";
import { usualPartner } from "./partner.ts";

const me = "dana";
const miguel: Participant = { id: "miguel", type: "User", name: "Miguel", handle: "miguel" };
const planner: Participant = { id: "planner", type: "Agent", name: "Planner", handle: "dana/planner" };
const weather: Participant = { id: "weather", type: "Agent", name: "Weather", handle: "dana/weather" };

function said(from: string, to: string): Entry {
  const sender = { id: from, kind: from === me ? ("User" as const) : ("Agent" as const), name: from };
  const mentions = [{ id: to, handle: undefined, name: to }];
  return { kind: "message", id: `${from}-${to}`, at: "", sender, content: "", mentions, deliveries: [] };
}

test.each([
  ["nobody, when alone", [], [], undefined],
  ["the only person", [miguel], [], miguel],
  ["the only agent, though people are here", [miguel, weather], [], weather],
  ["no agent of two, when nothing was said", [planner, weather], [], undefined],
  ["the agent one wrote to last", [planner, weather], [said("dana", "weather"), said("dana", "planner")], planner],
  ["the agent that wrote to one last", [planner, weather], [said("dana", "planner"), said("weather", "dana")], weather],
  ["not who wrote to another", [planner, weather], [said("dana", "planner"), said("weather", "planner")], planner],
  ["not who has left", [planner, weather], [said("dana", "weather"), said("gone", "dana")], weather],
])("a text that names nobody goes to %s", (_, others, entries, partner) => {
  expect(usualPartner([entries], { others, me })).toBe(partner);
});
