import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const packages = join(import.meta.dirname, "../../packages");
const home = join(import.meta.dirname, "../installed/node_modules/@thenvoi");

/** What is installed. The others may be needed by none of the figures that are asked for, but building them takes a second. */
const names = ["core", "ai-sdk", "langchain"] as const;
export type InstalledPackage = (typeof names)[number];

/** Where a program imports a package from that is to be measured as its users have it. {@link install} comes first. */
export function installed(name: InstalledPackage): string {
  return new URL(`../installed/node_modules/@thenvoi/${name}/dist/index.js`, import.meta.url).href;
}

/**
 * Builds our packages where their sources are newer, and puts them into `bench/installed` as a registry would hand them
 * out: built, with the exports they are published with, finding each other there. In the workspace they are sources.
 */
export async function install(): Promise<void> {
  for (const name of names) {
    if ((await newestChangeMs(join(packages, name, "src"))) < (await changedMs(join(home, name, "package.json"))))
      continue;
    await promisify(execFile)(join(packages, "../node_modules/.bin/tsup"), { cwd: join(packages, name) });
    await put(name);
  }
}

async function put(name: InstalledPackage): Promise<void> {
  const [from, to] = [join(packages, name), join(home, name)];
  await rm(to, { recursive: true, force: true });
  await cp(join(from, "dist"), join(to, "dist"), { recursive: true });
  const { publishConfig, ...manifest } = JSON.parse(await readFile(join(from, "package.json"), "utf8"));
  for (const dependency of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    if (dependency.startsWith("@thenvoi/")) continue;
    const link = join(to, "node_modules", dependency);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(from, "node_modules", dependency), link);
  }
  await writeFile(join(to, "package.json"), JSON.stringify({ ...manifest, exports: publishConfig.exports }, null, 2));
}

async function newestChangeMs(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true });
  return Math.max(...(await Promise.all(entries.map((entry) => changedMs(join(folder, entry))))));
}

/** When a file was last written; 0 for one that is not there. */
async function changedMs(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
