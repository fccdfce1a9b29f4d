import { expect, test } from "vitest";
import { startSandbox } from "../../src/index.ts";
import { call, scene, script } from "./scene.ts";

test("a rule with a probability strikes about as often, and the same ones for the same seed", async () => {
  const { sandbox } = await scene();
  await using _sandbox = sandbox;
  const run = async (seed: number): Promise<readonly number[]> => {
    using _fault = sandbox.faults.always({ request: "GET me", probability: 0.3, seed }, { status: 503 });
    const statuses: number[] = [];
    for (let number = 0; number < 100; number++) statuses.push((await call(sandbox, "GET me")).status);
    return statuses;
  };
  const first = await run(7);
  const struck = first.filter((status) => status === 503).length;
  expect(struck).toBeGreaterThan(15);
  expect(struck).toBeLessThan(45);
  expect(await run(7)).toEqual(first);
  expect(await run(8)).not.toEqual(first);
});

test("a rule above a rate lets so many a second pass, of that agent alone", async () => {
  const { sandbox } = await scene();
  await using _sandbox = sandbox;
  const limit = sandbox.faults.always(
    { request: "* /*", agent: "weather", abovePerSecond: 0.5 + 3 },
    { status: 429, retryAfterSeconds: 1 },
  );
  const burst = await Promise.all(Array.from({ length: 20 }, () => call(sandbox, "GET me")));
  const passed = burst.filter(({ status }) => status === 200).length;
  expect(passed).toBeGreaterThanOrEqual(3);
  expect(burst.filter(({ status }) => status === 429)).toHaveLength(20 - passed);
  expect(limit.hits).toBe(20 - passed);
  expect(burst.find(({ status }) => status === 429)?.headers.get("retry-after")).toBe("1");
  expect((await call(sandbox, "GET me", { as: "planner" })).status).toBe(200);
  await expect.poll(async () => (await call(sandbox, "GET me")).status, { interval: 500 }).toBe(200);
});

test("what is active is listed with its hits, each can be taken back by its id, and all at once", async () => {
  const { sandbox } = await scene();
  await using _sandbox = sandbox;
  await script(sandbox, "POST /faults", { kind: "request", times: 2, where: "GET me", fault: { status: 503 } });
  await script(sandbox, "POST /faults", { kind: "frame", times: "always", where: { topic: "*" }, fault: "drop" });
  await script(sandbox, "POST /faults", { kind: "join", where: "chat_room:*", fault: { refuse: "no" } });
  const latency = await script(sandbox, "POST /latency", { ms: 1 });
  expect(latency).toEqual({ status: 201, value: { id: expect.any(Number), name: "latency" } });
  await call(sandbox, "GET me");

  const listed = await script(sandbox, "GET /faults");
  expect(listed.value).toEqual({ faults: JSON.parse(JSON.stringify(sandbox.faults.active())) });
  expect(sandbox.faults.active()).toEqual([
    {
      id: expect.any(Number),
      name: "refuse",
      kind: "request",
      where: "GET me",
      fault: { status: 503 },
      left: 1,
      hits: 1,
    },
    {
      id: expect.any(Number),
      name: "drop frame",
      kind: "frame",
      where: { topic: "*" },
      fault: "drop",
      left: "always",
      hits: 0,
    },
    {
      id: expect.any(Number),
      name: "refuse join",
      kind: "join",
      where: "chat_room:*",
      fault: { refuse: "no" },
      left: 1,
      hits: 0,
    },
    { id: expect.any(Number), name: "latency", kind: "standing", fault: { ms: 1 }, left: "always", hits: 1 },
  ]);

  for (const { id } of sandbox.faults.active())
    expect((await script(sandbox, `DELETE /faults/${id}`)).status).toBe(204);
  expect(sandbox.faults.active()).toEqual([]);
  expect(sandbox.faults.latencyMs).toBe(0);
  sandbox.faults.silence("weather");
  sandbox.faults.offers({ failures: 1 });
  sandbox.faults.clock(5);
  await script(sandbox, "DELETE /faults");
  expect([sandbox.faults.active(), sandbox.faults.clockSkewMs, sandbox.faults.offerRules]).toEqual([[], 0, {}]);
});

test.each<readonly [request: string, body: unknown, sentence: string]>([
  ["/faults", "{", "The body is not JSON"],
  ["/faults", {}, 'kind: Invalid option: expected one of "request"|"frame"|"join"'],
  ["/faults", { kind: "request", where: "GET me", fault: {} }, "fault: holds one of status, quota, redirect, cut"],
  ["/faults", { kind: "request", where: "GET me", fault: { oops: 1 } }, 'not {"oops":1}'],
  ["/faults", { kind: "request", where: "GET me", fault: { status: 9 } }, "fault.status: Too small"],
  ["/faults", { kind: "request", where: "GET me", fault: { status: 500, cut: "before" } }, 'Unrecognized key: "cut"'],
  [
    "/faults",
    { kind: "request", where: "what is this", fault: { status: 500 } },
    'A request is written "POST messages',
  ],
  ["/faults", { kind: "request", fault: { status: 500 } }, "where: Invalid input: expected object, received undefined"],
  [
    "/faults",
    { kind: "request", times: 0, where: "GET me", fault: { status: 500 } },
    'times: a whole number from 1, or "always"',
  ],
  [
    "/faults",
    { kind: "request", where: { request: "GET me", probability: 2 }, fault: { status: 500 } },
    "probability is a number from 0 to 1, not 2",
  ],
  [
    "/faults",
    { kind: "request", where: "UPGRADE", fault: { spoil: "html" } },
    "What opens a socket can be given status",
  ],
  ["/faults", { kind: "frame", where: {}, fault: "explode" }, "fault: Invalid option"],
  ["/faults", { kind: "join", where: "*", fault: "drop" }, "fault: Invalid input"],
  ["/latency", { ms: "1" }, "ms: Invalid input: expected number, received string"],
  ["/sockets/close", { code: 1005 }, "code: a code a server may close with"],
  ["/control", { agent: "nobody", mode: "stop" }, "nobody"],
  ["/revoke", { name: "nobody" }, "nobody"],
])("a script that can't be read is a 422 with a sentence, and changes nothing: %s %j", async (path, body, sentence) => {
  await using sandbox = await startSandbox({ seed: "demo" });
  const answer = await script(sandbox, `POST ${path}`, body);
  expect(answer).toEqual({
    status: 422,
    value: {
      error: { code: "validation_error", message: expect.stringContaining(sentence), request_id: expect.any(String) },
    },
  });
  expect(sandbox.faults.active()).toEqual([]);
});

test("a fault that can't be done is refused in a test as over HTTP", async () => {
  await using sandbox = await startSandbox();
  expect(() => sandbox.faults.once("UPGRADE", { spoil: "html" })).toThrow("What opens a socket");
  expect(() => sandbox.faults.once({ request: "GET me", call: 0 }, { hang: true })).toThrow("call is a whole number");
});
