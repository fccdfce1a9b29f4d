import { describe, expect, test } from "vitest";
import { Slots } from "./slots.ts";
import { TurnSlot } from "./turn-slot.ts";

describe("the slot of a turn", () => {
  test("is free for another while the turn rests, and is taken again afterwards", async () => {
    const slots = new Slots(1);
    const slot = await TurnSlot.acquire(slots);
    const resume = slot.rest();
    expect(slots.taken).toBe(0);
    const other = await TurnSlot.acquire(slots);
    let resumed = false;
    const resuming = resume().then(() => {
      resumed = true;
    });
    await Promise.resolve();
    expect(resumed).toBe(false);
    other.release();
    await resuming;
    expect(slots.taken).toBe(1);
    slot.release();
    expect(slots.taken).toBe(0);
  });

  test("is taken again only when the last of several rests has ended, and only once", async () => {
    const slots = new Slots(2);
    const slot = await TurnSlot.acquire(slots);
    const [one, two] = [slot.rest(), slot.rest()];
    await one();
    await one();
    expect(slots.taken).toBe(0);
    await two();
    expect(slots.taken).toBe(1);
    slot.release();
    expect(slots.taken).toBe(0);
  });

  test("is not kept by a turn that was over before it got the slot again", async () => {
    const slots = new Slots(1);
    const slot = await TurnSlot.acquire(slots);
    const resume = slot.rest();
    const other = await TurnSlot.acquire(slots);
    const resuming = resume();
    slot.release();
    other.release();
    await resuming;
    expect(slots.taken).toBe(0);
  });

  test("is not taken again by a rest that ends after the turn", async () => {
    const slots = new Slots(1);
    const slot = await TurnSlot.acquire(slots);
    const resume = slot.rest();
    slot.release();
    await resume();
    expect(slots.taken).toBe(0);
  });

  test("is given back for a rest that began while another was resuming", async () => {
    const slots = new Slots(1);
    const slot = await TurnSlot.acquire(slots);
    const resuming = slot.rest()();
    const again = slot.rest();
    await resuming;
    expect(slots.taken).toBe(0);
    await again();
    expect(slots.taken).toBe(1);
  });

  test("tells whether it had to be waited for", async () => {
    const slots = new Slots(1);
    const first = await TurnSlot.acquire(slots);
    const second = TurnSlot.acquire(slots);
    first.release();
    expect([first.waited, (await second).waited]).toEqual([false, true]);
  });
});
