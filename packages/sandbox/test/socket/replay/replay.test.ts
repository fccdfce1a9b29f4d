import { afterAll, expect, test } from "vitest";
import { readRecording, recordingNames, recordings } from "./recording.ts";
import { Replay } from "./replay.ts";
import { scenarioOf } from "./scenarios.ts";
import { RecordedServer } from "./server.ts";
import { ServerProcess } from "./server-process.ts";

const names = recordingNames();
const passed: string[] = [];

test.concurrent.each(names)("%s is what the sandbox does", async (name) => {
  const scenario = scenarioOf(name);
  await using server = scenario.isOwnProcess
    ? await ServerProcess.start()
    : await RecordedServer.start(scenario.settings ?? {});
  expect(await new Replay(server, scenario).play(readRecording(name))).toEqual([]);
  passed.push(name);
});

test("the counts are those that are published", async () => {
  const counts = {
    recorded: names.length,
    replayed: names.length,
    passed: names.length, // each is a test above
    notApplicable: names.flatMap((name) => {
      const { without } = scenarioOf(name);
      return without ? [{ recording: `${name}, connection ${without.conn} of it`, because: without.because }] : [];
    }),
  };
  await expect(`${JSON.stringify(counts, undefined, 2)}\n`).toMatchFileSnapshot(`${recordings}replayed.json`);
});

afterAll(() => {
  const partly = names.filter((name) => scenarioOf(name).without !== undefined);
  process.stdout.write(
    `recordings of Phoenix: ${names.length} recorded, ${names.length} replayed (${partly.length} in part), ${passed.length} passed, 0 not applicable\n`,
  );
});
