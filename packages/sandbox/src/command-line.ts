import { basename, extname } from "node:path";
import { parseArgs } from "node:util";

export const usage = `Usage: thenvoi-sandbox [options] [-- COMMAND …]
       thenvoi-sandbox say TEXT [--url URL] [--key KEY]

Runs the Thenvoi platform on this machine, or says something on one that runs: say "@dana/agent hello".

  --port PORT   port to listen on, 0 for a free one (default 4000)
  --host HOST   address to listen on (default 127.0.0.1: only this machine)
  --data FILE   SQLite file to keep rooms, messages and accounts in (default: memory)
  --profile P   how the socket behaves: platform, or phoenix, a bare Phoenix server with test channels (default platform)
  --seed demo   start with the user dana and her agents dana/planner and dana/weather
  --json        print one JSON object with url, socketUrl, users and agents, and nothing else
  --help        this text

  --url URL     where to say it (default http://127.0.0.1:4000)
  --key KEY     as whom (default: the key of dana, the person of the demo)

With a COMMAND, an agent of dana is registered under the name of the command's file, and the command runs with
THENVOI_API_KEY, THENVOI_AGENT_ID and THENVOI_BASE_URL set. The sandbox ends with it, and with its exit code.
`;

/** What the command line asks for. */
export interface CommandLine {
  readonly port: number;
  readonly host: string;
  readonly data: string | undefined;
  readonly profile: "platform" | "phoenix";
  readonly seed: "demo" | undefined;
  readonly json: boolean;
  readonly help: boolean;
  /** Empty when there is none. */
  readonly command: readonly string[];
}

/** What is to be said: `say TEXT`. */
export interface SayLine {
  readonly text: string;
  readonly url: string;
  readonly key: string | undefined;
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
    profile: readProfile(values.profile),
    seed: readSeed(values.seed),
    json: values.json,
    help: values.help,
    command,
  };
}

/** Reads what follows `say`. Throws a {@link UsageError} when there is nothing to say, or a flag is unknown. */
export function readSayLine(args: readonly string[]): SayLine {
  const options = { url: { type: "string", default: "http://127.0.0.1:4000" }, key: { type: "string" } } as const;
  const { values, positionals } = orUsageError(() => parseArgs({ args: [...args], options, allowPositionals: true }));
  const text = positionals.join(" ").trim();
  if (text === "") throw new UsageError('say what? Like this: say "@dana/agent hello".');
  if (!URL.canParse(values.url)) throw new UsageError(`--url takes an address, not ${JSON.stringify(values.url)}.`);
  return { text, url: new URL(values.url).origin, key: values.key };
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
  const options = {
    port: { type: "string", default: "4000" },
    host: { type: "string", default: "127.0.0.1" },
    data: { type: "string" },
    profile: { type: "string", default: "platform" },
    seed: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  } as const;
  return orUsageError(() => parseArgs({ args: [...args], options })).values;
}

/** What is wrong with the arguments, in the first sentence of whoever noticed. */
function orUsageError<Result>(read: () => Result): Result {
  try {
    return read();
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

function readProfile(profile: string): "platform" | "phoenix" {
  if (profile === "platform" || profile === "phoenix") return profile;
  throw new UsageError(`--profile is platform or phoenix, not ${JSON.stringify(profile)}.`);
}
