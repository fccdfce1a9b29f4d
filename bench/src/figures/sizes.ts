import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { type BuildOptions, build } from "esbuild";
import { atMost, type Figure, type Row } from "../figure.ts";

const agents = {
  aiSdk: 'import { ToolLoopAgent } from "ai"; export const agent = (model) => new ToolLoopAgent({ model });',
  langchain: 'import { createAgent } from "langchain"; export const agent = (model) => createAgent({ model });',
};

/** What a bundler makes of the packages. One build gives the same as the next, so there is one run. */
export const sizes: Figure = {
  name: "sizes",
  title: "Each package as one file for Node, minified and compressed with gzip",
  runs: 1,
  measure: () =>
    Promise.all([
      ownCode("@thenvoi/core"),
      ownCode("@thenvoi/ai-sdk", 15),
      ownCode("@thenvoi/ai-sdk/ui", 15),
      ownCode("@thenvoi/ai-sdk/ui/server", 15),
      ownCode("@thenvoi/langchain", 15),
      ownCode("@thenvoi/langchain/middleware", 15),
      ownCode("@thenvoi/sandbox"),
      program("core with phoenix, ws, yaml and zod", 'export * from "@thenvoi/core";'),
      program(
        "a ToolLoopAgent in rooms, all it needs",
        `${agents.aiSdk} export * from "@thenvoi/ai-sdk";`,
        agents.aiSdk,
      ),
      program(
        "a createAgent in rooms, all it needs",
        `${agents.langchain} export * from "@thenvoi/langchain";`,
        agents.langchain,
      ),
      program("the sandbox with hono, ws and zod", 'export * from "@thenvoi/sandbox";'),
    ]),
};

async function ownCode(entry: string, limitKB?: number): Promise<Row> {
  const entryPoints = [fileURLToPath(import.meta.resolve(entry))];
  const ours = [await bundledKB({ entryPoints, packages: "external" })];
  return {
    what: `${entry}, its own code`,
    unit: "kB",
    ours,
    ...(limitKB !== undefined && { wanted: atMost(limitKB, "kB") }),
  };
}

/** A program with everything it imports. The floor is the same agent without a room. */
async function program(what: string, contents: string, withoutRoom?: string): Promise<Row> {
  const floor =
    withoutRoom === undefined ? undefined : [await bundledKB({ stdin: { contents: withoutRoom, resolveDir } })];
  const ours = [await bundledKB({ stdin: { contents, resolveDir } })];
  return { what, unit: "kB", ours, ...(floor !== undefined && { floor }) };
}

const resolveDir = import.meta.dirname;

async function bundledKB(of: BuildOptions): Promise<number> {
  const how: BuildOptions = {
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "es2023",
    logLevel: "error",
  };
  const { outputFiles } = await build({ ...how, ...of, write: false, external: ["esbuild"] });
  const [file] = outputFiles;
  if (file === undefined) throw new Error("Nothing was bundled");
  return gzipSync(file.contents, { level: 9 }).byteLength / 1_000;
}
