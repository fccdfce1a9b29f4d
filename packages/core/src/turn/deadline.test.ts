import { describe, expect, test } from "vitest";
import { ManualClock } from "../../test/socket/manual-clock.ts";
import { TurnDeadline } from "./deadline.ts";

function deadline(timeoutMs: number) {
  const clock = new ManualClock();
  const expired: number[] = [];
  const held = new TurnDeadline(clock, timeoutMs, () => expired.push(clock.monotonicMs()));
  return { clock, expired, deadline: held };
}

describe("a deadline", () => {
  test("expires when its time is up", () => {
    const it = deadline(100);
    it.clock.advance(99);
    expect(it.expired).toEqual([]);
    it.clock.advance(1);
    expect(it.expired).toEqual([100]);
  });

  test("stands still while it is held, and goes on with what was left", () => {
    const it = deadline(100);
    it.clock.advance(60);
    const held = it.deadline.hold();
    it.clock.advance(10_000);
    held[Symbol.dispose]();
    it.clock.advance(39);
    expect(it.expired).toEqual([]);
    it.clock.advance(1);
    expect(it.expired).toEqual([10_100]);
  });

  test("stands until all who hold it have let go, each once", () => {
    const it = deadline(100);
    const [one, two] = [it.deadline.hold(), it.deadline.hold()];
    one[Symbol.dispose]();
    one[Symbol.dispose]();
    it.clock.advance(10_000);
    expect(it.expired).toEqual([]);
    two[Symbol.dispose]();
    it.clock.advance(100);
    expect(it.expired).toEqual([10_100]);
  });

  test("can be held again and again", () => {
    const it = deadline(100);
    for (let time = 0; time < 4; time += 1) {
      it.clock.advance(20);
      using _held = it.deadline.hold();
      it.clock.advance(500);
    }
    it.clock.advance(19);
    expect(it.expired).toEqual([]);
    it.clock.advance(1);
    expect(it.expired).toEqual([2_100]);
  });

  test("that is over expires never, not even when it is let go", () => {
    const it = deadline(100);
    const held = it.deadline.hold();
    it.deadline[Symbol.dispose]();
    held[Symbol.dispose]();
    it.clock.advance(10_000);
    expect(it.expired).toEqual([]);
  });
});
