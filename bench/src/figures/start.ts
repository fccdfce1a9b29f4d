import { atMost, type Figure, type Row } from "../figure.ts";
import { Platform } from "../platform/platform.ts";
import { Program, programs } from "../program.ts";
import { interleave } from "../samples.ts";

const eachWayMs = 20;
/** While the agent was away something was said in every tenth room, the first among them. */
const everySoMany = 10;
const wantedMs = new Map([
  [100, { joined: 500, answered: 500 }],
  [1_000, { joined: 2_500, answered: 500 }],
]);

interface Start {
  readonly joinedMs: number;
  readonly answeredMs: number;
  readonly allAnsweredMs: number;
}

async function start(file: URL, rooms: number): Promise<Start> {
  await using platform = await Platform.open(rooms);
  await platform.latency(eachWayMs);
  await platform.queue(Math.ceil(rooms / everySoMany), 0, everySoMany);
  await using program = new Program(file, platform);
  const { joinedMs } = await platform.settledIn();
  const messages = await platform.finish();
  const { beganMs } = await program.report();
  return {
    joinedMs: joinedMs + eachWayMs - beganMs, // the answer to the last join is still on its way
    answeredMs: Math.min(...messages.map(({ repliedMs }) => repliedMs)) - beganMs,
    allAnsweredMs: Math.max(...messages.map(({ settledMs }) => settledMs)) - beganMs,
  };
}

/** From the first request of an agent that was away until it hears every room, and until somebody has an answer. */
export const startUp: Figure = {
  name: "start",
  title: `Start, ${eachWayMs} ms each way, something was said in every tenth room`,
  runs: 5,
  async measure(runs) {
    const rows: Row[] = [];
    for (const rooms of [1, 100, 1_000]) {
      const { ours, floor } = await interleave(runs, {
        ours: () => start(programs.ours, rooms),
        floor: () => start(programs.floor, rooms),
      });
      const row = (what: string, of: (start: Start) => number, limitMs?: number): Row => ({
        what: `${rooms === 1 ? "1 room" : `${rooms.toLocaleString("en")} rooms`}, ${what}`,
        unit: "ms",
        ours: ours.map(of),
        floor: floor.map(of),
        ...(limitMs === undefined ? {} : { wanted: atMost(limitMs, "ms") }),
      });
      const wanted = wantedMs.get(rooms);
      rows.push(
        row("all joined", ({ joinedMs }) => joinedMs, wanted?.joined),
        row("first answer", ({ answeredMs }) => answeredMs, wanted?.answered),
        row("all answered", ({ allAnsweredMs }) => allAnsweredMs),
      );
    }
    return rows;
  },
};
