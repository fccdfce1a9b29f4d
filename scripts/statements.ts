import { join } from "node:path";
import { startVitest, type TestCase } from "vitest/node";

/**
 * Runs the statements of an adapter, the contract of adapters and the faults of models on every supported version of its
 * framework, and prints which version keeps which. Exits with 1 when one is not kept.
 *
 * `node scripts/statements.ts ai-sdk` or `node scripts/statements.ts langchain`
 */

interface Adapter {
  /** Projects of vitest, each a column of its own or, where titles tell the version, all columns in one. */
  readonly projects: readonly string[];
  /** Statement, column and title of a test; undefined for one that is no row of the table. */
  place(project: string, fullName: string): readonly [statement: string, column: string, title: string] | undefined;
}

const adapters: Readonly<Record<string, Adapter>> = {
  "ai-sdk": {
    projects: ["ai-sdk"],
    place: (_project, fullName) => {
      const [, statement, version, title] = /^(.*?) · ai (\S+) > (.*)$/su.exec(fullName) ?? [];
      if (statement === undefined || version === undefined || title === undefined) return undefined;
      return [statement, `ai ${version}`, title];
    },
  },
  langchain: {
    projects: ["langchain-floor", "langchain-middle", "langchain"],
    place: (project, fullName) => {
      const [, statement, title] = /^(.*?) > (.*)$/su.exec(fullName) ?? [];
      if (statement === undefined || title === undefined) return undefined;
      return [statement, columnOf(project), title];
    },
  },
};

function columnOf(project: string): string {
  return project === "langchain" ? "latest" : project.replace("langchain-", "");
}

const [name = ""] = process.argv.slice(2);
const adapter = adapters[name];
if (adapter === undefined) {
  console.error(`Say which adapter: ${Object.keys(adapters).join(" or ")}.`);
  process.exit(2);
}

interface Cell {
  passed: number;
  failed: number;
}

const root = join(import.meta.dirname, "..");
const files = ["test/statements", "test/contract"];
const config = join(root, "vitest.workspace.ts");
const settings = { root, config, project: [...adapter.projects], watch: false, silent: true, reporters: ["dot"] };
const vitest = await startVitest("test", files, settings);
try {
  const modules = vitest.state.getTestModules();
  const problems = modules.flatMap((module) => module.errors().map(({ message }) => `${module.moduleId}: ${message}`));
  print(
    adapter,
    modules.flatMap((module) => [...module.children.allTests()]),
    problems,
  );
} finally {
  await vitest.close();
}

function print({ place }: Adapter, tests: readonly TestCase[], problems: string[]): void {
  const rows = new Map<string, Map<string, Cell>>();
  for (const test of tests) {
    const placed = place(test.project.name, test.fullName);
    if (placed === undefined) continue;
    const [statement, version, title] = placed;
    const row = rows.get(statement) ?? new Map<string, Cell>();
    const cell = row.get(version) ?? { passed: 0, failed: 0 };
    const { state } = test.result();
    if (state === "passed") cell.passed += 1;
    else if (state === "failed") cell.failed += 1;
    rows.set(statement, row.set(version, cell));
    if (state === "failed") problems.push(`${version}: ${statement}: ${title}`);
  }
  const versions = [...new Set([...rows.values()].flatMap((row) => [...row.keys()]))].toSorted(byColumns);
  const lines = [...rows]
    .toSorted(([one], [other]) => byNumbers(one, other))
    .map(([statement, row]) => [statement, ...versions.map((version) => shown(row.get(version)))]);
  for (const line of [["statement", ...versions], versions.map(() => "---").concat("---")])
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

/** Versions as versions; columns from the lowest to the latest. */
function byColumns(one: string, other: string): number {
  const columns = ["floor", "middle", "latest"];
  return columns.indexOf(one) - columns.indexOf(other) || byNumbers(one, other);
}

/** Statements by their number, those without one last; versions as versions. */
function byNumbers(one: string, other: string): number {
  const isNumbered = (text: string) => /^\d/u.test(text);
  if (isNumbered(one) !== isNumbered(other)) return isNumbered(one) ? -1 : 1;
  return one.localeCompare(other, "en", { numeric: true });
}
