import { on, once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { BadNetwork } from "./bad-network.ts";
import { Chance } from "./chance.ts";
import { runChaos } from "./run-chaos.ts";
import { judge, type RoomRecord } from "./verdict.ts";

test("through kills, pauses, terms and a bad network, each message is answered once and in order", {
  timeout: 240_000,
}, async () => {
  const { verdict, mistakes, messages, kills } = await runChaos({ seed: 1, durationMs: 10_000, rooms: 3 });

  expect(mistakes).toEqual([]);
  expect(verdict).toEqual({ lost: 0, reordered: 0, saidTwice: 0, unsettled: 0, givenUp: 0 });
  expect(messages).toBeGreaterThan(20);
  expect(kills).toBeGreaterThan(0);
});

const clean: RoomRecord = { said: ["1", "2", "3"], answered: ["1", "2", "3"], unsettled: 0, givenUp: 0 };

test.each<[string, Partial<RoomRecord>, object]>([
  ["finds nothing where nothing is wrong", {}, {}],
  ["counts a message without an answer", { answered: ["1", "3"] }, { lost: 1 }],
  ["counts an answer out of its order", { answered: ["2", "1", "3"] }, { reordered: 1 }],
  ["counts a second answer", { answered: ["1", "2", "3", "2"] }, { saidTwice: 1 }],
  ["counts an answer to nothing", { answered: ["1", "2", "3", "4"] }, { saidTwice: 1 }],
  ["counts what waits and what was given up", { unsettled: 2, givenUp: 1 }, { unsettled: 2, givenUp: 1 }],
])("the verdict %s", (_, change, counted) => {
  const nothing = { lost: 0, reordered: 0, saidTwice: 0, unsettled: 0, givenUp: 0 };
  expect(judge([clean, { ...clean, ...change }])).toEqual({ ...nothing, ...counted });
});

test("a seed makes the same choices each time, and another makes others", () => {
  const choices = (seed: number) => {
    const chance = new Chance(seed);
    return Array.from({ length: 20 }, () => chance.between(1, 6));
  };
  expect(choices(7)).toEqual(choices(7));
  expect(choices(7)).not.toEqual(choices(8));
  expect(new Set(Array.from({ length: 40 }, (_, seed) => choices(seed)).flat()).size).toBe(6);
});

function repeat(socket: Socket): void {
  socket.on("error", () => {});
  socket.pipe(socket);
}

/** The next so many bytes that come. */
async function heard(socket: Socket, bytes: number): Promise<string> {
  let all = "";
  for await (const chunk of on(socket, "data")) {
    all += String(chunk[0]);
    if (all.length >= bytes) break;
  }
  return all;
}

/** Someone who repeats what is said to them, behind a bad network, and a connection to them. */
async function echoing(echo = createServer(repeat)) {
  echo.listen(0, "127.0.0.1");
  await once(echo, "listening");
  const address = echo.address();
  if (address === null || typeof address === "string") throw new Error("not listening");
  const network = new BadNetwork(address.port);
  await network.start();
  const connected = () => connect(Number(new URL(network.url).port), "127.0.0.1");
  const end = async () => {
    await network[Symbol.asyncDispose]();
    echo.close();
  };
  return { network, connected, [Symbol.asyncDispose]: end };
}

test("the proxy passes everything on, in order, late or slowly", async () => {
  await using there = await echoing();
  const socket = there.connected();
  await once(socket, "connect");
  const startedMs = performance.now();
  there.network.slow({ delayMs: 100 });
  socket.write("one ");
  await heard(socket, 4);
  expect(performance.now() - startedMs).toBeGreaterThan(190); // there and back

  there.network.slow({ bytesPerSecond: 1_000 });
  socket.write("two and three".padEnd(100));
  await heard(socket, 100);
  expect(performance.now() - startedMs).toBeGreaterThan(390);
});

test("nothing moves through the proxy while it is stalled, and all of it afterwards", async () => {
  await using there = await echoing();
  const socket = there.connected();
  await once(socket, "connect");
  const startedMs = performance.now();
  there.network.stall(200);
  socket.write("late");
  await heard(socket, 4);
  expect(performance.now() - startedMs).toBeGreaterThan(190);
});

test("what the proxy holds back is lost with its connection, and never arrives", async () => {
  const arrived: string[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes) => arrived.push(String(bytes)));
  });
  await using there = await echoing(server);
  const socket = there.connected();
  await once(socket, "connect");
  socket.write("heard ");
  await expect.poll(() => arrived).toEqual(["heard "]);
  there.network.stall(300);
  socket.write("given up");
  await new Promise((resolve) => setTimeout(resolve, 50)); // it is in the proxy by now
  socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 400)); // the stall is over

  expect(arrived).toEqual(["heard "]);
});

test.each([
  ["cut", undefined],
  ["reset", "ECONNRESET"],
] as const)("a connection that is %s ends, counts, and can be had again", async (how, error) => {
  await using there = await echoing();
  const socket = there.connected();
  const errors: unknown[] = [];
  socket.on("error", (failure: NodeJS.ErrnoException) => errors.push(failure.code));
  socket.write("hello");
  await once(socket, "data");
  socket.resume();
  const closed = new Promise((resolve) => socket.once("close", resolve));
  there.network[how]();
  await closed;

  expect(errors).toEqual(error === undefined ? [] : [error]);
  expect(there.network.broken).toBe(1);
  const again = there.connected();
  again.write("again");
  await expect(heard(again, 5)).resolves.toBe("again");
});

test("nobody connects through a proxy that is closed, until all is well again", async () => {
  await using there = await echoing();
  there.network.close();
  await expect(text(there.connected())).rejects.toThrow("ECONNRESET");

  there.network.clear();
  const socket = there.connected();
  socket.write("hello");
  await expect(heard(socket, 5)).resolves.toBe("hello");
});
