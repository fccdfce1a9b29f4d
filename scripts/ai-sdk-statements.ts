import { join } from "node:path";
import { startVitest, type TestCase } from "vitest/node";

/**
 * Runs the statements of the AI SDK adapter, the contract of adapters and the faults of models on every supported version of
 * `ai`, and prints which version keeps which. Exits with 1 when one is not kept.
 *
 * `node scripts/ai-sdk-statements.ts`
 */

interface Cell {
  passed: number;
  failed: number;
}

const root = join(import.meta.dirname, "..");
const files = ["test/statements", "test/contract"];
const config = join(root, "vitest.workspace.ts");
const settings = { root, config, project: ["ai-sdk"], watch: false, silent: true, reporters: ["dot"] };
const vitest = await startVitest("test", files, settings);
try {
  const modules = vitest.state.getTestModules();
  const problems = modules.flatMap((module) => module.errors().map(({ message }) => `${module.moduleId}: ${message}`));
  print(
    modules.flatMap((module) => [...module.children.allTests()]),
    problems,
  );
} finally {
  await vitest.close();
}

function print(tests: readonly TestCase[], problems: string[]): void {
  const rows = new Map<string, Map<string, Cell>>();
  for (const test of tests) {
    const [, statement, version, title] = /^(.*?) · ai (\S+) > (.*)$/su.exec(test.fullName) ?? [];
    if (statement === undefined || version === undefined) continue;
    const row = rows.get(statement) ?? new Map<string, Cell>();
    const cell = row.get(version) ?? { passed: 0, failed: 0 };
    const { state } = test.result();
    if (state === "passed") cell.passed += 1;
    else if (state === "failed") cell.failed += 1;
    rows.set(statement, row.set(version, cell));
    if (state === "failed") problems.push(`ai ${version}: ${statement}: ${title}`);
  }
  const versions = [...new Set([...rows.values()].flatMap((row) => [...row.keys()]))].toSorted(byNumbers);
  const lines = [...rows]
    .toSorted(([one], [other]) => byNumbers(one, other))
    .map(([statement, row]) => [statement, ...versions.map((version) => shown(row.get(version)))]);
  for (const line of [
    ["statement", ...versions.map((version) => `ai ${version}`)],
    versions.map(() => "---").concat("---"),
  ])
    console.log(`| ${line.join(" | ")} |`);
  for (const line of lines) console.log(`| ${line.join(" | ")} |`);
  for (const problem of problems) console.log(`✗ ${problem}`);
  process.exitCode = problems.length > 0 || rows.size === 0 ? 1 : 0;
}

/** `✓ 7`, of seven tests; nothing where no test ran. */
function shown(cell: Cell | undefined): string {
  if (cell === undefined) return "";
  const { passed, failed } = cell;
  return failed > 0 ? `✗ ${failed} of ${passed + failed}` : `✓ ${passed}`;
}

/** Statements by their number, those without one last; versions as versions. */
function byNumbers(one: string, other: string): number {
  const isNumbered = (text: string) => /^\d/u.test(text);
  if (isNumbered(one) !== isNumbered(other)) return isNumbered(one) ? -1 : 1;
  return one.localeCompare(other, "en", { numeric: true });
}
