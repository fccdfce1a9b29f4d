import { expect, test } from "vitest";
import type { Message } from "../model/message.ts";
import type { RoomEvent, RoomItem } from "../model/room-event.ts";
import { isAlreadyAnswered } from "./answer.ts";

const person = { id: "ada", kind: "user", name: "Ada", handle: "ada" } as const;
const self = { id: "self", kind: "agent", name: "weather", handle: "ada/weather" } as const;
const base = { roomId: "room", insertedAt: "2026-01-01T00:00:00.000000Z" } as const;
const message: Message = { ...base, kind: "message", id: "m", text: "hi", sender: person, mentions: [] };

const said = (text: string, to = "ada"): Message => ({
  ...base,
  kind: "message",
  id: text,
  text,
  sender: self,
  mentions: [{ id: to, handle: to, name: to }],
});
const event = (type: RoomEvent["type"], content: string, metadata: RoomEvent["metadata"] = {}): RoomEvent => ({
  ...base,
  kind: "event",
  id: content,
  type,
  content,
  metadata,
  sender: self,
});
const question = event("attention", "May I?", { kind: "question", blocking: true });

test.each<[string, readonly RoomItem[], boolean]>([
  ["nothing was said", [], false],
  ["a text to who asked came last", [event("tool_result", "r"), said("@ada Dry.")], true],
  ["only a thought came after it", [said("@ada Dry."), event("thought", "t")], true],
  ["work went on after it", [said("@ada One moment."), event("tool_call", "c")], false],
  ["it was to someone else", [said("@ben Dry.", "ben")], false],
  ["it is a question that waits", [said("@ada May I?"), question], false],
  ["it is a question, told of before it was put", [question, said("@ada May I?")], false],
  ["it came after a question", [question, said("@ada May I?"), said("@ada Dry.")], true],
])("whether an earlier attempt has answered: %s", (_, alreadySaid, answered) => {
  expect(isAlreadyAnswered({ alreadySaid, message })).toBe(answered);
});
