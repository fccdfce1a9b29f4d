#!/usr/bin/env node
import { once } from "node:events";
import { agentNameOf, type CommandLine, readCommandLine, readSayLine, UsageError, usage } from "./command-line.ts";
import { SandboxError } from "./http-server.ts";
import { runCommand } from "./run-command.ts";
import { type Sandbox, startSandbox } from "./sandbox.ts";
import { SayError, say } from "./say.ts";
import { demoUser } from "./seed.ts";
import type { Credentials } from "./testing/roster.ts";

/** Starts a sandbox and stays until it is told to stop, or its command ends. The result is the exit code. */
async function main(args: readonly string[]): Promise<number> {
  if (args[0] === "say") return speak(args.slice(1));
  const line = readCommandLine(args);
  if (line.help) {
    process.stdout.write(usage);
    return 0;
  }
  const { port, host, data, profile, seed } = line;
  await using sandbox = await startSandbox({
    port,
    host,
    profile,
    ...(data !== undefined && { data }),
    ...(seed !== undefined && { seed }),
  });
  return line.command.length > 0 ? await runAgent(sandbox, line) : await stay(sandbox, line);
}

/** Says something on a platform that runs, and prints the answer. */
async function speak(args: readonly string[]): Promise<number> {
  const { text, url, key } = readSayLine(args);
  for await (const line of say({ text, url, apiKey: key ?? demoUser.apiKey, answerMs: 30_000 }))
    process.stdout.write(`${line}\n`);
  return 0;
}

async function stay(sandbox: Sandbox, line: CommandLine): Promise<number> {
  announce(sandbox, line, sandbox.users.length > 0 ? accounts(sandbox) : ["  no accounts yet; --seed demo makes some"]);
  const stop = new AbortController();
  const { signal } = stop;
  await Promise.race([once(process, "SIGINT", { signal }), once(process, "SIGTERM", { signal })]);
  stop.abort();
  return 0;
}

async function runAgent(sandbox: Sandbox, line: CommandLine): Promise<number> {
  const handle = `${demoUser.handle}/${agentNameOf(line.command)}`;
  const credentials = await enrol(sandbox, handle);
  announce(sandbox, line, [
    ...accounts(sandbox),
    "",
    `Running ${line.command.join(" ")} as ${handle}. Say something to it from another terminal:`,
    `  ${sayCommand(sandbox)} "@${handle} hello"`,
  ]);
  return runCommand(line.command, credentials);
}

/** Makes the agent, its owner, and a room with the two of them where there is none yet. */
async function enrol(sandbox: Sandbox, handle: string): Promise<Credentials> {
  sandbox.registerUser(demoUser.handle, demoUser);
  const credentials = sandbox.registerAgent(handle);
  if (sandbox.roomsOf(handle).length === 0) await sandbox.room({ users: [demoUser.handle], agents: [handle] });
  return credentials;
}

/** How to reach `say` from where we were started: inside the repository it is a script. */
function sayCommand({ url }: Sandbox): string {
  const command = process.env.npm_lifecycle_event === "sandbox" ? "pnpm say" : "npx @thenvoi/sandbox say";
  return url === "http://127.0.0.1:4000" ? command : `${command} --url ${url}`;
}

function announce(sandbox: Sandbox, { json }: CommandLine, lines: readonly string[]): void {
  const { url, socketUrl, users, agents } = sandbox;
  if (json) process.stdout.write(`${JSON.stringify({ url, socketUrl, users, agents })}\n`);
  else process.stdout.write([`Thenvoi sandbox: ${url}`, ...lines, ""].join("\n"));
}

function accounts({ users, agents }: Sandbox): readonly string[] {
  const all = [...users, ...agents];
  const width = Math.max(...all.map(({ handle }) => handle.length));
  return all.map(({ handle, apiKey }) => `  ${handle.padEnd(width)}  ${apiKey}`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n\n${usage}`);
    process.exitCode = 2;
  } else if (error instanceof SayError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  } else if (error instanceof SandboxError) {
    process.stderr.write(`The sandbox can't start: ${error.message}.\n`);
    process.exitCode = 1;
  } else throw error;
}
