import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { codeBlocks } from "./markdown.ts";

const root = join(import.meta.dirname, "..");

/** How a program ended, and what it wrote. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that runs, in a process of its own; killed, if it still runs, when it is disposed of. */
export class RunningProgram implements AsyncDisposable {
  readonly ended: Promise<ProgramEnd>;
  /** The first line it writes to stdout; empty when it ends without one. */
  readonly firstLine: Promise<string>;
  readonly #child: ChildProcess;

  constructor(args: readonly string[], setting: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv }) {
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(?:THENVOI|BAND|VITEST|NODE(?!_COMPILE_CACHE))_?/u.test(name),
    );
    const child = spawn(process.execPath, args, {
      cwd: setting.cwd,
      env: { ...Object.fromEntries(inherited), ...setting.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    const firstLine = Promise.withResolvers<string>();
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: unknown) => {
      stdout += String(chunk);
      const [line = "", ...more] = stdout.split("\n");
      if (more.length > 0) firstLine.resolve(line);
    });
    child.stderr.on("data", (chunk: unknown) => {
      stderr += String(chunk);
    });
    child.once("close", () => firstLine.resolve(""));
    this.firstLine = firstLine.promise;
    this.ended = once(child, "close").then(() => ({ code: child.exitCode, stdout, stderr }));
  }

  /** Asks it to end, as Ctrl-C does. */
  interrupt(): void {
    this.#child.kill("SIGINT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended;
  }
}

/**
 * The TypeScript of Markdown pages as files, in a folder that resolves our packages by name and that git ignores.
 *
 * A block whose first line is `// name.ts` gets that name, so that another can import it; the others are `1.ts`, `2.ts`, … Those of a
 * page share a folder under the page's name. Gone when disposed of.
 */
export class ReadmePrograms implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** @param home The package in whose folder they are written, and whose dependencies they may use. */
  static async write(pages: Readonly<Record<string, string>>, home = "core"): Promise<ReadmePrograms> {
    const folder = await mkdtemp(join(root, "packages", home, ".readme-"));
    const programs = new ReadmePrograms(folder);
    await programs.add(".gitignore", "*\n");
    await programs.add(
      "tsconfig.json",
      JSON.stringify({
        extends: "../../../tsconfig.base.json",
        include: ["**/*.ts", "../../core/src/socket/phoenix.d.ts"],
      }),
    );
    for (const [page, text] of Object.entries(pages)) {
      const blocks = codeBlocks(text).filter(({ language }) => language === "ts");
      for (const [index, block] of blocks.entries()) {
        const name = /^\/\/ (\S+\.ts)$/mu.exec(block.text.split("\n")[0] ?? "")?.[1] ?? `${index + 1}.ts`;
        await programs.add(join(page, name), block.text);
      }
    }
    return programs;
  }

  async add(name: string, text: string): Promise<void> {
    const file = join(this.folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  /** Runs one of them. */
  run(name: string, setting: { readonly env?: NodeJS.ProcessEnv; readonly args?: readonly string[] } = {}) {
    const cwd = join(this.folder, dirname(name));
    const { args = [], ...rest } = setting;
    return new RunningProgram([join(this.folder, name), ...args], { cwd, ...rest });
  }

  /** Runs a tool of the repository over all of them. */
  tool(file: string, args: readonly string[]): RunningProgram {
    return new RunningProgram([join(root, "node_modules", file), ...args], { cwd: this.folder });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}
