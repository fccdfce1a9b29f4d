import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { agentNameOf, readCommandLine } from "../src/command-line.ts";
import { startSandbox } from "../src/index.ts";

const cli = fileURLToPath(new URL("../src/cli.ts", import.meta.url));

/** The command line program as a process of its own. */
class Cli implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly exit: Promise<number | null>;
  stdout = "";
  stderr = "";
  readonly #firstLine: Promise<string>;

  constructor(...args: readonly string[]) {
    const child = spawn(process.execPath, [cli, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    this.child = child;
    this.exit = once(child, "close").then(([code]) => (typeof code === "number" ? code : null));
    this.#firstLine = once(createInterface(child.stdout), "line").then(([line]) => String(line));
    child.stdout.on("data", (chunk) => {
      this.stdout += String(chunk);
    });
    child.stderr.on("data", (chunk) => {
      this.stderr += String(chunk);
    });
  }

  /** The first line on stdout, as the JSON it is. */
  async announced(): Promise<Announced> {
    const value: Announced = JSON.parse(await this.#firstLine);
    return value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill("SIGKILL");
    await this.exit;
  }
}

interface Announced {
  readonly url: string;
  readonly socketUrl: string;
  readonly users: readonly { readonly id: string; readonly handle: string; readonly apiKey: string }[];
  readonly agents: readonly {
    readonly id: string;
    readonly handle: string;
    readonly name: string;
    readonly apiKey: string;
  }[];
}

async function api(
  url: string,
  apiKey: string,
  body?: object,
): Promise<{ readonly status: number; readonly data: unknown }> {
  const answer = await fetch(url, {
    headers: { "x-api-key": apiKey, "content-type": "application/json" },
    ...(body && { method: "POST", body: JSON.stringify(body) }),
  });
  const whole: unknown = await answer.json();
  const data = typeof whole === "object" && whole !== null && "data" in whole ? whole.data : undefined;
  return { status: answer.status, data };
}

test("--json announces everything in one line, the platform is there, and SIGTERM ends it with 0", async () => {
  await using sandbox = new Cli("--port", "0", "--seed", "demo", "--json");
  const announced = await sandbox.announced();
  expect(announced).toEqual({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    socketUrl: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/api\/v1\/socket\/websocket$/),
    users: [{ id: expect.any(String), handle: "dana", apiKey: "band_u_demo_dana" }],
    agents: [
      { id: expect.any(String), handle: "dana/planner", name: "Planner", apiKey: "band_a_demo_planner" },
      { id: expect.any(String), handle: "dana/weather", name: "Weather", apiKey: "band_a_demo_weather" },
    ],
  });
  const me = await api(`${announced.url}/api/v1/agent/me`, "band_a_demo_planner");
  expect(me).toMatchObject({ status: 200, data: { handle: "dana/planner" } });
  sandbox.child.kill("SIGTERM");
  expect(await sandbox.exit).toBe(0);
  expect(sandbox.stdout.trim().split("\n")).toHaveLength(1);
});

test("without --json it says where it is and which keys there are", async () => {
  await using sandbox = new Cli("--port", "0", "--seed", "demo");
  await expect
    .poll(() => sandbox.stdout)
    .toMatch(/^Thenvoi sandbox: http:\/\/127\.0\.0\.1:\d+\n.*dana\/weather +band_a_demo_weather\n/s);
});

test("a taken port is one clear sentence and exit code 1", async () => {
  await using taken = await startSandbox();
  const port = new URL(taken.url).port;
  await using sandbox = new Cli("--port", port);
  expect(await sandbox.exit).toBe(1);
  expect(sandbox.stderr).toBe(
    `The sandbox can't start: port ${port} on 127.0.0.1 is taken; choose another port, or 0 for a free one.\n`,
  );
  expect(sandbox.stdout).toBe("");
});

test("--data keeps the state over a kill", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sandbox-cli-"));
  const args = ["--port", "0", "--seed", "demo", "--json", "--data", join(folder, "state.db")];
  try {
    await using first = new Cli(...args);
    const before = await first.announced();
    const created = await api(`${before.url}/api/v1/me/chats`, "band_u_demo_dana", { chat: { title: "Picnic" } });
    expect(created.status).toBe(201);
    first.child.kill("SIGKILL");
    await first.exit;
    await using second = new Cli(...args);
    const after = await second.announced();
    expect([after.users, after.agents]).toEqual([before.users, before.agents]);
    expect(await api(`${after.url}/api/v1/me/chats`, "band_u_demo_dana")).toMatchObject({
      data: [{ title: "Picnic" }],
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a command runs as an agent of its own, with its credentials, and its exit code is the sandbox's", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sandbox-cli-"));
  const script = join(folder, "Lunch Bot.mjs");
  await writeFile(
    script,
    `const { THENVOI_API_KEY: key, THENVOI_AGENT_ID: id, THENVOI_BASE_URL: url } = process.env;
     const me = await (await fetch(url + "/api/v1/agent/me", { headers: { "x-api-key": key } })).json();
     const rooms = await (await fetch(url + "/api/v1/agent/chats", { headers: { "x-api-key": key } })).json();
     console.log(JSON.stringify({ handle: me.data.handle, isMe: me.data.id === id, rooms: rooms.data.length, args: process.argv.slice(2), home: Boolean(process.env.PATH) }));
     process.exitCode = 7;`,
  );
  try {
    await using sandbox = new Cli("--port", "0", "--json", "--", process.execPath, script, "--port", "x");
    const announced = await sandbox.announced();
    expect(await sandbox.exit).toBe(7);
    expect(announced.agents.map(({ handle }) => handle)).toEqual(["dana/lunch-bot"]);
    expect(announced.users.map(({ apiKey }) => apiKey)).toEqual(["band_u_demo_dana"]);
    const said: unknown = JSON.parse(sandbox.stdout.trim().split("\n").at(-1) ?? "");
    expect(said).toEqual({ handle: "dana/lunch-bot", isMe: true, rooms: 1, args: ["--port", "x"], home: true });
    await expect(fetch(announced.url)).rejects.toThrow();
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("with a command it says how to talk to it; SIGTERM is handed on, and the sandbox ends with the command", async () => {
  const agent = 'process.on("SIGTERM", () => process.exit(5)); setInterval(() => {}, 1000); console.log("agent is up")';
  await using sandbox = new Cli("--port", "0", "--", process.execPath, "-e", agent);
  await expect.poll(() => sandbox.stdout).toMatch(/^agent is up$/m);
  expect(sandbox.stdout).toMatch(/npx @thenvoi\/sandbox say --url http:\/\/127\.0\.0\.1:\d+ "@dana\/agent hello"/);
  expect(sandbox.stdout).toMatch(/dana +band_u_demo_dana/);
  sandbox.child.kill("SIGTERM");
  expect(await sandbox.exit).toBe(5);
});

test("a command that can't be started is one sentence and exit code 1", async () => {
  await using sandbox = new Cli("--port", "0", "--", "no-such-program-anywhere");
  expect(await sandbox.exit).toBe(1);
  expect(sandbox.stderr).toMatch(/^The sandbox can't start: no-such-program-anywhere can't be started: .*\.\n$/);
});

test.each([
  { args: ["--prot", "1"], sentence: "Unknown option '--prot'." },
  { args: ["stray"], sentence: "Unexpected argument 'stray'." },
  { args: ["--port", "many"], sentence: '--port takes a number from 0 to 65535, not "many".' },
  { args: ["--port", "65536"], sentence: '--port takes a number from 0 to 65535, not "65536".' },
  { args: ["--profile", "horse"], sentence: '--profile is platform or phoenix, not "horse".' },
  { args: ["--seed", "grass"], sentence: '--seed knows only "demo", not "grass".' },
  { args: ["--"], sentence: "After -- comes the command to run, and there is none." },
])("$args can't be read: $sentence", ({ args, sentence }) => {
  expect(() => readCommandLine(args)).toThrow(sentence);
});

test("an unknown flag is one sentence, the usage, and exit code 2; --help is the usage and 0", async () => {
  await using wrong = new Cli("--prot", "1");
  await using help = new Cli("--help");
  expect(await wrong.exit).toBe(2);
  expect(wrong.stderr).toMatch(/^Unknown option '--prot'\.\n\nUsage: thenvoi-sandbox /);
  expect(await help.exit).toBe(0);
  expect(help.stdout).toMatch(/^Usage: thenvoi-sandbox /);
});

test.each([
  [["tsx", "agent.ts"], "agent"],
  [["node", "src/Weather Bot.mjs", "--port", "1"], "weather-bot"],
  [["python3", "-u", "bots/planner.py"], "planner"],
  [["./run-me"], "agent"],
])("the agent of %s is %s", (command, name) => {
  expect(agentNameOf(command)).toBe(name);
});
