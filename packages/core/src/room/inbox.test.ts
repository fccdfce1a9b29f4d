import { describe, expect, test } from "vitest";
import { storedItem } from "../../test/support/stored-item.ts";
import { Inbox } from "./inbox.ts";
import { Ledger } from "./ledger.ts";

function inbox() {
  const ledger = new Ledger();
  const room = new Inbox(ledger);
  /** Works until there is nothing to do, and tells what it was given. */
  const drain = (): string[] => {
    const work: string[] = [];
    for (let next = room.take(); next !== undefined; next = room.take()) {
      work.push(next.kind === "look" ? "look" : `frame ${next.item.id}`);
      room.done();
    }
    return work;
  };
  return { ledger, room, drain };
}

const a = storedItem({ id: "a" });
const b = storedItem({ id: "b" });

describe("an inbox", () => {
  test("starts out with a look", () => {
    const { room, drain } = inbox();
    expect(room.waiting).toBe(true);
    expect(drain()).toEqual(["look"]);
    expect(room.waiting).toBe(false);
  });

  test("gives a quiet room the message that a frame brought", () => {
    const { room, drain } = inbox();
    drain();
    room.offer(a);
    expect(room.waiting).toBe(true);
    expect(drain()).toEqual(["frame a"]);
  });

  test("looks once when more than one frame came, or a nudge with it", () => {
    for (const news of ["offer", "nudge"] as const) {
      const { room, drain } = inbox();
      drain();
      room.offer(a);
      if (news === "offer") room.offer(b);
      else room.nudge();
      expect(drain()).toEqual(["look"]);
    }
  });

  test("looks after what it is at, when a frame comes meanwhile", () => {
    const { room, drain } = inbox();
    drain();
    room.offer(a);
    expect(room.take()).toEqual({ kind: "frame", item: a });
    room.offer(b);
    expect(room.waiting).toBe(true);
    room.done();
    expect(drain()).toEqual(["look"]);
  });

  test("changes nothing for a message it has met, or a frame that is repeated", () => {
    const { ledger, room, drain } = inbox();
    drain();
    for (const state of ["waiting", "running", "settled"] as const) {
      ledger.set("a", state);
      room.offer(a);
    }
    expect(room.waiting).toBe(false);
    room.offer(b);
    room.offer(b);
    expect(drain()).toEqual(["frame b"]);
  });
});

describe("a ledger", () => {
  test("knows where a message stands, and can forget it", () => {
    const ledger = new Ledger();
    expect(ledger.state("a")).toBeUndefined();
    for (const state of ["waiting", "running", "settled", "waiting"] as const) {
      ledger.set("a", state);
      expect(ledger.state("a")).toBe(state);
    }
    ledger.forget("a");
    expect(ledger.state("a")).toBeUndefined();
  });

  test("forgets the oldest settled beyond 20,000, and nothing that waits or runs", () => {
    const ledger = new Ledger();
    ledger.set("waits", "waiting");
    ledger.set("runs", "running");
    for (let id = 0; id <= 20_000; id += 1) ledger.set(`${id}`, "settled");
    expect(["0", "1", "20000", "waits", "runs"].map((id) => ledger.state(id))).toEqual([
      ...[undefined, "settled", "settled"],
      ...["waiting", "running"],
    ]);
  });
});
