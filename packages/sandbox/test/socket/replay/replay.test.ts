import { afterAll, expect, test } from "vitest";
import { readRecording, recordingNames, recordings } from "./recording.ts";
import { Replay } from "./replay.ts";
import { notApplicable, scenarioOf } from "./scenarios.ts";
import { RecordedServer } from "./server.ts";

const names = recordingNames();
const applicable = names.filter((name) => notApplicable[name] === undefined);
const passed: string[] = [];

test.each(applicable)("%s is what the sandbox does", async (name) => {
  const scenario = scenarioOf(name);
  await using server = await RecordedServer.start(scenario.settings ?? {});
  expect(await new Replay(server, scenario).play(readRecording(name))).toEqual([]);
  passed.push(name);
});

test("what can't be played is a recording there is, and the counts are those that are published", async () => {
  expect(Object.keys(notApplicable).filter((name) => !names.includes(name))).toEqual([]);
  const inPart = names.flatMap((name) => {
    const { without } = scenarioOf(name);
    return without ? [{ recording: name, connection: without.conn, because: without.because }] : [];
  });
  const counts = {
    recorded: names.length,
    replayed: applicable.length,
    passed: applicable.length, // each is a test above
    notApplicable: Object.entries(notApplicable).map(([recording, because]) => ({ recording, because })),
    notApplicableInPart: inPart,
  };
  await expect(`${JSON.stringify(counts, undefined, 2)}\n`).toMatchFileSnapshot(`${recordings}replayed.json`);
});

afterAll(() => {
  const figures = [
    `${names.length} recorded`,
    `${applicable.length} replayed`,
    `${passed.length} passed`,
    `${names.length - applicable.length} not applicable`,
  ];
  process.stdout.write(`recordings of Phoenix: ${figures.join(", ")}\n`);
});
