import { mkdtempDisposable } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRoomAgent, type RoomAgentOptions } from "@thenvoi/core";
import { type Credentials, startSandbox } from "@thenvoi/sandbox";
import { describe, expect, test } from "vitest";
import { answers, attempts, repeatLastWord, sayAll, untilAborted } from "../support/conversation.ts";
import { runProgram } from "../support/run-program.ts";
import { soon } from "../support/soon.ts";
import { quick, startAgent } from "../support/start-agent.ts";

/** A server on the loopback that is not the platform. */
async function startOther(answer: RequestListener) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** What `start()` says instead of starting, without the addresses and ids that change. */
async function refusal(settings: Partial<RoomAgentOptions>) {
  await using agent = createRoomAgent({ handler: repeatLastWord, timing: quick, logger: false, ...settings });
  const error: unknown = await agent.start().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof Error ? general(error.message) : error;
}

function general(text: string): string {
  return text.replaceAll(/127\.0\.0\.1:\d+/gu, "host").replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/gu, "some-id");
}

describe("another process with the same key", () => {
  test("takes over, and the first ends for good with code 75 and a sentence that says why", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await using first = runProgram(sandbox.credentials("weather"));
    expect(await room.as("ada").ask("@weather who?", { timeoutMs: 15_000 })).toBe(`from ${first.pid}`);

    await using second = runProgram(sandbox.credentials("weather"));

    expect(await first.ended()).toBe(75);
    expect(first.stderr().slice(1).map(general)).toMatchInlineSnapshot(`
      [
        "ws://host/api/v1/socket: another process connected with this agent's key and took over; only one can run at a time, so stop the other one, or give this one a key of its own.",
      ]
    `);
    expect(await room.as("ada").ask("@weather who?", { timeoutMs: 15_000 })).toBe(`from ${second.pid}`);
    expect(sandbox.requests("UPGRADE").map((upgrade) => upgrade.status)).toEqual([101, 101]);
  });

  test("takes over a turn that runs, and what the first still says does not go out", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const late = Promise.withResolvers<unknown>();
    await using first = await startAgent(sandbox, "weather", async (turn) => {
      await untilAborted(turn.signal).catch(() => undefined);
      await turn.reply("from the first").catch(late.resolve);
    });
    await sayAll(room, ["1"]);
    await expect.poll(() => room.delivery("weather"), soon).toBe("processing");

    await using second = runProgram(sandbox.credentials("weather"));

    await room.settled({ timeoutMs: 15_000 });
    expect(await late.promise).toMatchObject({ code: "turn.closed" });
    expect(answers(room)).toEqual([`from ${second.pid}`]);
    expect(first.status()).toMatchObject({ stopReason: { kind: "superseded", exitCode: 75 } });
  });

  test("is turned away with code 75 where it asks to be, and the first goes on", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await using _first = await startAgent(sandbox, "weather", repeatLastWord);

    await using second = runProgram(sandbox.credentials("weather"), "reject");

    expect(await second.ended()).toBe(75);
    expect(second.stderr().map(general)).toMatchInlineSnapshot(`
      [
        "ws://host/api/v1/socket: the upgrade was refused with 409 connection_conflict, This agent already has a live connection; another process is connected as this agent and onConflict is "reject", so stop that one first, or use "supersede".",
      ]
    `);
    await sayAll(room, ["1"]);
    await expect.poll(() => answers(room), soon).toEqual(["1"]);
  });
});

describe("a key that is revoked while the agent runs", () => {
  test("ends its process with code 77, and nothing more is claimed", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await using program = runProgram(sandbox.credentials("weather"));
    await room.as("ada").ask("@weather who?", { timeoutMs: 15_000 });

    sandbox.revoke("weather");
    await sayAll(room, ["1", "2"]);

    expect(await program.ended()).toBe(77);
    expect(program.stderr().slice(1).map(general)).toMatchInlineSnapshot(`
      [
        "http://host no longer takes the API key (401); check whether it was revoked, and set the new one.",
      ]
    `);
    expect(attempts(room)).toEqual([1, 0, 0]);
  });

  test("aborts the turns that run", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const elsewhere = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const aborted = Promise.withResolvers<unknown>();
    await using agent = await startAgent(sandbox, "weather", (turn) =>
      untilAborted(turn.signal).catch(aborted.resolve),
    );
    await sayAll(room, ["1"]);
    await expect.poll(() => room.delivery("weather"), soon).toBe("processing");

    sandbox.revoke("weather");
    await sayAll(elsewhere, ["1"]);

    expect(await aborted.promise).toMatchObject({ name: "AbortError" });
    expect(agent.status()).toMatchObject({ stopReason: { kind: "unauthorized", exitCode: 77 } });
  });
});

describe("a mistake in the settings is one sentence that says what to set", () => {
  test("a key that nobody has", async () => {
    await using sandbox = await startSandbox();
    await using program = runProgram({ apiKey: "thnv_nobody", baseUrl: sandbox.url });
    expect(await program.ended()).toBe(77);
    expect(program.stderr().map(general)).toMatchInlineSnapshot(`
      [
        "http://host refused the API key (401); set THENVOI_API_KEY, or the option apiKey, to this agent's key, and check that it was not revoked.",
      ]
    `);
  });

  test("no key at all", async () => {
    await using program = runProgram({});
    expect(await program.ended()).toBe(78);
    expect(program.stderr()).toMatchInlineSnapshot(`
      [
        "No API key was found; set THENVOI_API_KEY to the agent's key, or pass the option apiKey.",
      ]
    `);
  });

  test("the key of a person", async () => {
    await using sandbox = await startSandbox();
    const { apiKey } = sandbox.registerUser("ada");
    expect(await refusal({ apiKey, baseUrl: sandbox.url })).toMatchInlineSnapshot(
      `"The option apiKey holds a person's key (it starts with band_u_), but an agent needs its own key, which the platform showed when the agent was registered."`,
    );
  });

  test("the key of a person that does not look like one", async () => {
    await using sandbox = await startSandbox();
    const { apiKey } = sandbox.registerUser("ada", { apiKey: "key-of-ada" });
    expect(await refusal({ apiKey, baseUrl: sandbox.url })).toMatchInlineSnapshot(
      `"http://host knows the API key but not as an agent's (403); set THENVOI_API_KEY to the key of an agent, not of a person."`,
    );
  });

  test("the id of another agent", async () => {
    await using sandbox = await startSandbox();
    sandbox.registerUser("ada");
    const { agentId } = sandbox.registerAgent("news");
    expect(await refusal({ ...sandbox.registerAgent("weather"), agentId })).toMatchInlineSnapshot(
      `"The API key belongs to ada/weather (some-id), not to the agent some-id; set THENVOI_AGENT_ID, or the option agentId, to the key's agent, or leave it out."`,
    );
  });

  test.each<[string, RequestListener, string]>([
    [
      "answers with a page",
      (_, answer) => answer.setHeader("content-type", "text/html").end("<h1>Welcome</h1>"),
      "http://host does not answer as the platform does (GET /api/v1/agent/me: 200 that can't be read, the text is not valid JSON); set THENVOI_BASE_URL, or the option baseUrl, to the platform's address, such as https://app.thenvoi.com.",
    ],
    [
      "does not know the path",
      (_, answer) => answer.writeHead(404).end("not here"),
      "http://host does not answer as the platform does (404); set THENVOI_BASE_URL, or the option baseUrl, to the platform's address, such as https://app.thenvoi.com.",
    ],
    [
      "sends us elsewhere",
      (_, answer) => answer.writeHead(302, { location: "https://example.com/" }).end(),
      "http://host does not answer as the platform does (GET /api/v1/agent/me: http://host answered with a redirect, which is refused because the key would travel along; check the base URL); set THENVOI_BASE_URL, or the option baseUrl, to the platform's address, such as https://app.thenvoi.com.",
    ],
  ])("the address of a server that %s", async (_, answer, sentence) => {
    await using other = await startOther(answer);
    expect(await refusal({ apiKey: "thnv_weather", baseUrl: other.url })).toBe(sentence);
  });
});

test("a platform that is not up yet is waited for, which one line says", async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), "late-"));
  const data = join(directory.path, "platform.sqlite");
  let credentials: Credentials;
  let port: number;
  {
    await using earlier = await startSandbox({ data });
    const room = await earlier.room({ users: ["ada"], agents: ["weather"] });
    await sayAll(room, ["1"]);
    credentials = earlier.credentials("weather");
    port = Number(new URL(earlier.url).port);
  }
  const lines: string[] = [];
  const logger = {
    debug() {},
    info: (line: string) => lines.push(line),
    warn: (line: string) => lines.push(line),
    error() {},
  };
  await using agent = createRoomAgent({ ...credentials, handler: repeatLastWord, timing: quick, logger });
  const started = agent.start();
  await expect.poll(() => lines, soon).toHaveLength(1);

  await using sandbox = await startSandbox({ data, port });

  await started;
  const [room] = sandbox.roomsOf("ada");
  await expect.poll(() => room && answers(room), soon).toEqual(["1"]);
  expect(lines.map(general)).toMatchInlineSnapshot(`
    [
      "http://host can't be reached (GET /api/v1/agent/me: no connection, connect ECONNREFUSED host) and is asked again until it answers; check that it is up and that THENVOI_BASE_URL is right.",
      "ada/weather is in 1 room on host",
    ]
  `);
});
