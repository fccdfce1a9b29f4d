import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { at, storedItem } from "../../test/support/stored-item.ts";
import { Answers } from "./answers.ts";

function answers() {
  const given: string[] = [];
  return { given, answers: new Answers(() => given.push("back")) };
}

/** A text of someone, by second. */
function said(by: string, second: number) {
  return storedItem({ id: `${by}-${second}`, senderId: by, insertedAt: at(second) });
}

describe("answers", () => {
  test("are kept for whoever waits, and only then", () => {
    const { answers: room } = answers();
    expect(room.take(said("weather", 1))).toBe(false);
    using wait = room.open("weather");
    expect(room.take(said("cook", 2))).toBe(false);
    expect(room.take(said("weather", 3))).toBe(true);
    expect(wait.takeFirst(at(0))?.id).toBe("weather-3");
    expect(wait.takeFirst(at(0))).toBeUndefined();
  });

  test("are the oldest that came after the question, however they were heard", () => {
    const { answers: room } = answers();
    using wait = room.open("weather");
    for (const second of [5, 3, 9, 3, 1]) room.take(said("weather", second));
    expect(wait.takeFirst(at(2))?.id).toBe("weather-3");
    expect(wait.takeFirst(at(2))?.id).toBe("weather-5");
  });

  test("that were none are given back to the queue once nobody waits", () => {
    const { answers: room, given } = answers();
    {
      using wait = room.open("weather");
      room.take(said("weather", 1));
      room.take(said("weather", 5));
      expect(wait.takeFirst(at(2))?.id).toBe("weather-5");
      expect(given).toEqual([]);
    }
    expect(given).toEqual(["back"]);
    expect(room.take(said("weather", 6))).toBe(false);
  });

  test("give nothing back when all that was kept was the answer", () => {
    const { answers: room, given } = answers();
    {
      using wait = room.open("weather");
      room.take(said("weather", 5));
      wait.takeFirst(at(2));
    }
    expect(given).toEqual([]);
  });

  test("hold up the queue whose head is one, until it is settled", () => {
    const { answers: room, given } = answers();
    const answer = said("weather", 5);
    {
      using wait = room.open("weather");
      expect(room.holdsUp(said("ada", 1))).toBe(false);
      expect(room.holdsUp(answer)).toBe(true);
      room.handOver(wait.takeFirst(at(2))?.id ?? "");
    }
    expect(given).toEqual(["back"]);
    expect(room.holdsUp(answer)).toBe(true); // it is being settled, so it must not be run meanwhile
    room.settled(answer.id);
    expect(given).toEqual(["back", "back"]);
    expect(room.holdsUp(answer)).toBe(false);
    expect(room.taken.has(answer.id)).toBe(true);
  });

  test("are remembered by the thousand, the oldest forgotten first", () => {
    const { answers: room } = answers();
    for (let index = 0; index <= 1_000; index += 1) room.handOver(`answer-${index}`);
    expect(room.taken.size).toBe(1_000);
    expect([room.taken.has("answer-0"), room.taken.has("answer-1000")]).toEqual([false, true]);
  });

  test("that can't come any more wake who waits: a peer left, or the room is gone", () => {
    const { answers: room } = answers();
    using weather = room.open("weather");
    using cook = room.open("cook");
    room.left("weather");
    expect([weather.left, cook.left]).toEqual(["peer", undefined]);
    room.gone();
    expect([weather.left, cook.left]).toEqual(["peer", "room"]);
    expect([weather.takeCheck(), cook.takeCheck(), cook.takeCheck()]).toEqual([true, true, false]);
  });

  test("end the present wait for news with each thing that happens", async () => {
    const { answers: room } = answers();
    using wait = room.open("weather");
    const happenings = [
      () => room.take(said("weather", 1)),
      () => room.check(),
      () => room.left("weather"),
      () => room.wakeFor("weather"),
    ];
    for (const happen of happenings) {
      const { news } = wait;
      happen();
      await news;
    }
  });
});

describe("questions to one peer", () => {
  test("are asked one after another in the order they came, those to others at once", async () => {
    const { answers: room } = answers();
    const order: string[] = [];
    const first = Promise.withResolvers<void>();
    const asked = [
      room.inTurn("weather", async () => {
        order.push("weather 1");
        await first.promise;
        order.push("weather 1 answered");
      }),
      room.inTurn("weather", async () => void order.push("weather 2")),
      room.inTurn("cook", async () => void order.push("cook")),
      room.inTurn("weather", async () => void order.push("weather 3")),
    ];
    await asked[2];
    expect(order).toEqual(["weather 1", "cook"]);
    first.resolve();
    await Promise.all(asked);
    expect(order).toEqual(["weather 1", "cook", "weather 1 answered", "weather 2", "weather 3"]);
  });

  test("go on after one that failed", async () => {
    const { answers: room } = answers();
    const failed = room.inTurn("weather", () => Promise.reject(new Error("no")));
    const next = room.inTurn("weather", async () => "next");
    await expect(failed).rejects.toThrow("no");
    expect(await next).toBe("next");
  });
});

/** A room in which several were asked: when each question was put, and what each peer said, by second. */
const history = fc
  .uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 3, maxLength: 24 })
  .chain((seconds) =>
    fc.record({
      texts: fc.tuple(...seconds.map((second) => fc.constantFrom("a", "b", "c").map((by) => said(by, second)))),
      askedAt: fc.record({ a: fc.nat({ max: 60 }), b: fc.nat({ max: 60 }), c: fc.nat({ max: 60 }) }),
    }),
  )
  .chain(({ texts, askedAt }) =>
    fc.record({
      askedAt: fc.constant(askedAt),
      texts: fc.constant(texts),
      // Frames in any order, some more than once.
      frames: fc
        .tuple(fc.shuffledSubarray(texts, { minLength: texts.length }), fc.shuffledSubarray(texts))
        .map(([all, again]) => [...all, ...again]),
    }),
  );

test("whatever the order of frames, each question gets the first text of its peer after it, and the rest goes back", () => {
  fc.assert(
    fc.property(history, ({ askedAt, texts, frames }) => {
      const { answers: room, given } = answers();
      const waits = { a: room.open("a"), b: room.open("b"), c: room.open("c") };
      for (const frame of frames) room.take(frame);
      for (const peer of ["a", "b", "c"] as const) {
        const theirs = texts.filter(({ senderId }) => senderId === peer);
        const after = theirs.filter(({ insertedAt }) => insertedAt > at(askedAt[peer]));
        const first = after.toSorted((one, other) => (one.insertedAt < other.insertedAt ? -1 : 1))[0];
        expect(waits[peer].takeFirst(at(askedAt[peer]))?.id).toBe(first?.id);
        const before = given.length;
        waits[peer][Symbol.dispose]();
        expect(given.length - before).toBe(theirs.length > (first === undefined ? 0 : 1) ? 1 : 0);
      }
    }),
  );
});
