import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const packageFolder = join(import.meta.dirname, "../..");
const tsc = join(packageFolder, "../../node_modules/.bin/tsc");
/** Core is used as source in this repository, with its own declarations of the Phoenix client. */
const phoenix = join(packageFolder, "../core/src/socket/phoenix.d.ts");
const work = join(packageFolder, "node_modules/.cache/types");

beforeAll(async () => {
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  const options = {
    noEmit: false,
    emitDeclarationOnly: true,
    rootDir: join(packageFolder, "../.."),
    outDir: join(work, "declarations"),
  };
  await check("declarations", {
    compilerOptions: options,
    include: [join(packageFolder, "src"), phoenix],
    exclude: ["**/*.test.ts"],
  });
}, 120_000);

for (const version of ["ai-6-0-0", "ai-6", "ai-7-0-0", "ai-7"]) {
  test(`a user's program has the right types on ${version}`, { timeout: 120_000 }, async () => {
    const paths = {
      ai: [join(packageFolder, "node_modules", version, "dist/index.d.ts")],
      "@thenvoi/ai-sdk": [join(work, "declarations/packages/ai-sdk/src/index.d.ts")],
      "@thenvoi/ai-sdk/ui": [join(work, "declarations/packages/ai-sdk/src/ui/index.d.ts")],
    };
    await expect(
      check(version, { compilerOptions: { paths }, files: [join(packageFolder, "test/types/program.ts"), phoenix] }),
    ).resolves.toBe("");
  });
}

/** What the compiler says; "" when it has nothing to say. */
async function check(name: string, config: object): Promise<string> {
  const file = join(work, `${name}.json`);
  await writeFile(file, JSON.stringify({ extends: join(packageFolder, "../../tsconfig.base.json"), ...config }));
  try {
    return (await run(tsc, ["-p", file], { cwd: packageFolder })).stdout;
  } catch (error) {
    return error instanceof Error && "stdout" in error ? String(error.stdout) : String(error);
  }
}
