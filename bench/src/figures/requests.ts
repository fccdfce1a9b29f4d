import { atMost, type Figure, type Row } from "../figure.ts";
import { Platform } from "../platform/platform.ts";
import { Program, programs } from "../program.ts";
import { interleave } from "../samples.ts";

const messages = 20;

/** How often the platform is asked, by kind: for the first message of a room, and for each of those after it. */
interface Asked {
  readonly first: Readonly<Record<string, number>>;
  readonly later: Readonly<Record<string, number>>;
}

async function ask(file: URL): Promise<Asked> {
  await using platform = await Platform.open(1);
  await using _program = new Program(file, platform);
  await platform.settledIn();
  await platform.count();
  await platform.say({ rooms: 1, perRoom: 1, rounds: 1, pauseMs: 100 });
  const first = await platform.count();
  await platform.say({ rooms: 1, perRoom: 1, rounds: messages, pauseMs: 10 });
  const counts = Object.entries(await platform.count());
  return { first, later: Object.fromEntries(counts.map(([kind, count]) => [kind, count / messages])) };
}

/** What a message with one reply costs the platform. */
export const requests: Figure = {
  name: "requests",
  title: "Requests for a message with one reply",
  runs: 1,
  async measure(runs) {
    const { ours, floor } = await interleave(runs, {
      ours: () => ask(programs.ours),
      floor: () => ask(programs.floor),
    });
    const row = (what: string, of: (asked: Asked) => number): Row => {
      return { what, unit: "requests", ours: ours.map(of), floor: floor.map(of) };
    };
    const kinds = [...new Set(ours.flatMap(({ later }) => Object.keys(later)))];
    return [
      { ...row("in a room at work", ({ later }) => sum(later)), wanted: atMost(4, "requests") },
      ...kinds.map((kind) => row(`… ${kind}`, ({ later }) => later[kind] ?? 0)),
      row("the first in a room", ({ first }) => sum(first)),
    ];
  },
};

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
