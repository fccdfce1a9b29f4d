import type { Figure, Row } from "../figure.ts";
import { idlePrograms, startIdle } from "../idle/idle.ts";
import { Platform } from "../platform/platform.ts";
import { interleave } from "../samples.ts";

const warmUpFrames = 1_000;
/** Of each number of topics so many frames that reading them takes a moment and no heartbeat comes too late. */
const framesOf = new Map([
  [100, 20_000],
  [10_000, 4_000],
]);

interface Pace {
  readonly perSecond: number;
  readonly cpuUs: number;
}

async function pace(file: URL, rooms: number, frames: number): Promise<Pace> {
  await using platform = await Platform.open(rooms);
  await using program = startIdle(file, platform);
  await platform.settledIn();
  await platform.flood(warmUpFrames);
  const before = await program.ask("holding");
  const elapsedMs = await platform.flood(frames);
  const after = await program.ask("holding");
  return { perSecond: (1_000 * frames) / elapsedMs, cpuUs: (1_000 * (after.cpuMs - before.cpuMs)) / frames };
}

/** Frames read, told apart and dropped, each with a message in it; the floor is a Phoenix client that only finds the channel. */
export const dispatch: Figure = {
  name: "dispatch",
  title: "Frames that come all at once",
  runs: 5,
  async measure(runs) {
    const rows: Row[] = [];
    for (const [topics, frames] of framesOf) {
      const { ours, floor } = await interleave(runs, {
        ours: () => pace(idlePrograms.ours, topics, frames),
        floor: () => pace(idlePrograms.floor, topics, frames),
      });
      const row = (what: string, unit: string, of: (pace: Pace) => number): Row => {
        return {
          what: `${topics.toLocaleString("en")} topics, ${what}`,
          unit,
          ours: ours.map(of),
          floor: floor.map(of),
        };
      };
      rows.push(
        row("dispatched", "frames/s", ({ perSecond }) => perSecond),
        row("processor time of the agent", "µs/frame", ({ cpuUs }) => cpuUs),
      );
    }
    return rows;
  },
};
