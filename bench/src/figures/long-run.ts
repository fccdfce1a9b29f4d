import { atMost, type Figure, type Row } from "../figure.ts";
import { Platform } from "../platform/platform.ts";
import { Program, programs } from "../program.ts";
import { interleave } from "../samples.ts";

const rooms = 10;
const early = 1_000;
const late = 100_000;

interface Growth {
  readonly heapMb: number;
  readonly handles: number;
}

async function grow(file: URL): Promise<Growth> {
  await using platform = await Platform.open(rooms);
  await using program = new Program(file, platform, { nodeOptions: ["--expose-gc"] });
  await platform.settledIn();
  const say = async (messages: number) => {
    for (let said = 0; said < messages; said += early)
      await platform.say({ rooms, perRoom: 10, rounds: early / rooms / 10, pauseMs: 0 });
    await platform.settledIn();
    await program.report(); // a first collection lets finalizers run, the next takes what they leave
    return program.report();
  };
  const before = await say(early);
  const after = await say(late - early);
  return { heapMb: (after.heapBytes - before.heapBytes) / 1e6, handles: after.handles - before.handles };
}

/** What an agent holds after many messages that it did not hold after few. */
export const longRun: Figure = {
  name: "long-run",
  title: `After ${late.toLocaleString("en")} messages, more than after ${early.toLocaleString("en")}`,
  runs: 1,
  async measure(runs) {
    const { ours, floor } = await interleave(runs, {
      ours: () => grow(programs.ours),
      floor: () => grow(programs.floor),
    });
    const row = (what: string, unit: string, of: (growth: Growth) => number, limit: number): Row => {
      return { what, unit, ours: ours.map(of), floor: floor.map(of), wanted: atMost(limit, unit) };
    };
    return [
      row("on the heap", "MB", ({ heapMb }) => heapMb, 2),
      row("sockets, timers and the like", "handles", ({ handles }) => handles, 0),
    ];
  },
};
