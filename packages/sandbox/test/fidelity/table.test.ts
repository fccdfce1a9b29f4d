import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { createRestApp } from "../../src/rest/app.ts";
import { World } from "../../src/world/world.ts";
import { sampleNames } from "../support/samples.ts";
import { checklist } from "./checklist.ts";
import { contract } from "./contract.ts";
import { events } from "./events.ts";
import { published, unpublished } from "./operations.ts";
import { countRows, describeCounts, fidelityPage } from "./table.ts";

const operations = [...published, ...unpublished];
const packageRoot = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, packageRoot), "utf8");

test("every operation of the contract has one row, and no other has one among them", () => {
  expect(published.map(({ id }) => id).toSorted()).toEqual(contract.toSorted());
  expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
});

test("every call the sandbox answers has a row, and every row is a call it answers", () => {
  using world = new World();
  const isHandler = ({ method, path }: { method: string; path: string }) => method !== "ALL" && !path.endsWith("/*");
  const routes = createRestApp(world)
    .routes.filter(isHandler)
    .map(({ method, path }) => anonymous(`${method} ${path.replace("/api/v1", "")}`));
  const rows = operations.map(({ call }) => anonymous(call));
  expect([...new Set(routes)].toSorted()).toEqual(rows.toSorted());
});

test("every event that the sandbox can push has a row, and every row is one it can push", () => {
  const sources = ["src/socket/pushes.ts", "src/socket/contact-pushes.ts", "src/socket/agent-sockets.ts"].map(read);
  const names = new Set(events.map(({ event }) => event));
  expect([...names].filter((name) => !sources.some((source) => source.includes(`"${name}"`)))).toEqual([]);
  const pushed = [...read("src/world/news.ts").matchAll(/readonly type: "(\w+)"/gu)].map(([, name = ""]) => name);
  expect(pushed.length).toBeGreaterThan(10);
  // of our own, of the control topic under its name on the wire, and of no frame but a closed socket
  const others = ["agent_activity", "agent_control", "agent_deleted"];
  expect(pushed.filter((name) => !names.has(name) && !others.includes(name))).toEqual([]);
});

test.each([
  ...operations.map(({ id, heldBy }) => ({ row: id, heldBy })),
  ...checklist.map(({ need, heldBy }) => ({ row: need, heldBy })),
  ...events.map(({ topic, event, heldBy }) => ({ row: `${event} on ${topic}`, heldBy })),
])("the row of $row names tests that are there", ({ heldBy }) => {
  const named = Object.entries(heldBy);
  expect(named.length).toBeGreaterThan(0);
  for (const [file, title] of named) {
    const source = read(`test/${file}`);
    const isThere = titlesOf(source).includes(title);
    expect([file, title, isThere]).toEqual([file, title, true]);
  }
});

test("every sample of the wire is held by a test", () => {
  const tests = ["test/rest/wire.test.ts", "test/socket/wire.test.ts"].map(read);
  expect(sampleNames().filter((name) => !tests.some((source) => source.includes(`"${name}"`)))).toEqual([]);
});

test("docs/fidelity.md is what the rows say; `node scripts/fidelity.ts` writes it", () => {
  expect(read("../../docs/fidelity.md")).toBe(fidelityPage());
});

afterAll(() => {
  for (const line of describeCounts(countRows())) process.stdout.write(`fidelity: ${line}\n`);
});

/** A call with its parameters unnamed. */
function anonymous(call: string): string {
  return call.replaceAll(/:\w+|\{\w+\}/gu, "{}");
}

/** The titles of a file's tests: the first text in the parentheses of `test` or of what `test.each` gives. */
function titlesOf(source: string): readonly string[] {
  return [...source.matchAll(/(?:^test|^\]\)|^test\.each.*\))\(\s*"((?:[^"\\]|\\.)*)"/gmu)].map(
    ([, title = ""]) => title,
  );
}
