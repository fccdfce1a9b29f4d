import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { atMost, type Figure, type Row } from "../figure.ts";
import { installed } from "../installed.ts";
import { interleave } from "../samples.ts";

/** How long a fresh process takes to import a module after others have been, milliseconds. Names are found from `home`. */
async function imported(module: string, home: string, after: readonly string[] = []): Promise<number> {
  const code = [
    ...after.map((name) => `await import(${JSON.stringify(name)});`),
    "const beganMs = performance.now();",
    `await import(${JSON.stringify(module)});`,
    "process.stdout.write(String(performance.now() - beganMs));",
  ];
  const args = ["--input-type=module", "--eval", code.join("\n")];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: fileURLToPath(new URL("..", home)) });
  return Number(stdout);
}

/** The adapters, and what of their frameworks they import when they are. */
const adapters = [
  { name: "ai-sdk", peers: ["ai"] },
  {
    name: "langchain",
    peers: ["callbacks/base", "chat_history", "messages", "runnables", "singletons", "tools"].map(
      (part) => `@langchain/core/${part}`,
    ),
  },
] as const;

/** Time to import our packages as they are published: core over nothing, an adapter over core and its framework. */
export const importing: Figure = {
  name: "import",
  title: "Importing, in a process that has imported nothing else; the floor imports ws",
  runs: 15,
  async measure(runs) {
    const home = installed("core");
    const core = await interleave(runs, { ours: () => imported(home, home), floor: () => imported("ws", home) });
    const rows: Row[] = [{ what: "@thenvoi/core", unit: "ms", ...core, wanted: atMost(60, "ms") }];
    for (const { name, peers } of adapters) {
      const ours: number[] = [];
      for (let run = 0; run < runs; run += 1)
        ours.push(await imported(installed(name), installed(name), [home, ...peers]));
      rows.push({
        what: `@thenvoi/${name}, core and its peer being there`,
        unit: "ms",
        ours,
        wanted: atMost(10, "ms"),
      });
    }
    return rows;
  },
};
