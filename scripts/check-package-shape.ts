import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..");

/** Packs every package as it would be published, and has publint and attw look at the result. Needs `pnpm build` first. */
for (const name of await readdir(join(root, "packages"))) {
  const folder = await mkdtemp(join(tmpdir(), "package-shape-"));
  try {
    await tool("pnpm", ["pack", "--pack-destination", folder], join(root, "packages", name));
    const [tarball] = await readdir(folder);
    if (tarball === undefined) throw new Error(`${name} was not packed`);
    await tool("publint", ["--strict", join(folder, tarball)], root);
    await tool("attw", ["--profile", "esm-only", "--no-emoji", join(folder, tarball)], root);
    console.log(`${name}: ${tarball} has the shape that publint and attw ask for`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function tool(command: string, args: readonly string[], cwd: string): Promise<void> {
  try {
    await run(command, [...args], { cwd });
  } catch (error) {
    if (error instanceof Error && "stdout" in error) console.error(error.stdout);
    throw new Error(`${command} ${args.join(" ")} failed in ${cwd}`, { cause: error });
  }
}
