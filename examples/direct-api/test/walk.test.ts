import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type RoomHandle, type Sandbox, startSandbox } from "@thenvoi/sandbox";
import { afterEach, beforeEach, expect, test } from "vitest";

const main = join(import.meta.dirname, "../src/main.ts");
let sandbox: Sandbox;
let room: RoomHandle;
let agent: ChildProcess | undefined;

beforeEach(async () => {
  sandbox = await startSandbox();
  room = await sandbox.room({ users: ["ada"], agents: ["parrot"] });
});

afterEach(async () => {
  agent?.kill("SIGKILL");
  await sandbox.stop();
});

function start(): ChildProcess {
  const { apiKey, baseUrl } = sandbox.credentials("parrot");
  const env = { ...process.env, THENVOI_API_KEY: apiKey, THENVOI_BASE_URL: baseUrl };
  agent = spawn(process.execPath, [main], { env, stdio: "ignore" });
  return agent;
}

async function live(): Promise<void> {
  await expect.poll(() => sandbox.connections("parrot")[0]?.topics ?? []).toContain(`chat_room:${room.id}`);
}

test("what was said before it came, while it is there, and in a new room is answered once and processed", async () => {
  await room.as("ada").say("@parrot early");
  start();
  await live();
  await room.as("ada").say("@parrot now");
  const other = await sandbox.room({ users: ["ada"], agents: ["parrot"] });
  expect(await other.as("ada").ask("@parrot and here?")).toBe("You said: and here?");
  await Promise.all([room.settled(), other.settled()]);
  const said = room.said();
  expect(said.filter((text) => text.startsWith("@ada "))).toEqual(["@ada You said: early", "@ada You said: now"]);
  expect(room.delivery("parrot")).toBe("processed");
});

test("it joins its topics in the documented order, control first", async () => {
  start();
  await live();
  const { agentId } = sandbox.credentials("parrot");
  const topics = sandbox.connections("parrot")[0]?.topics;
  expect(topics).toEqual([`agent_control:${agentId}`, `agent_rooms:${agentId}`, `chat_room:${room.id}`]);
});

test("after its connection was cut it comes back, and answers what was said meanwhile", async () => {
  start();
  await live();
  sandbox.faults.cutSockets();
  await room.as("ada").say("@parrot are you there?");
  await expect.poll(() => room.said().at(-1)).toBe("@ada You said: are you there?");
});

test("a message it can't answer is tried three times and then given up in the open; the next one is answered", async () => {
  const refused = sandbox.faults.times(3, "POST messages", { status: 500 });
  await room.as("ada").say("@parrot one");
  await room.as("ada").say("@parrot two");
  start();
  await expect.poll(() => room.said().at(-1)).toBe("@ada You said: two");
  await room.settled();
  expect(refused.hits).toBe(3);
  const errors = room.timeline().filter(({ type }) => type === "error");
  expect(errors).toHaveLength(1);
});

test("superseded by another process with its key, it ends; so it does with SIGTERM", async () => {
  const first = start();
  await live();
  const gone = once(first, "exit");
  const second = start();
  expect(await gone).toEqual([0, null]);
  await live();
  const ended = once(second, "exit");
  second.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
});
