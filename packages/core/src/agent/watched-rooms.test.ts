import { expect, test } from "vitest";
import { WatchedRooms } from "./watched-rooms.ts";

const minute = 60_000;

test("forty rooms at work are watched, and more of them take nobody's place", () => {
  const rooms = new WatchedRooms();
  const first = Array.from({ length: 40 }, (_, number) => rooms.work(`room ${number}`, number));
  expect(first.every(({ isWatched, givesWay }) => isWatched && givesWay === undefined)).toBe(true);
  expect(rooms.work("one more", minute - 1)).toEqual({ isWatched: false, givesWay: undefined });
  expect(rooms.work("room 0", minute - 1)).toEqual({ isWatched: true, givesWay: undefined });
});

test("a room that has not worked for a minute gives way, the one that worked least recently first", () => {
  const rooms = new WatchedRooms();
  for (let number = 0; number < 40; number += 1) rooms.work(`room ${number}`, number);
  rooms.work("room 0", 100);
  expect(rooms.work("late", minute + 1)).toEqual({ isWatched: true, givesWay: "room 1" });
  expect(rooms.work("later", minute + 1)).toEqual({ isWatched: false, givesWay: undefined });
  expect(rooms.work("room 1", minute + 2)).toEqual({ isWatched: true, givesWay: "room 2" });
});

test("a room that is gone leaves its place to the next", () => {
  const rooms = new WatchedRooms();
  for (let number = 0; number < 40; number += 1) rooms.work(`room ${number}`, 0);
  rooms.remove("room 7");
  expect(rooms.work("next", 0)).toEqual({ isWatched: true, givesWay: undefined });
});
