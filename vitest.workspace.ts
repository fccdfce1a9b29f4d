import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { chromiumPath } from "./packages/sandbox/test/page/support/browser.ts";

const packages = ["core", "sandbox", "ai-sdk", "langchain"];
/** What is waited for comes soon, or, on a machine with much else to do, later; both are the same promise kept. */
const patient = { testTimeout: 60_000, expect: { poll: { interval: 10, timeout: 15_000 } } };

/** Tests start hundreds of processes: each finds what an earlier one has compiled, and is there in half the time. */
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, "node_modules/.cache/compiled");

const adapterTests = { root: "packages/langchain", include: ["test/**/*.test.ts"], ...patient };

/** Runs the sources and tests of the LangChain adapter on older versions of it: those that a folder of `columns` has installed. */
const onColumn = (column: string) => ({
  name: `langchain-${column}`,
  enforce: "pre" as const,
  resolveId(this: { resolve: (source: string, from: string) => unknown }, source: string) {
    const from = join(import.meta.dirname, "packages/langchain/columns", column, "package.json");
    return /^(?:@langchain\/|langchain(?:$|\/))/u.test(source) ? this.resolve(source, from) : undefined;
  },
});

if (chromiumPath === undefined)
  process.stderr.write("No Chromium found: the project nextjs, the Next.js app in a browser, is skipped.\n");

/** Named `vitest.workspace.ts` by custom; vitest takes it by name: `vitest run --config vitest.workspace.ts`. */
export default defineConfig({
  test: {
    reporters: ["default", "./scripts/tally-reporter.ts"],
    hookTimeout: 60_000,
    maxWorkers: 4, // the tests wait more than they work
    coverage: { provider: "v8", include: ["packages/*/src/**/*.ts"] },
    projects: [
      ...packages.map((name) => ({
        test: {
          name,
          root: `packages/${name}`,
          include: ["src/**/*.test.ts", "test/**/*.test.ts"],
          provide: { column: "latest" as const },
          ...patient,
        },
      })),
      ...(["floor", "middle"] as const).map((column) => ({
        plugins: [onColumn(column)],
        test: { name: `langchain-${column}`, provide: { column }, ...adapterTests },
      })),
      {
        test: {
          name: "repository",
          root: ".",
          include: ["scripts/**/*.test.ts", "examples/*/test/**/*.test.ts"],
          exclude: ["examples/nextjs-agents/**", "**/node_modules/**"],
          ...patient,
        },
      },
      ...(chromiumPath === undefined
        ? []
        : [{ test: { name: "nextjs", root: "examples/nextjs-agents", include: ["test/**/*.test.ts"], ...patient } }]),
      {
        test: {
          name: "types",
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            checker: "tsc",
            include: ["packages/*/test/**/*.test-d.ts"],
            tsconfig: "./tsconfig.json",
          },
        },
      },
    ],
  },
});
