import { basename, extname } from "node:path";
import { parseArgs } from "node:util";

export const usage = `Usage: thenvoi-sandbox [options] [-- COMMAND …]

Runs the Thenvoi platform on this machine.

  --port PORT   port to listen on, 0 for a free one (default 4000)
  --host HOST   address to listen on (default 127.0.0.1: only this machine)
  --data FILE   SQLite file to keep rooms, messages and accounts in (default: memory)
  --seed demo   start with the user dana and her agents dana/planner and dana/weather
  --json        print one JSON object with url, socketUrl, users and agents, and nothing else
  --help        this text

With a COMMAND, an agent of dana is registered under the name of the command's file, and the command runs with
THENVOI_API_KEY, THENVOI_AGENT_ID and THENVOI_BASE_URL set. The sandbox ends with it, and with its exit code.
`;

/** What the command line asks for. */
export interface CommandLine {
  readonly port: number;
  readonly host: string;
  readonly data: string | undefined;
  readonly seed: "demo" | undefined;
  readonly json: boolean;
  readonly help: boolean;
  /** Empty when there is none. */
  readonly command: readonly string[];
}

/** The command line can't be read; the message is one sentence. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Throws a {@link UsageError} for an unknown flag, a stray argument or a value that makes no sense. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  const command = end < 0 ? [] : args.slice(end + 1);
  if (end >= 0 && command.length === 0) throw new UsageError("After -- comes the command to run, and there is none.");
  const values = readFlags(own);
  return {
    port: readPort(values.port),
    host: values.host,
    data: values.data,
    seed: readSeed(values.seed),
    json: values.json,
    help: values.help,
    command,
  };
}

/** The slug of the agent that a command is: the name of its file, `agent` when it names none. `tsx src/weather.ts` is `weather`. */
export function agentNameOf(command: readonly string[]): string {
  const isProgram = (argument: string): boolean => /^\.(?:[cm]?[jt]sx?|py|rb|go|sh)$/.test(extname(argument));
  const file = command.find(isProgram) ?? "agent";
  const name = basename(file, extname(file))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-");
  return name.replace(/^-|-$/g, "") || "agent";
}

function readFlags(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: "string", default: "4000" },
        host: { type: "string", default: "127.0.0.1" },
        data: { type: "string" },
        seed: { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    return values;
  } catch (error) {
    const [sentence = "The arguments can't be read"] = error instanceof Error ? error.message.split(/\. |\n/) : [];
    throw new UsageError(`${sentence.replace(/\.$/, "")}.`, { cause: error });
  }
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`--port takes a number from 0 to 65535, not ${JSON.stringify(text)}.`);
}

function readSeed(seed: string | undefined): "demo" | undefined {
  if (seed === undefined || seed === "demo") return seed;
  throw new UsageError(`--seed knows only "demo", not ${JSON.stringify(seed)}.`);
}
