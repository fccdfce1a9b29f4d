import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startSandbox } from "@thenvoi/sandbox";
import * as z from "zod";
import { reportFailure, Stage } from "./stage.ts";

const examples = join(import.meta.dirname, "../..");
const answerMs = 60_000;

/** What an example says of itself in its package.json: who its agent is, and what dana says to it. */
const playSchema = z.object({ play: z.object({ agent: z.string(), about: z.string(), says: z.array(z.string()) }) });

try {
  process.exitCode = await run();
} catch (error) {
  reportFailure(error);
}

/** Runs an example where its key says; without a key, in a sandbox, with somebody to talk to. */
async function run(): Promise<number> {
  const { positionals, values: flags } = parseArgs({
    args: process.argv.slice(2).filter((argument) => argument !== "--"),
    options: { stay: { type: "boolean", default: false }, port: { type: "string", default: "0" } },
    allowPositionals: true,
  });
  const [name] = positionals;
  const app = name === undefined ? undefined : join(examples, name, "dev.ts");
  if (app !== undefined && (await exists(app))) return start(app);
  const file = name === undefined ? undefined : join(examples, name, "src/main.ts");
  if (name === undefined || file === undefined || !(await exists(file))) {
    console.error(`Usage: pnpm example <name> [--stay]. There are ${(await playable()).join(", ")}.`);
    return 2;
  }
  if ((process.env.THENVOI_API_KEY ?? process.env.BAND_API_KEY ?? "") !== "") {
    return start(file);
  }
  const { play } = playSchema.parse(JSON.parse(await readFile(join(examples, name, "package.json"), "utf8")));
  await using sandbox = await startSandbox({ port: Number(flags.port), seed: "demo" });
  sandbox.registerAgent(play.agent, { description: play.about });
  console.log(
    `No THENVOI_API_KEY is set, so a sandbox runs at ${sandbox.url}. In the room are dana and ${play.agent}.\n`,
  );
  await using stage = await Stage.open(sandbox, { title: name, cast: [{ agent: play.agent, file }] }, (line) =>
    console.log(line),
  );
  for (const text of play.says) await stage.say(text, { timeoutMs: answerMs });
  await stage.room.settled({ timeoutMs: answerMs }); // a question that was answered just now has work behind it
  if (flags.stay) await stage.untilStopped();
  return 0;
}

/** Runs a file, which is told of signals as this process is; the answer is its exit code. */
async function start(file: string): Promise<number> {
  const program = spawn(process.execPath, [file], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => program.kill(signal));
  const [code] = await once(program, "exit");
  return typeof code === "number" ? code : 1;
}

async function playable(): Promise<readonly string[]> {
  const names = await readdir(examples);
  const found = await Promise.all(names.map(async (name) => ({ name, plays: await plays(name) })));
  return found.flatMap(({ name, plays: does }) => (does ? [name] : []));
}

/** An example plays by itself as an app, or has a part written down. */
async function plays(name: string): Promise<boolean> {
  if (await exists(join(examples, name, "dev.ts"))) return true;
  const text = await readFile(join(examples, name, "package.json"), "utf8").catch(() => "{}");
  return playSchema.safeParse(JSON.parse(text)).success;
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
