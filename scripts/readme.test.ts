import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RoomHandle, type Sandbox, startSandbox } from "../packages/sandbox/src/index.ts";
import { codeBlocks, codeSpans, tableRows } from "./markdown.ts";
import { ReadmePrograms, RunningProgram } from "./readme-programs.ts";

const root = join(import.meta.dirname, "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

const pages = {
  root: read("README.md"),
  core: read("packages/core/README.md"),
  sandbox: read("packages/sandbox/README.md"),
};
const protocol = read("PROTOCOL.md");
const faults = tableRows(read("docs/sandbox.md"), "name").map(([name = "", , inTest = "", overHttp = ""]) => ({
  name,
  inTest: codeSpans(inTest).join(),
  overHttp: codeSpans(overHttp).join(),
}));

let programs: ReadmePrograms;

beforeAll(async () => {
  programs = await ReadmePrograms.write(pages);
  await programs.add(
    "sandbox/faults.ts",
    `import { startSandbox } from "@thenvoi/sandbox";
     await using sandbox = await startSandbox({ seed: "demo" });
     const { faults } = sandbox;
     ${faults.map(({ inTest }) => `${inTest};`).join("\n")}
     console.log("all scripted");`,
  );
  await programs.add("sandbox/example.test.ts", firstBlock(pages.sandbox, "ts"));
});

afterAll(() => programs[Symbol.asyncDispose]());

test("every TypeScript block compiles", async () => {
  await using compiler = programs.tool("typescript/bin/tsc", ["-p", "."]);
  expect(await compiler.ended).toEqual({ code: 0, stdout: "", stderr: "" });
});

test.concurrent("the agent of the repository's README answers until it is interrupted", async ({ expect }) => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["dana"], agents: ["weather"] });
  await using agent = programs.run("root/1.ts", { env: keysOf(sandbox) });

  expect(await answer(room, "@weather hello", agent)).toMatch(/^I know 1 things said here\. You said: .*hello$/u);
  expect(room.timeline().map(({ type }) => type)).toEqual(["text", "thought", "text"]);

  await room.settled();
  agent.interrupt();
  expect(await agent.ended).toMatchObject({ code: 0 });
  expectDescribed(sandbox);
});

test.concurrent("core's first example answers people, and tells why it ended", async ({ expect }) => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["dana"], agents: ["weather"] });
  await using agent = programs.run("core/1.ts", { env: keysOf(sandbox) });

  expect(await answer(room, "@weather hello", agent)).toBe("I have seen 2 words in this room.");

  await room.settled();
  agent.interrupt();
  expect(await agent.ended).toMatchObject({ code: 0, stdout: "Ended: signal\n" });
  expectDescribed(sandbox);
});

test.concurrent("an agent asks another one, and answers with what it heard", async ({ expect }) => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["dana"], agents: ["planner"] });
  using _weather = sandbox.script("weather", ["Not today."]);
  await using agent = programs.run("core/ask.ts", { env: keysOf(sandbox, "planner") });

  expect(await answer(room, "@planner picnic?", agent)).toBe("I asked, and heard: Not today.");

  await room.settled();
  expectDescribed(sandbox);
});

test.concurrent("an agent takes its settings from agent_config.yaml", async ({ expect }) => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["dana"], agents: ["weather"] });
  const { agentId, apiKey, baseUrl } = sandbox.credentials("weather");
  const config = firstBlock(pages.core, "yaml")
    .replace(/(?<=agent_id: )\S+/u, agentId)
    .replace(/(?<=api_key: )\S+/u, apiKey)
    .replace(/(?<=rest_url: )\S+/u, baseUrl);
  await programs.add("core/agent_config.yaml", config);
  await using agent = programs.run("core/2.ts");

  expect(await answer(room, "@weather will it rain?", agent)).toBe("No rain.");
});

test.concurrent("the cron job answers what waits in all rooms, and ends", async ({ expect }) => {
  await using sandbox = await startSandbox();
  const hers = await sandbox.room({ users: ["dana"], agents: ["weather"] });
  const his = await sandbox.room({ users: ["ben"], agents: ["dana/weather"] });
  await hers.as("dana").say("@weather one");
  await hers.as("dana").say("@weather two");
  await his.as("ben").say("@weather three");
  await using job = programs.run("core/cron.ts", { env: keysOf(sandbox) });

  const { code, stdout } = await job.ended;
  expect({ code, stdout }).toEqual({ code: 0, stdout: "answered 3, failed 0, skipped 0, rooms with more 0\n" });
  expect(hers.said().slice(2)).toEqual([expect.stringMatching(/Heard: .*one$/u), expect.stringMatching(/two$/u)]);
  expect(his.said().at(-1)).toBe("There is no dana here, only @ben.");
  expectDescribed(sandbox);
});

test.concurrent("the webhook settles the message it is told of", async ({ expect }) => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["dana"], agents: ["weather"] });
  const { id } = await room.as("dana").say("@weather hello");
  await programs.add(
    "core/post.ts",
    `import { POST } from "./webhook.ts";
     const answer = await POST(new Request("http://localhost/" + process.argv[2], { method: "POST" }));
     console.log(await answer.text());`,
  );
  await using post = programs.run("core/post.ts", { env: keysOf(sandbox), args: [`?room=${room.id}&message=${id}`] });

  expect(await post.ended).toMatchObject({ code: 0, stdout: '{"outcome":"processed"}\n' });
  expect(room.delivery("weather")).toBe("processed");
});

test.concurrent("a program speaks in a room from outside a turn, and wakes the agent", async ({ expect }) => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["dana"], agents: ["weather"] });
  await using program = programs.run("core/speak.ts", { env: keysOf(sandbox), args: [room.id] });

  expect(await program.ended).toMatchObject({ code: 0, stdout: "processed\n" });
  expect(room.said()).toEqual(["@dana The backup is done.", "@dana Heard: Sum up the day."]);
});

test.concurrent("a script says good morning in every room", async ({ expect }) => {
  await using sandbox = await startSandbox();
  const titled = await sandbox.room({ users: ["dana", "ben"], agents: ["weather"], title: "picnic" });
  await using script = programs.run("core/client.ts", { env: keysOf(sandbox) });

  expect(await script.ended).toMatchObject({ code: 0 });
  expect(titled.said()).toEqual([expect.stringMatching(/Good morning, picnic\.$/u)]);
  expectDescribed(sandbox);
});

test.concurrent("the example of a test passes", async ({ expect }) => {
  const report = join(programs.folder, "report.json");
  const args = ["run", "--reporter=json", `--outputFile=${report}`, "sandbox/example.test.ts"];
  await using run = programs.tool("vitest/vitest.mjs", args);
  expect(await run.ended).toMatchObject({ code: 0 });
  expect(JSON.parse(readFileSync(report, "utf8"))).toMatchObject({ numPassedTests: 1, numTotalTests: 1 });
});

test.concurrent("each fault can be scripted as its row says, in a test", async ({ expect }) => {
  await using program = programs.run("sandbox/faults.ts");
  expect(await program.ended).toEqual({ code: 0, stdout: "all scripted\n", stderr: "" });
});

test.concurrent("each fault can be scripted as its row says, over HTTP", async ({ expect }) => {
  await using sandbox = await startSandbox({ seed: "demo" });
  const answers = await Promise.all(
    faults.map(async ({ name, overHttp }) => {
      const [, method = "", path = "", body = ""] = /^(\S+) (\S+) (\{.*\})$/u.exec(overHttp) ?? [];
      const answer = await fetch(`${sandbox.url}${path}`, { method, body });
      const told: unknown = answer.status === 201 ? await answer.json() : {};
      return {
        overHttp,
        ok: answer.ok,
        name,
        told: typeof told === "object" && told && "name" in told ? told.name : "",
      };
    }),
  );
  expect(answers.filter(({ ok }) => !ok)).toEqual([]);
  expect(answers.map(({ told }) => told)).toEqual(answers.map(({ name }) => name));
  expect(answers.length).toBeGreaterThan(40);
});

test("every fault that has a name stands in the list", () => {
  const standing = [...read("packages/sandbox/src/faults/faults.ts").matchAll(/name: "([^"]+)"/gu)];
  const told = [...read("packages/sandbox/src/faults/names.ts").matchAll(/(?:return|\?|:) "([^"]+)"(?! in)/gu)];
  const plain = ["drop frame", "duplicate frame", "reorder frame"];
  const names = [...plain, ...[...standing, ...told].map(([, name]) => name ?? "")];
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !faults.some((fault) => fault.name === name))).toEqual([]);
});

test.concurrent("the sandbox prints the JSON that its README shows", async ({ expect }) => {
  await using sandbox = runSandbox("--seed", "demo", "--json", "--port", "0");
  const shown: unknown = JSON.parse(firstBlock(pages.sandbox, "json"));
  const line = await sandbox.firstLine;
  const printed = line.replaceAll(/127\.0\.0\.1:\d+/gu, "127.0.0.1:4000").replaceAll(/"id":"[^"]+"/gu, '"id":"…"');
  expect(JSON.parse(printed)).toEqual(shown);
});

test.concurrent("the sandbox knows the flags that its README shows", async ({ expect }) => {
  await using sandbox = runSandbox("--help");
  const { stdout } = await sandbox.ended;
  for (const line of firstBlock(pages.sandbox, "text").trim().split("\n")) expect(stdout).toContain(line);
});

/** What the agent answers dana. Throws what it wrote to stderr if it ends without a word. */
function answer(room: RoomHandle, text: string, agent: RunningProgram): Promise<string> {
  const died = agent.ended.then(({ code, stderr }) => {
    throw new Error(`The agent ended with code ${code}:\n${stderr}`);
  });
  return Promise.race([room.as("dana").ask(text, { timeoutMs: 30_000 }), died]);
}

/** What a program needs to be an agent. */
function keysOf(sandbox: Sandbox, agent = "weather"): NodeJS.ProcessEnv {
  const { apiKey, baseUrl } = sandbox.credentials(agent);
  return { THENVOI_API_KEY: apiKey, THENVOI_BASE_URL: baseUrl };
}

/** Every request that was made stands in PROTOCOL.md, as `POST …/messages`. */
function expectDescribed(sandbox: Sandbox): void {
  const made = sandbox.requests().flatMap(({ method, path }) => {
    const short = path
      .replace(/^\/api\/v1\//u, "")
      .replace(/^agent\/chats\/[0-9a-f-]{36}/u, "…")
      .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/gu, "{id}");
    return method === "UPGRADE" ? [] : [`${method} ${short}`];
  });
  expect(made.length).toBeGreaterThan(0);
  expect([...new Set(made)].filter((request) => !protocol.includes(`\`${request}\``))).toEqual([]);
}

function firstBlock(page: string, language: string): string {
  const block = codeBlocks(page).find((each) => each.language === language);
  if (block === undefined) throw new Error(`The page has no ${language} block`);
  return block.text;
}

function runSandbox(...args: readonly string[]): RunningProgram {
  return new RunningProgram([join(root, "packages/sandbox/src/cli.ts"), ...args], { cwd: root });
}
