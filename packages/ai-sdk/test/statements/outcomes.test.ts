import { startSandbox } from "@thenvoi/sandbox";
import {
  answers,
  call,
  errors,
  kinds,
  lookup,
  ProviderFailure,
  ScriptedModel,
  text,
  thoughts,
  until,
} from "@thenvoi/sandbox/contract";
import { expect, test } from "vitest";
import { block, finish, inTurn, type Provider, type StreamPart } from "./kit/model-stream.ts";
import { promised } from "./kit/promised.ts";
import { ask, startAgent } from "./kit/start-agent.ts";
import { statement } from "./kit/versions.ts";

const dry = [...block("text", "1", "Dry."), finish("stop")];
const half: readonly StreamPart[] = block("text", "1", "It will cert").slice(0, 2);

/** A provider that fails in its first steps, and answers from then on. */
function failingFirst(count: number, step: () => AsyncIterable<StreamPart>): Provider {
  const answering = inTurn(dry);
  let left = count;
  return (asked) => {
    left -= 1;
    return left < 0 ? answering(asked) : step();
  };
}

async function* emits(...parts: readonly StreamPart[]): AsyncGenerator<StreamPart> {
  yield* parts;
}

async function* throwsAfter(...parts: readonly StreamPart[]): AsyncGenerator<StreamPart> {
  yield* parts;
  throw new TypeError("terminated");
}

statement(4, "Exactly one terminal outcome per turn", (ai) => {
  test.each([
    ["the call is refused", 1, () => throwsAfter()],
    ["the iteration throws, twice", 2, () => throwsAfter(...half)],
    [
      "the provider sends `error` and then `finish`, twice",
      2,
      () => emits(...half, { type: "error", error: "overloaded" }, finish("error")),
    ],
    [
      "the provider sends `error` and nothing more, twice",
      2,
      () => emits(...half, { type: "error", error: { code: 17 } }),
    ],
    ["the stream ends without `finish`, twice", 2, () => emits(...half)],
  ])("when %s: one error event, one failed attempt, and the next one answers", async (_, count, step) => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await using _agent = await startAgent(ai, sandbox, { settings: { provider: failingFirst(count, step) } });

    await ask(room, "will it rain?");

    expect(kinds(room, "weather").filter((kind) => kind !== "thought")).toEqual(["error", "text"]);
    expect(answers(room, "weather")).toEqual(["@ada Dry."]);
    expect(room.deliveries("weather")[0]?.attempts.map(({ status }) => status)).toEqual(["failed", "success"]);
  });

  test.each([
    ["throws", () => throwsAfter(...half)],
    ["ends without `finish`", () => emits(...half)],
  ])(
    "an answer that breaks off once, because its stream %s, is asked for once more; what there was of it is kept, and marked",
    async (_, step) => {
      await using sandbox = await startSandbox();
      const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
      await using _agent = await startAgent(ai, sandbox, { settings: { provider: failingFirst(1, step) } });

      await ask(room, "will it rain?");

      expect(answers(room, "weather")).toEqual(["@ada Dry."]);
      expect(thoughts(room, "weather")).toEqual([expect.stringMatching(/^It will cert.*broken off/u)]);
      expect(errors(room, "weather")).toEqual([]);
      expect(room.deliveries("weather")[0]?.attempts).toHaveLength(1);
    },
  );

  test("when `stream()` rejects, twice: likewise", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    let tries = 0;
    const prepareCall = <Call>(settings: Call): Call => {
      tries += 1;
      if (tries <= 2) throw new Error("the options do not validate");
      return settings;
    };
    await using _agent = await startAgent(ai, sandbox, { settings: { provider: inTurn(dry), prepareCall } });

    await ask(room, "will it rain?");

    expect(kinds(room, "weather")).toEqual(["error", "text"]);
    expect(room.deliveries("weather")[0]?.attempts.map(({ status }) => status)).toEqual(["failed", "success"]);
  });

  test("when a person interrupts: no error, no text, processed", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const model = new ScriptedModel(async function* () {
      yield text("It will cert");
      await new Promise(() => {});
    });
    await using _agent = await startAgent(ai, sandbox, { model });
    await room.as("ada").say("@weather will it rain?");
    await until(room, "the model is at work", () => model.requests.length === 1);
    sandbox.control("weather", "interrupt", { room });
    await room.settled();

    expect(kinds(room, "weather")).toEqual([]);
    expect(room.delivery("weather")).toBe("processed");
  });
});

statement(5, "A failing second step is reported", (ai) => {
  test.each([
    ["an error of the provider's client", new ProviderFailure("bad request", { status: 400 })],
    ["a broken connection", new TypeError("fetch failed")],
  ])("%s in it: one error event, no empty message, the message is marked failed", async (_, failure) => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const model = new ScriptedModel(({ index }) => {
      if (index === 1) throw failure;
      return [index === 0 ? call("c1", "lookup", { place: "Lyon" }) : text("Dry.")];
    });
    await using _agent = await startAgent(ai, sandbox, { model, own: [lookup()] });

    await ask(room, "will it rain?");

    expect(errors(room, "weather")).toHaveLength(1);
    expect(room.said()).toEqual(["@weather will it rain?", "@ada Dry."]);
    expect(room.deliveries("weather")[0]?.attempts.map(({ status }) => status)).toEqual(["failed", "success"]);
    const attempt = room.deliveries("weather")[0]?.attempts[0];
    expect(attempt && "error" in attempt && attempt.error).toBeTruthy();
  });

  promised(ai, "a step that fails");
});

statement(11, "The step limit is visible", (ai) => {
  test("a run that is stopped at its limit says so, and is not silent", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const model = new ScriptedModel(({ index }) => [call(`c${index}`, "lookup", { place: `${index}` })]);
    await using _agent = await startAgent(ai, sandbox, { model, own: [lookup()], settings: { maxSteps: 3 } });

    await ask(room, "will it rain?");

    const told = room
      .timeline()
      .flatMap((item) => (item.type === "error" || item.type === "task" ? [item.content] : []));
    expect(told.join("\n")).toMatch(/step|limit/iu);
    expect(room.deliveries("weather")[0]?.attempts.map(({ status }) => status)).toEqual(["success"]);
  });

  promised(ai, "a model that never stops", "a run that ends with nothing is asked");
});
