import { defineConfig } from "vitest/config";

const packages = ["core", "sandbox", "ai-sdk", "langchain"];
/** What is waited for comes soon, or, on a machine with much else to do, later; both are the same promise kept. */
const patient = { testTimeout: 60_000, expect: { poll: { interval: 10, timeout: 15_000 } } };

/** Named `vitest.workspace.ts` by custom; vitest takes it by name: `vitest run --config vitest.workspace.ts`. */
export default defineConfig({
  test: {
    reporters: ["default", "./scripts/tally-reporter.ts"],
    hookTimeout: 60_000,
    coverage: { provider: "v8", include: ["packages/*/src/**/*.ts"] },
    projects: [
      ...packages.map((name) => ({
        test: {
          name,
          root: `packages/${name}`,
          include: ["src/**/*.test.ts", "test/**/*.test.ts"],
          ...patient,
        },
      })),
      {
        test: {
          name: "repository",
          root: ".",
          include: ["scripts/**/*.test.ts", "examples/*/test/**/*.test.ts"],
          ...patient,
        },
      },
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
