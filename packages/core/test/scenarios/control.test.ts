import { TurnClosedError } from "@thenvoi/core";
import { startSandbox } from "@thenvoi/sandbox";
import { describe, expect, test } from "vitest";
import { answers, attempts, lastWord, quiet, repeatLastWord, sayAll, untilAborted } from "../support/conversation.ts";
import { soon } from "../support/soon.ts";
import { startAgent } from "../support/start-agent.ts";

/** An agent at work in two rooms: its first turn in each lasts until it is aborted, later ones answer. */
async function atWorkInTwoRooms() {
  const sandbox = await startSandbox();
  const here = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const there = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const aborted: string[] = [];
  const begun: string[] = [];
  const agent = await startAgent(sandbox, "weather", async (turn) => {
    const first = !begun.includes(turn.room.id);
    begun.push(turn.room.id);
    turn.signal.addEventListener("abort", () => aborted.push(turn.room.id));
    if (first) await untilAborted(turn.signal);
    await repeatLastWord(turn);
  });
  await sayAll(here, ["1"]);
  await sayAll(there, ["1"]);
  await expect.poll(() => begun.length, soon).toBe(2);
  const stop = async () => {
    await agent.stop({ graceMs: 0 });
    await sandbox.stop();
  };
  return { sandbox, here, there, aborted, begun, [Symbol.asyncDispose]: stop };
}

describe("interrupt", () => {
  test("in a room ends its turn for good, and that of no other room", async () => {
    await using it = await atWorkInTwoRooms();

    it.sandbox.control("weather", "interrupt", { room: it.here });
    await it.here.settled();
    await sayAll(it.here, ["2"]);
    await it.here.settled();

    expect(answers(it.here)).toEqual(["2"]);
    expect(attempts(it.here)).toEqual([1, 1]);
    expect(it.aborted).toEqual([it.here.id]);
    expect(it.there.delivery("weather")).toBe("processing");
  });

  test("everywhere ends the turns of all rooms for good", async () => {
    await using it = await atWorkInTwoRooms();

    it.sandbox.control("weather", "interrupt");
    await it.here.settled();
    await it.there.settled();

    expect(it.aborted.toSorted()).toEqual([it.here.id, it.there.id].toSorted());
    expect([...answers(it.here), ...answers(it.there)]).toEqual([]);
  });

  test("ends one turn, however often the same word arrives", async () => {
    await using it = await atWorkInTwoRooms();
    const again = it.sandbox.control("weather", "interrupt", { room: it.here });
    await it.here.settled();
    it.sandbox.faults.once({ request: "POST messages", room: it.here.id }, { delayMs: 100 }); // so that its turn is running
    await sayAll(it.here, ["2"]);
    await expect.poll(() => it.begun.length, soon).toBe(3);

    again();

    await it.here.settled();
    expect(answers(it.here)).toEqual(["2"]);
    expect(it.aborted).toEqual([it.here.id]);
  });

  test("that comes between the claim and the run settles the message without a run", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const heard: string[] = [];
    await using _agent = await startAgent(sandbox, "weather", (turn) => {
      heard.push(lastWord(turn.message.text));
    });
    sandbox.faults.once("POST messages/:id/processing", { delayAnswerMs: 100 });
    await sayAll(room, ["1"]);
    await expect.poll(() => room.delivery("weather"), soon).toBe("processing");

    sandbox.control("weather", "interrupt");
    await sayAll(room, ["2"]);

    await room.settled();
    expect(heard).toEqual(["2"]);
  });
});

describe("stop", () => {
  test("in a room ends its turn, says nothing more there, and leaves the message for play", async () => {
    await using it = await atWorkInTwoRooms();

    it.sandbox.control("weather", "stop", { room: it.here });
    await expect.poll(() => it.aborted, soon).toEqual([it.here.id]);
    await sayAll(it.here, ["2"]);
    it.sandbox.control("weather", "interrupt", { room: it.there });
    await it.there.settled(); // by now the room here would have been at work again
    expect(it.here.deliveries("weather").map((delivery) => delivery.status)).toEqual(["processing", "delivered"]);

    it.sandbox.control("weather", "play", { room: it.here });
    await it.here.settled();
    expect(answers(it.here)).toEqual(["1", "2"]);
    expect(it.begun.filter((id) => id === it.here.id)).toHaveLength(3);
  });

  test("everywhere ends all turns, and play everywhere takes each up again, once", async () => {
    await using it = await atWorkInTwoRooms();

    it.sandbox.control("weather", "stop");
    await expect.poll(() => it.aborted.length, soon).toBe(2);
    const again = it.sandbox.control("weather", "play");
    again();

    await it.here.settled();
    await it.there.settled();
    expect([...answers(it.here), ...answers(it.there)]).toEqual(["1", "1"]);
    expect(it.begun).toHaveLength(4);
  });

  test("is not obeyed a second time when its frame is repeated after play", async () => {
    await using it = await atWorkInTwoRooms();
    const again = it.sandbox.control("weather", "stop", { room: it.here });
    await expect.poll(() => it.aborted, soon).toEqual([it.here.id]);
    it.sandbox.faults.once({ request: "POST messages", room: it.here.id }, { delayMs: 100 });
    it.sandbox.control("weather", "play", { room: it.here });
    await expect.poll(() => it.begun.length, soon).toBe(3);

    again();

    await it.here.settled();
    expect(answers(it.here)).toEqual(["1"]);
    expect(it.aborted).toEqual([it.here.id]);
  });

  test("is followed by play although the stopped handler takes its time to end", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const cleanedUp = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    let runs = 0;
    await using _agent = await startAgent(
      sandbox,
      "weather",
      async (turn) => {
        runs += 1;
        begun.resolve();
        if (runs === 1) await untilAborted(turn.signal).catch(() => cleanedUp.promise);
        await repeatLastWord(turn);
      },
      { timing: { abortGraceMs: 60_000 } },
    );
    await quiet(room, sandbox);
    await sayAll(room, ["1"]);
    await begun.promise;

    sandbox.control("weather", "stop");
    sandbox.control("weather", "play");
    const elsewhere = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await sayAll(elsewhere, ["1"]);
    await elsewhere.settled(); // frames keep their order, so play has been heard by now
    cleanedUp.resolve();

    await room.settled();
    expect(answers(room)).toEqual(["1"]);
    expect(runs).toBe(3);
  });

  test("that comes between the claim and the run keeps the message from being run until play, uncharged", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const told: number[] = [];
    await using _agent = await startAgent(sandbox, "weather", (turn) => {
      told.push(turn.attempt);
      return repeatLastWord(turn);
    });
    await quiet(room, sandbox);
    const claim = { request: "POST messages/:id/processing", room: room.id };
    sandbox.faults.once(claim, { delayAnswerMs: 50 });
    await sayAll(room, ["1"]);
    await expect.poll(() => room.delivery("weather"), soon).toBe("processing");

    sandbox.control("weather", "stop");
    await expect.poll(() => sandbox.requests(claim).length, soon).toBe(1);
    const elsewhere = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    sandbox.control("weather", "play", { room: elsewhere });
    await sayAll(elsewhere, ["1"]);
    await elsewhere.settled();
    expect(told).toEqual([1]);
    expect(answers(room)).toEqual([]);

    sandbox.control("weather", "play");
    await room.settled();
    expect(answers(room)).toEqual(["1"]);
    expect(told).toEqual([1, 1]);
  });

  test("that comes before the claim is obeyed by the platform, and play is not missed meanwhile", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await using _agent = await startAgent(sandbox, "weather", repeatLastWord);
    await quiet(room, sandbox);
    sandbox.control("weather", "stop");
    const claim = { request: "POST messages/:id/processing", room: room.id };
    const refusal = sandbox.faults.once(claim, { delayAnswerMs: 100 });
    await sayAll(room, ["1"]);
    await expect.poll(() => refusal.hits, soon).toBe(1);
    await fetch(`${sandbox.url}/sandbox`); // the claim has met the stop by now, and its answer is on its way

    sandbox.control("weather", "play");

    await room.settled();
    expect(sandbox.requests(claim).map((request) => request.status)).toEqual([204, 200]);
    expect(answers(room)).toEqual(["1"]);
  });

  test("while a settle is pending has the settle repeated after play, and not the run", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    let runs = 0;
    await using _agent = await startAgent(sandbox, "weather", (turn) => {
      runs += 1;
      return repeatLastWord(turn);
    });
    const mark = "POST messages/:id/processed";
    const refusing = sandbox.faults.always(mark, { status: 503 });
    await sayAll(room, ["1"]);
    await expect.poll(() => refusing.hits, soon).toBeGreaterThan(0);

    sandbox.control("weather", "stop");
    refusing.remove();
    await expect.poll(() => sandbox.requests(mark).at(-1)?.status, soon).toBe(204);
    sandbox.control("weather", "play");

    await room.settled();
    expect(answers(room)).toEqual(["1"]);
    expect(runs).toBe(1);
    expect(attempts(room)).toEqual([1]);
  });

  test("takes the voice of a handler that goes on", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const refusals: unknown[] = [];
    const begun = Promise.withResolvers<void>();
    await using _agent = await startAgent(sandbox, "weather", async (turn) => {
      begun.resolve();
      await untilAborted(turn.signal).catch(() => undefined);
      turn.report({ type: "thought", text: "still here" });
      for (const say of [() => turn.reply("no"), () => turn.send({ content: "no", mentions: ["ada"] })])
        await say().catch((error: unknown) => refusals.push(error));
    });
    await sayAll(room, ["1"]);
    await begun.promise;
    sandbox.clearRequests();

    sandbox.control("weather", "stop");

    await expect.poll(() => refusals.length, soon).toBe(2);
    expect(refusals.every((error) => error instanceof TurnClosedError)).toBe(true);
    expect(room.timeline()).toEqual([{ from: "ada", type: "text", text: "@weather 1" }]);
    expect(sandbox.requests("POST events")).toEqual([]);
  });
});

test("an agent that is started while it is stopped answers with play, what came meanwhile first", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  await sayAll(room, ["1"]);
  sandbox.control("weather", "stop");
  await using _agent = await startAgent(sandbox, "weather", repeatLastWord);
  await expect.poll(() => sandbox.requests("GET messages/next").at(-1)?.status, soon).toBe(204);
  await sayAll(room, ["2"]);
  expect(answers(room)).toEqual([]);

  sandbox.control("weather", "play");

  await room.settled();
  expect(answers(room)).toEqual(["1", "2"]);
});

test("a word of control is obeyed before anything that comes after it, and while no request is answered", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const elsewhere = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const order: string[] = [];
  await using _agent = await startAgent(sandbox, "weather", async (turn) => {
    order.push(`turn ${lastWord(turn.message.text)}`);
    turn.signal.addEventListener("abort", () => order.push(`abort ${lastWord(turn.message.text)}`));
    if (turn.room.id === room.id) await turn.reply("never answered");
  });
  await quiet(elsewhere, sandbox);
  const posts = sandbox.faults.always({ request: "POST messages", room: room.id }, { hang: true });
  await sayAll(room, ["1"]);
  await expect.poll(() => posts.hits, soon).toBe(1);

  sandbox.control("weather", "interrupt");
  await sayAll(elsewhere, ["2"]);

  await expect.poll(() => order, soon).toEqual(["turn 1", "abort 1", "turn 2"]);
});
