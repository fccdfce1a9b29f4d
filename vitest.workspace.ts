import { defineConfig } from "vitest/config";

const packages = ["core", "sandbox"];

/** Named `vitest.workspace.ts` by custom; vitest takes it by name: `vitest run --config vitest.workspace.ts`. */
export default defineConfig({
  test: {
    reporters: ["default", "./scripts/tally-reporter.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    coverage: { provider: "v8", include: ["packages/*/src/**/*.ts"] },
    projects: [
      ...packages.map((name) => ({
        test: {
          name,
          root: `packages/${name}`,
          include: ["src/**/*.test.ts", "test/**/*.test.ts"],
          testTimeout: 30_000,
        },
      })),
      {
        test: {
          name: "repository",
          root: ".",
          include: ["scripts/**/*.test.ts", "examples/*/test/**/*.test.ts"],
          testTimeout: 60_000,
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
