import { describe, expect, test } from "vitest";
import { attempt } from "../../test/support/stored-item.ts";
import type { DeliveryAttempt } from "../model/delivery.ts";
import { AttemptBook } from "./attempt-book.ts";

const id = "message";
const shown = (...attempts: DeliveryAttempt[]) => ({ status: "processing", attempts }) as const;
const open = (number: number) => attempt(number, "processing");

describe("an open attempt that the queue shows", () => {
  test.each<[string, (book: AttemptBook) => void, DeliveryAttempt[], number | undefined]>([
    ["is somebody else's when nothing was claimed", () => {}, [open(1)], undefined],
    ["is ours after a claim without an answer", (book) => book.addUnanswered(id, 0), [open(1)], 1],
    ["is not, when it was there before that claim", (book) => book.addUnanswered(id, 1), [open(1)], undefined],
    ["is the one on top of those before", (book) => book.addUnanswered(id, 1), [open(1), open(2)], 2],
    [
      "is ours however many claims had no answer",
      (book) => {
        book.addUnanswered(id, 1);
        book.addUnanswered(id, 2);
      },
      [open(1), open(2), open(3)],
      3,
    ],
    ["is used while nothing has run in it", (book) => book.add(id, 1), [open(1)], 1],
    [
      "is not used once something has run in it",
      (book) => {
        book.add(id, 1);
        book.run(id);
      },
      [open(1)],
      undefined,
    ],
    ["is not used when it is closed", (book) => book.add(id, 1), [attempt(1, "failed")], undefined],
    ["is not used under another", (book) => book.add(id, 1), [open(1), open(2)], undefined],
    [
      "is not used when it was left open on purpose",
      (book) => {
        book.add(id, 1);
        book.leaveOpen(id);
      },
      [open(1)],
      undefined,
    ],
    [
      "is somebody else's again when the message is settled",
      (book) => {
        book.addUnanswered(id, 0);
        book.forget(id);
      },
      [open(1)],
      undefined,
    ],
  ])("%s", (_what, before, attempts, expected) => {
    const book = new AttemptBook();
    before(book);
    expect(book.findUnused(id, shown(...attempts))).toBe(expected);
  });
});

describe("the attempts that this process made", () => {
  test("are those that were granted, and those that were asked for before without an answer", () => {
    const book = new AttemptBook();
    book.addUnanswered(id, 1);
    book.add(id, 4);
    expect([...book.own(id)]).toEqual([2, 3, 4]);
  });

  test("are the granted ones alone when each claim had its answer", () => {
    const book = new AttemptBook();
    book.add(id, 1);
    book.add(id, 4);
    expect([...book.own(id)]).toEqual([1, 4]);
  });
});

test("what was left open is told once", () => {
  const book = new AttemptBook();
  book.leaveOpen(id);
  expect([book.takeOpen(id), book.takeOpen(id)]).toEqual([true, false]);
});
