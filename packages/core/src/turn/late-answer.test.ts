import { expect, test } from "vitest";
import { at, self, storedItem } from "../../test/support/stored-item.ts";
import type { StoredItem } from "../model/stored-item.ts";
import { isLateAnswer, questionGivenUp } from "./late-answer.ts";

/** The note that a question of second `asked` was given up at second `given`. */
function note(given: number, about: { asked?: number; peer?: string } = {}): StoredItem {
  const { asked, peer = "weather" } = about;
  const askedAt = asked === undefined ? undefined : at(asked);
  const input = questionGivenUp({ questionId: "question", askedAt, peerId: peer, text: "@weather did not answer." });
  const metadata = input.type === "task" ? (input.metadata ?? {}) : {};
  return storedItem({ id: `note-${given}`, type: "task", senderId: self, insertedAt: at(given), metadata });
}

function text(second: number, by = "weather"): StoredItem {
  return storedItem({ id: `${by}-${second}`, senderId: by, insertedAt: at(second) });
}

test.each<[string, boolean, StoredItem, StoredItem[]]>([
  ["the first text after a question that was given up", true, text(20), [note(10, { asked: 1 })]],
  ["one that was said before the note, but after the question", true, text(9), [note(10, { asked: 1 })]],
  ["one that was said before the question", false, text(1), [note(10, { asked: 2 })]],
  ["one at the very time of the question", false, text(2), [note(10, { asked: 2 })]],
  ["the second text after the question", false, text(21), [note(10, { asked: 1 }), text(20)]],
  ["the first, although a second is there already", true, text(20), [note(10, { asked: 1 }), text(20), text(21)]],
  ["the first, after texts from before the question", true, text(20), [text(0), note(10, { asked: 1 })]],
  ["the text of someone else", false, text(20, "cook"), [note(10, { asked: 1 })]],
  ["a first text within ten minutes of giving up", true, text(610), [note(10, { asked: 1 })]],
  ["a first text after ten minutes", false, text(611), [note(10, { asked: 1 })]],
  ["a text when nobody was asked", false, text(20), [text(1)]],
  ["a text after a note that does not know the time of its question", true, text(20), [note(10)]],
  ["a text before a note that does not know the time of its question", false, text(9), [note(10)]],
  [
    "the first text after the second of two questions that were given up",
    true,
    text(40),
    [note(10, { asked: 1 }), text(20), note(30, { asked: 25 })],
  ],
  ["a text when only others were given up", false, text(20), [note(10, { asked: 1, peer: "cook" })]],
  [
    "a text after a note that somebody else wrote",
    false,
    text(20),
    [{ ...note(10, { asked: 1 }), senderId: "weather" }],
  ],
  [
    "a text after a task that is about something else",
    false,
    text(20),
    [
      { ...note(10), metadata: { thenvoi_ask: "weather" } },
      { ...note(11), metadata: {} },
    ],
  ],
])("%s: late %s", (_, late, message, context) => {
  expect(isLateAnswer(message, [...context, message], self)).toBe(late);
});
