import { atLeastTimes, atMost, type Figure, type Row, type Wanted } from "../figure.ts";
import type { Say } from "../platform/command.ts";
import { Platform } from "../platform/platform.ts";
import { Program, programs } from "../program.ts";
import { interleave } from "../samples.ts";

/** How fast messages were worked off. */
interface Pace {
  readonly perSecond: number;
  /** Time of the agent's processor for one. */
  readonly cpuUs: number;
  /** How much of a core the platform needed: above 80 % it would itself be what is measured. */
  readonly platformPercent: number;
}

const few: Say = { rooms: 1, perRoom: 500, rounds: 4, pauseMs: 20 };
const many: Say = { rooms: 1_000, perRoom: 1, rounds: 5, pauseMs: 20 };

async function pace(file: URL, say: Say): Promise<Pace> {
  await using platform = await Platform.open(say.rooms);
  await using program = new Program(file, platform);
  await platform.settledIn();
  await platform.say({ ...say, rounds: 1 });
  await program.report();
  const { messages, elapsedMs, cpuMs } = await platform.say(say);
  const used = await program.report();
  return {
    perSecond: (1_000 * messages.length) / elapsedMs,
    cpuUs: (1_000 * used.cpuMs) / messages.length,
    platformPercent: (100 * cpuMs) / elapsedMs,
  };
}

/** How many messages an agent works off when they come all at once, in one room and in a thousand, and what each costs. */
export const throughput: Figure = {
  name: "throughput",
  title: "Messages that come all at once",
  runs: 5,
  async measure(runs) {
    const rows: Row[] = [];
    for (const [where, say] of [["1 room", few] as const, ["1,000 rooms", many] as const]) {
      const { ours, floor } = await interleave(runs, {
        ours: () => pace(programs.ours, say),
        floor: () => pace(programs.floor, say),
      });
      const row = (what: string, unit: string, of: (pace: Pace) => number, wanted?: Wanted): Row => ({
        what: `${where}, ${what}`,
        unit,
        ours: ours.map(of),
        floor: floor.map(of),
        ...(wanted === undefined ? {} : { wanted }),
      });
      rows.push(
        row("worked off", "messages/s", ({ perSecond }) => perSecond, say === many ? atLeastTimes(0.8) : undefined),
        row("processor time of the agent", "µs/message", ({ cpuUs }) => cpuUs),
        row("the platform's share of a core", "%", ({ platformPercent }) => platformPercent, atMost(80, "%")),
      );
    }
    return rows;
  },
};
