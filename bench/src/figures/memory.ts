import { atMost, type Figure, type Row } from "../figure.ts";
import { idlePrograms, startIdle } from "../idle/idle.ts";
import { Platform } from "../platform/platform.ts";
import { interleave } from "../samples.ts";

const counts = [100, 1_000, 10_000];
const most = 10_000;
/** Long enough for what was joined to be told of, and for a room's first look at its queue. */
const quietMs = 1_000;

/** What a program holds that is in so many rooms. */
interface Held {
  /** On the heap: what is there with the rooms, less what is left once all was let go. */
  readonly heapBytes: number;
  readonly residentMb: number;
  /** The most that was resident, until all were joined and until all were joined again after a cut. */
  readonly joinedMb: number;
  readonly rejoinedMb: number;
}

async function hold(file: URL, rooms: number): Promise<Held> {
  await using platform = await Platform.open(rooms);
  await using program = startIdle(file, platform);
  await platform.settledIn(quietMs);
  const joined = await program.ask("holding");
  await platform.cut();
  await platform.settledIn(quietMs);
  const rejoined = await program.ask("holding");
  const without = await program.ask("let-go");
  return {
    heapBytes: rejoined.heapBytes - without.heapBytes,
    residentMb: joined.residentBytes / 1e6,
    joinedMb: joined.mostResidentBytes / 1e6,
    rejoinedMb: rejoined.mostResidentBytes / 1e6,
  };
}

/** What a room costs in which nothing happens, beside a joined channel of a bare Phoenix client. */
export const memory: Figure = {
  name: "memory",
  title: "Rooms in which nothing happens; the floor is a bare Phoenix client",
  runs: 3,
  async measure(runs) {
    const holdBoth = (rooms: number) =>
      interleave(runs, {
        ours: () => hold(idlePrograms.ours, rooms),
        floor: () => hold(idlePrograms.floor, rooms),
      });
    const one = await holdBoth(1);
    const row = (what: string, unit: string, both: typeof one, of: (held: Held) => number): Row => {
      return { what, unit, ours: both.ours.map(of), floor: both.floor.map(of) };
    };
    const rows: Row[] = [row("1 room, heap", "kB", one, ({ heapBytes }) => heapBytes / 1_000)];
    for (const rooms of counts) {
      const held = await holdBoth(rooms);
      const where = `${rooms.toLocaleString("en")} rooms`;
      const more = (side: "ours" | "floor") =>
        held[side].map(({ heapBytes }, run) => {
          return (heapBytes - (one[side][run]?.heapBytes ?? Number.NaN)) / (rooms - 1) / 1_000;
        });
      rows.push(
        { what: `${where}, heap for one more`, unit: "kB", ours: more("ours"), floor: more("floor"), wanted: slight },
        row(`${where}, resident`, "MB", held, ({ residentMb }) => residentMb),
      );
      if (rooms !== most) continue;
      rows.push(
        row(`${where}, most resident until all are joined`, "MB", held, ({ joinedMb }) => joinedMb),
        {
          ...row(`${where}, … and joined again after a cut`, "MB", held, ({ rejoinedMb }) => rejoinedMb),
          wanted: atMost(200, "MB"),
        },
      );
    }
    return rows;
  },
};

const slight = {
  text: "≤ 5 kB, ≤ floor + 1.5 kB",
  isMet: (ours: number, floor: number) => ours <= 5 && ours <= floor + 1.5,
};
