import { atMost, type Figure, type Row } from "../figure.ts";
import { idlePrograms, startIdle } from "../idle/idle.ts";
import { Platform } from "../platform/platform.ts";
import { interleave } from "../samples.ts";

const counts = [100, 1_000, 10_000];
const most = 10_000;
/** Long enough for what was joined to be told of, and for a room's first look at its queue. */
const quietMs = 1_000;

/** What rooms cost the process that is in them. */
interface Cost {
  /** On the heap, for one: what is there with them, less what is left once they were let go. */
  readonly roomBytes: number;
  readonly residentMb: number;
  /** The most that was resident, until all were joined and until all were joined again after a cut. */
  readonly joinedMb: number;
  readonly rejoinedMb: number;
}

async function cost(file: URL, rooms: number): Promise<Cost> {
  await using platform = await Platform.open(rooms);
  await using program = startIdle(file, platform);
  await platform.settledIn(quietMs);
  const joined = await program.ask("holding");
  await platform.cut();
  await platform.settledIn(quietMs);
  const rejoined = await program.ask("holding");
  const without = await program.ask("let-go");
  return {
    roomBytes: (rejoined.heapBytes - without.heapBytes) / rooms,
    residentMb: joined.residentBytes / 1e6,
    joinedMb: joined.mostResidentBytes / 1e6,
    rejoinedMb: rejoined.mostResidentBytes / 1e6,
  };
}

/** What a room costs in which nothing happens, beside a joined channel of a bare Phoenix client. */
export const memory: Figure = {
  name: "memory",
  title: "A room in which nothing happens",
  runs: 3,
  async measure(runs) {
    const rows: Row[] = [];
    for (const rooms of counts) {
      const { ours, floor } = await interleave(runs, {
        ours: () => cost(idlePrograms.ours, rooms),
        floor: () => cost(idlePrograms.floor, rooms),
      });
      const row = (what: string, unit: string, of: (cost: Cost) => number): Row => {
        return { what: `${rooms.toLocaleString("en")} rooms, ${what}`, unit, ours: ours.map(of), floor: floor.map(of) };
      };
      rows.push(
        { ...row("heap for one", "kB", ({ roomBytes }) => roomBytes / 1_000), wanted: slight },
        row("resident", "MB", ({ residentMb }) => residentMb),
      );
      if (rooms !== most) continue;
      rows.push(
        row("most resident until all are joined", "MB", ({ joinedMb }) => joinedMb),
        { ...row("… and joined again after a cut", "MB", ({ rejoinedMb }) => rejoinedMb), wanted: atMost(200, "MB") },
      );
    }
    return rows;
  },
};

const slight = {
  text: "≤ 5 kB, ≤ floor + 1.5 kB",
  isMet: (ours: number, floor: number) => ours <= 5 && ours <= floor + 1.5,
};
