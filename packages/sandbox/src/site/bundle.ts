import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The files of the page, by name. */
export type PageFiles = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

const source = new URL("../page/", import.meta.url);

/** Makes the page's files from its source: what the published package ships, and what a sandbox run from its sources serves. */
export async function bundlePage(): Promise<PageFiles> {
  const { outputFiles } = await build({
    entryPoints: { page: fileURLToPath(new URL("main.tsx", source)) },
    tsconfig: fileURLToPath(new URL("tsconfig.json", source)),
    outdir: "page",
    write: false,
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "eof",
    logLevel: "silent",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const bundled = outputFiles.map(({ path, contents }) => [basename(path), new Uint8Array(contents)] as const);
  const copied = await Promise.all(
    ["index.html", "icon.svg"].map(
      async (name) => [name, new Uint8Array(await readFile(new URL(name, source)))] as const,
    ),
  );
  return new Map([...copied, ...bundled]);
}
