import { expect, test } from "vitest";
import { outcome } from "../rest/api.ts";
import { ask, Scene } from "./operation.ts";
import { published, unpublished } from "./operations.ts";

const operations = [...published, ...unpublished];
const pairs = operations.flatMap(({ id, answers }) =>
  Object.entries(answers).map(([expected, way]) => ({ id, expected, way })),
);

test.each(pairs)("$id is answered $expected", async ({ expected, way }) => {
  await using scene = await Scene.start();
  expect(outcome(await way(scene))).toBe(expected);
});

test.each(operations)("$id is answered 401 without a key and 403 to the other kind of caller", async ({ call }) => {
  await using scene = await Scene.start();
  const line = call.replaceAll(/\{\w+\}/gu, "00000000-0000-4000-8000-000000000000");
  expect(outcome(await scene.api.call(line))).toBe("401 unauthorized");
  const stranger = line.includes("/agent/") ? "dana" : "weather";
  const isForBoth = call === "GET /test";
  expect(outcome(await ask(stranger, line)(scene))).toBe(isForBoth ? "200" : "403 forbidden");
});
