import { atMostTimes, type Row } from "../figure.ts";
import type { Script } from "./script.ts";
import { type Run, Stage } from "./stage.ts";

const quick = { modelMs: 0, toolMs: 0 };
/** 40 steps tell 120 things, which is less than an outbox holds back: nothing is left out. */
const manySteps: Script = { ...quick, steps: 40, pieces: 1 };
const noSteps: Script = { ...quick, steps: 0, pieces: 1 };
const manyPieces: Script = { ...quick, steps: 0, pieces: 20_000 };
/** A little faster than models and tools are. */
const lifelike: Script = { steps: 10, pieces: 20, modelMs: 60, toolMs: 30 };

/** What a room adds to an agent of a framework. The floor is the same agent, run in the same process without one. */
export async function adapterRows(framework: "ai-sdk" | "langchain", runs: number): Promise<readonly Row[]> {
  await using stage = await Stage.open(framework);
  const rows: Row[] = [];
  const add = async (
    script: Script,
    options: { events?: boolean; eventsTakeMs?: number },
    ...views: readonly View[]
  ) => {
    const { ours, floor } = await stage.runs(runs, script, options);
    for (const { of, ...about } of views) rows.push({ ...about, ours: ours.map(of), floor: floor.map(of) });
  };
  await add(
    noSteps,
    {},
    { what: "a run of one step, until its answer is handed over", unit: "ms", of: ({ tookMs }) => tookMs },
  );
  await add(
    manySteps,
    { events: false },
    { what: "a step with a tool call, nothing reported", unit: "ms", of: ({ tookMs }) => tookMs / manySteps.steps },
  );
  await add(
    manySteps,
    {},
    {
      what: "a step with a tool call, all reported meanwhile",
      unit: "ms",
      of: ({ tookMs }) => tookMs / manySteps.steps,
    },
    { what: "… processor time, its three events posted", unit: "ms", of: ({ cpuMs }) => cpuMs / manySteps.steps },
  );
  await add(
    manyPieces,
    {},
    { what: "a piece of a streamed answer", unit: "µs", of: ({ tookMs }) => (tookMs * 1_000) / manyPieces.pieces },
  );
  for (const eventsTakeMs of [200, 500])
    await add(
      lifelike,
      { eventsTakeMs },
      {
        what: `ten steps of 90 ms, each event ${eventsTakeMs} ms late`,
        unit: "ms",
        of: ({ tookMs }) => tookMs,
        wanted: atMostTimes(1.05),
      },
    );
  return rows;
}

type View = Omit<Row, "ours" | "floor"> & { readonly of: (run: Run) => number };
