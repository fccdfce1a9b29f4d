import type { Figure, Row } from "../figure.ts";
import { Platform } from "../platform/platform.ts";
import { Program, programs } from "../program.ts";
import { interleave } from "../samples.ts";

const rooms = 1_000;

interface Recovery {
  /** Until there was a connection again: a random part of a second is waited first, so that not all agents come at once. */
  readonly awayMs: number;
  /** From then on, until all rooms were joined, and until everything said meanwhile was settled. */
  readonly joinedMs: number;
  readonly settledMs: number;
}

async function recover(file: URL): Promise<Recovery> {
  await using platform = await Platform.open(rooms);
  await using _program = new Program(file, platform);
  await platform.settledIn();
  const cutMs = await platform.cut();
  await platform.queue(rooms);
  const { openedMs, joinedMs } = await platform.settledIn(0);
  const messages = await platform.finish();
  return {
    awayMs: openedMs - cutMs,
    joinedMs: joinedMs - openedMs,
    settledMs: Math.max(...messages.map(({ settledMs }) => settledMs)) - openedMs,
  };
}

/** The connection is cut, and before it is had again something is said in every room. */
export const recovery: Figure = {
  name: "recovery",
  title: `${rooms.toLocaleString("en")} rooms, a message in each after the connection was cut`,
  runs: 5,
  async measure(runs) {
    const { ours, floor } = await interleave(runs, {
      ours: () => recover(programs.ours),
      floor: () => recover(programs.floor),
    });
    const row = (what: string, of: (recovery: Recovery) => number): Row => {
      return { what, unit: "ms", ours: ours.map(of), floor: floor.map(of) };
    };
    return [
      row("until there is a connection again", ({ awayMs }) => awayMs),
      row("from then on, all joined", ({ joinedMs }) => joinedMs),
      row("from then on, all settled", ({ settledMs }) => settledMs),
    ];
  },
};
