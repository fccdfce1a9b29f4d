import { expect, test } from "vitest";
import { at, attempt, self, storedItem } from "../../test/support/stored-item.ts";
import type { DeliveryAttempt } from "../model/delivery.ts";
import type { StoredItem } from "../model/stored-item.ts";
import { alreadySaid } from "./already-said.ts";

function asked(id: string, second: number, ...attempts: DeliveryAttempt[]): StoredItem {
  return storedItem({ id, insertedAt: at(second), deliveries: { [self]: { status: "processing", attempts } } });
}

function own(id: string, second: number): StoredItem {
  return storedItem({ id, insertedAt: at(second), senderId: self });
}

test.each<[string, StoredItem[], number, string[]]>([
  ["nothing in a first attempt", [asked("m", 1, attempt(1, "processing", { from: 2 })), own("a", 3)], 1, []],
  [
    "what a crashed attempt posted",
    [asked("m", 1, attempt(1, "processing", { from: 2 })), own("a", 3), own("b", 4)],
    2,
    ["a", "b"],
  ],
  [
    "what a failed attempt posted before it was closed",
    [asked("m", 1, attempt(1, "failed", { from: 2, to: 4 })), own("a", 3), own("b", 5)],
    2,
    ["a"],
  ],
  [
    "not what was posted before it began",
    [own("a", 1), asked("m", 1, attempt(1, "processing", { from: 2 })), own("b", 3)],
    2,
    ["b"],
  ],
  [
    "what each of several attempts posted",
    [
      asked("m", 1, attempt(1, "failed", { from: 2, to: 4 }), attempt(2, "processing", { from: 6 })),
      own("a", 3),
      own("x", 5),
      own("b", 7),
    ],
    3,
    ["a", "b"],
  ],
  [
    "not the answer to a message handled in between",
    [
      asked("m", 1, attempt(1, "failed", { from: 2, to: 3 })),
      asked("n", 1, attempt(1, "success", { from: 4, to: 6 })),
      own("to n", 5),
    ],
    2,
    [],
  ],
  [
    "not the answer to a message handled after a crash",
    [
      asked("m", 1, attempt(1, "processing", { from: 2 })),
      own("to m", 3),
      asked("n", 1, attempt(1, "success", { from: 4, to: 6 })),
      own("to n", 5),
      own("outside", 7),
    ],
    2,
    ["to m"],
  ],
  [
    "what was posted after a question of this attempt was answered, and the answer settled",
    [
      asked("m", 1, attempt(1, "processing", { from: 2 })),
      { ...own("question", 3), mentions: [{ id: "ada", handle: "ada", name: "Ada", kind: "mention" }] },
      asked("answer", 4, attempt(1, "success", { from: 5, to: 6 })),
      own("to m", 7),
    ],
    2,
    ["question", "to m"],
  ],
  [
    "not what was posted after a message that answers nothing",
    [
      asked("m", 1, attempt(1, "processing", { from: 2 })),
      own("to m", 3),
      asked("n", 4, attempt(1, "success", { from: 5, to: 6 })),
      own("to n", 5.5),
    ],
    2,
    ["to m"],
  ],
  [
    "not what others said, nor what others were told",
    [
      asked("m", 1, attempt(1, "processing", { from: 2 })),
      storedItem({ id: "theirs", insertedAt: at(3) }),
      own("a", 4),
    ],
    2,
    ["a"],
  ],
  ["nothing of an attempt whose start is unknown", [asked("m", 1, attempt(1, "processing")), own("a", 3)], 2, []],
  [
    "not what this attempt posts itself",
    [asked("m", 1, attempt(1, "failed", { from: 2, to: 3 }), attempt(2, "processing", { from: 4 })), own("a", 5)],
    2,
    [],
  ],
])("%s", (_, context, beforeAttempt, expected) => {
  const message = context.find(({ id }) => id === "m") ?? storedItem({ id: "m" });
  const said = alreadySaid(context, { message, selfId: self, beforeAttempt });
  expect(said.map(({ id }) => id)).toEqual(expected);
});
