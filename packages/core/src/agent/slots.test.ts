import { expect, test } from "vitest";
import { Slots } from "./slots.ts";

test("no more are taken than there are, and who waits comes first come, first served", async () => {
  const slots = new Slots(2);
  const order: string[] = [];
  const [one, two] = [await slots.acquire(), await slots.acquire()];
  expect([one.waited, two.waited]).toEqual([false, false]);
  const waiting = ["a", "b", "c"].map(async (name) => {
    const slot = await slots.acquire();
    order.push(name);
    return slot;
  });
  expect(slots.taken).toBe(2);

  one.release();
  const a = await waiting[0];
  expect(order).toEqual(["a"]);
  expect(a?.waited).toBe(true);
  two.release();
  a?.release();
  const rest = await Promise.all(waiting);
  expect(order).toEqual(["a", "b", "c"]);
  expect(slots.taken).toBe(2);
  for (const slot of rest) slot.release();
  expect(slots.taken).toBe(0);
});

test("giving back twice is once", async () => {
  const slots = new Slots(1);
  const slot = await slots.acquire();
  slot.release();
  slot.release();
  await slots.acquire();
  expect(slots.taken).toBe(1);
  let got = false;
  const third = slots.acquire().then((next) => {
    got = true;
    return next;
  });
  slot.release(); // it has no slot any more, so nobody gets one
  await Promise.resolve();
  expect(got).toBe(false);
  expect(slots.taken).toBe(1);
  void third;
});
