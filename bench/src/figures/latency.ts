import { atMostMore, atMostTimes, type Figure, type Row, type Wanted } from "../figure.ts";
import { Platform, type SayReport } from "../platform/platform.ts";
import { Program, programs } from "../program.ts";
import { interleave, median } from "../samples.ts";

/** Medians of what a message took, from when its frame set out, at each time that the network takes. */
type Took = ReadonlyMap<number, { readonly toHandlerMs: number; readonly toSettledMs: number }>;

const warmUp = { rooms: 1, perRoom: 1, rounds: 300, pauseMs: 2 };
const eachWayMs = [0, 20];
const rounds = new Map([
  [0, 200],
  [20, 20],
]);

async function take(file: URL): Promise<Took> {
  await using platform = await Platform.open(1);
  await using program = new Program(file, platform);
  await platform.settledIn();
  await platform.say(warmUp);
  const took = new Map<number, { toHandlerMs: number; toSettledMs: number }>();
  for (const ms of eachWayMs) {
    await platform.latency(ms);
    await program.report();
    const said = await platform.say({ rooms: 1, perRoom: 1, rounds: rounds.get(ms) ?? 1, pauseMs: 5 });
    took.set(ms, timesOf(said, new Map((await program.report()).started)));
  }
  return took;
}

function timesOf({ messages }: SayReport, startedMs: ReadonlyMap<string, number>) {
  return {
    toHandlerMs: median(messages.map(({ id, saidMs }) => (startedMs.get(id) ?? Number.NaN) - saidMs)),
    toSettledMs: median(messages.map(({ settledMs, saidMs }) => settledMs - saidMs)),
  };
}

/** How long a message waits for its handler, and until it is settled, in a room where one is said at a time. */
export const latency: Figure = {
  name: "latency",
  title: "One message in one room, from its frame",
  runs: 5,
  async measure(runs) {
    const { ours, floor } = await interleave(runs, {
      ours: () => take(programs.ours),
      floor: () => take(programs.floor),
    });
    const row = (what: "toHandlerMs" | "toSettledMs", ms: number, wanted?: Wanted): Row => ({
      what: `${what === "toHandlerMs" ? "to its handler" : "to settled"}, ${ms} ms each way`,
      unit: "ms",
      ours: ours.map((took) => took.get(ms)?.[what] ?? Number.NaN),
      floor: floor.map((took) => took.get(ms)?.[what] ?? Number.NaN),
      ...(wanted === undefined ? {} : { wanted }),
    });
    return [
      row("toHandlerMs", 0, atMostMore(0.3, "ms")),
      row("toHandlerMs", 20, atMostTimes(1.25)),
      row("toSettledMs", 0),
      row("toSettledMs", 20),
    ];
  },
};
