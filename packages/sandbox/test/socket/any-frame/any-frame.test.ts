import { copyFileSync, existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type RoomHandle, type Sandbox, startSandbox } from "../../../src/index.ts";
import { type Frame, keyOf, RawClient } from "../../support/raw-client.ts";
import { ExpectedAnswers } from "./expected.ts";
import { anyMessage } from "./messages.ts";

let folder: string;
let data: string;
let sandbox: Sandbox;
let room: RoomHandle;
let before: string;
/** Somebody else's connection, in the same room, that nothing of this may reach. */
let bystander: RawClient;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "any-frame-"));
  data = join(folder, "world.db");
  sandbox = await startSandbox({ data, idleTimeoutMs: 600_000 }); // the bystanders say nothing until the end
  room = await sandbox.room({ users: ["ada", "bob"], agents: ["weather"] });
  await sandbox.room({ users: ["bob"], agents: ["weather"] });
  await room.as("bob").say("@weather waiting");
  bystander = await RawClient.as(sandbox, "weather");
  await bystander.join(`chat_room:${room.id}`, "1");
  before = everything();
});

afterEach(async () => {
  await bystander[Symbol.asyncDispose]();
  await sandbox.stop();
  await rm(folder, { recursive: true });
});

/** All rows of all tables, read from a copy: the file itself is the sandbox's alone while it runs. */
function everything(): string {
  const copy = join(folder, "copy.db");
  for (const part of ["", "-wal"]) if (existsSync(data + part)) copyFileSync(data + part, copy + part);
  using database = new DatabaseSync(copy);
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").all();
  return JSON.stringify(tables.map(({ name }) => [name, database.prepare(`SELECT * FROM "${String(name)}"`).all()]));
}

/** Nothing changed, nobody was disturbed, and the platform works on. */
async function expectUntouched(): Promise<void> {
  expect(everything()).toBe(before);
  expect(await bystander.received()).toEqual([]);
  expect(sandbox.connections("weather")).toMatchObject([{ topics: [`chat_room:${room.id}`] }]);
  await room.as("bob").say("@weather still there?");
  expect((await bystander.received()).map(([, , , event]) => event)).toEqual(["message_created"]);
  expect(everything()).not.toBe(before); // a change would have been seen
}

test("whatever is sent on a socket gets the platform's answer, changes nothing and reaches nobody else", async () => {
  const ada = sandbox.users.find(({ handle }) => handle === "ada")?.id ?? "";
  const roomKinds = ["chat_room", "room_participants", "room_tasks"];
  const own = [...roomKinds.map((kind) => `${kind}:${room.id}`), `user_rooms:${ada}`, `user_contacts:${ada}`];
  const [foreign] = sandbox.roomsOf("bob").filter(({ id }) => id !== room.id);
  const topics = [...own, `chat_room:${foreign?.id}`, `agent_control:${sandbox.credentials("weather").agentId}`];
  const counts = { sockets: 0, messages: 0, frames: 0, closed: 0 };

  const conversation = fc.array(anyMessage(topics), { minLength: 1, maxLength: 40, size: "max" });
  await fc.assert(
    fc.asyncProperty(conversation, async (messages) => {
      await using client = await RawClient.as(sandbox, "ada");
      const answers = new ExpectedAnswers(own);
      const expected: unknown[] = [];
      let code: number | undefined;
      for (const message of messages) {
        client.webSocket.send(message);
        if (code !== undefined) continue; // nobody reads it
        counts.messages += 1;
        const answer = answers.to(message);
        if (typeof answer === "number") code = answer;
        else expected.push(...answer);
      }
      const ending = code === undefined ? { frames: await client.received() } : await client.untilClosed();
      expect(ending).toEqual({ frames: asSent(expected), ...(code !== undefined && { code }) });
      counts.sockets += 1;
      counts.frames += expected.length;
      counts.closed += code === undefined ? 0 : 1;
    }),
    { numRuns: 800, seed: 42 },
  );

  await expectUntouched();
  process.stdout.write(
    `any frame: ${counts.messages} messages on ${counts.sockets} sockets, ${counts.frames} frames came back, ${counts.closed} sockets were closed with 1011\n`,
  );
});

test("whatever bytes follow an upgrade, the server lives, changes nothing and disturbs nobody", async () => {
  const key = keyOf(sandbox, "ada");
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 400 }), { minLength: 1, maxLength: 5 }), async (chunks) => {
      await afterUpgrade(key, chunks);
      sent += chunks.length;
    }),
    { numRuns: 300, seed: 42 },
  );
  await expect.poll(() => sandbox.connections("ada")).toEqual([]);
  await expectUntouched();
  process.stdout.write(`any bytes: ${sent} chunks on 300 sockets\n`);
});

/** Opens a socket by hand, writes the bytes and hangs up; ends when the connection has. */
async function afterUpgrade(key: string, chunks: readonly Uint8Array[]): Promise<void> {
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    "x-api-key": key,
  };
  await new Promise<void>((resolve, reject) => {
    const asked = request(`${sandbox.url}/api/v1/socket/websocket?vsn=2.0.0`, { headers });
    asked.once("error", reject);
    asked.once("upgrade", (_response, socket) => {
      socket.on("error", () => {}); // a reset is one way to be told
      socket.once("close", () => resolve());
      socket.resume();
      for (const chunk of chunks) socket.write(chunk);
      socket.end();
    });
    asked.end();
  });
}

/** Frames as they are after being written and read: `-0` is 0, for instance. */
function asSent(frames: readonly unknown[]): Frame[] {
  const sent: Frame[] = JSON.parse(JSON.stringify(frames));
  return sent;
}
