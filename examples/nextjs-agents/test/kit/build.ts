import { execFile, execFileSync } from "node:child_process";
import { stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";

const folder = join(import.meta.dirname, "../..");
const root = join(folder, "../..");
const sources = [
  "examples/nextjs-agents",
  "examples/models/src",
  "packages/core/src",
  "packages/ai-sdk/src",
  "packages/langchain/src",
  "pnpm-lock.yaml",
];

/** `next build`, unless what it made is newer than everything it is made of. */
export async function build(): Promise<void> {
  const built = await changedMs(join(folder, ".next/BUILD_ID"));
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", ...sources], {
    cwd: root,
    encoding: "utf8",
  });
  const parts = files.split("\n").filter((file) => file !== "" && !/\/test\/|\.md$|\.test\.ts$/u.test(file));
  const changed = await Promise.all(parts.map((file) => changedMs(join(root, file))));
  if (built > Math.max(...changed)) return;
  const next = createRequire(import.meta.url).resolve("next/dist/bin/next");
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" as const };
  await promisify(execFile)(process.execPath, [next, "build"], { cwd: folder, env });
}

function changedMs(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
