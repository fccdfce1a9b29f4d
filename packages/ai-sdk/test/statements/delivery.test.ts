import { startSandbox } from "@thenvoi/sandbox";
import {
  answers,
  call,
  lastUserText,
  lookup,
  ScriptedModel,
  steps,
  text,
  thoughts,
  until,
} from "@thenvoi/sandbox/contract";
import { experimental_createSteering } from "ai-7";
import { expect, test } from "vitest";
import { promised } from "./kit/promised.ts";
import { ask, startAgent } from "./kit/start-agent.ts";
import { statement } from "./kit/versions.ts";

statement(10, "Own messages never trigger a turn; nothing is answered twice", (ai) => {
  test("a process that is lost between its reply and the mark has answered: the next one runs no model and posts nothing", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const marks = sandbox.faults.always("POST messages/:id/processed", { hang: true });
    await using _lost = await startAgent(ai, sandbox, { model: steps([text("Dry.")]) });
    await room.as("ada").say("@weather will it rain?");
    await until(room, "it has answered and not marked it", () => marks.hits > 0);
    const model = steps([text("Dry again.")]);
    await using _next = await startAgent(ai, sandbox, { model });
    marks.remove();

    await room.settled();
    expect(room.said()).toEqual(["@weather will it rain?", "@ada Dry."]);
    expect(model.requests).toEqual([]);
  });

  promised(ai, "own messages and events never start a run");
});

statement(12, "No double reply", (ai) => {
  test("narration between steps is not lost: each piece is a thought, in order, before the answer", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const model = steps(
      [text("First Lyon."), call("c1", "lookup", { place: "Lyon" })],
      [text("Then Nice."), call("c2", "lookup", { place: "Nice" })],
      [text("Dry in both.")],
    );
    await using _agent = await startAgent(ai, sandbox, { model, own: [lookup()] });

    await ask(room, "will it rain?");

    expect(thoughts(room, "weather")).toEqual(["First Lyon.", "Then Nice."]);
    expect(answers(room, "weather")).toEqual(["@ada Dry in both."]);
  });

  promised(
    ai,
    "a model that answered by `send_message`",
    "the final text is posted once",
    "a model that wrote to somebody else",
    "a model that chooses `no_reply`",
  );
});

statement(17, "Messages that come during a run are never lost", (ai) => {
  promised(ai, "messages that come during a run");

  test("under `interrupt` the run is cut, and the next one sees both", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const model = new ScriptedModel(async function* ({ index }) {
      if (index === 0) await new Promise(() => {});
      yield text("Dry in Nice.");
    });
    await using _agent = await startAgent(ai, sandbox, { model, room: { whileBusy: "interrupt" } });
    await room.as("ada").say("@weather will it rain in Lyon?");
    await until(room, "the first run has begun", () => model.requests.length === 1);

    await ask(room, "I mean Nice");

    expect(answers(room, "weather")).toEqual(["@ada Dry in Nice."]);
    const seen = model.requests[1]?.messages.map((message) => message.text).join("\n");
    expect(seen).toContain("will it rain in Lyon?");
    expect(seen).toContain("I mean Nice");
  });

  if (ai.name.startsWith("7.") && ai.name !== "7.0.0") {
    test("with the SDK's steering they reach the run at its next step, and are settled with it", async () => {
      await using sandbox = await startSandbox();
      const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
      const found = Promise.withResolvers<string>();
      const model = steps([call("c1", "lookup", { place: "Lyon" })], [text("Dry in Nice.")]);
      await using _agent = await startAgent(ai, sandbox, {
        model,
        own: [lookup(() => found.promise)],
        adapter: { steering: experimental_createSteering },
        room: { whileBusy: "steer" },
      });
      const lyon = await room.as("ada").say("@weather will it rain in Lyon?");
      await until(room, "the tool is at work", () => room.timeline().some(({ type }) => type === "tool_call"));
      const nice = await room.as("ada").say("@weather I mean Nice");
      await until(room, "it is claimed", () => room.delivery("weather", nice.id) === "processing");
      await fetch(`${sandbox.url}/sandbox`); // the answer to that claim was sent before this one's, and has been read by now
      found.resolve("dry");
      await room.settled();

      expect(model.requests).toHaveLength(2);
      expect(model.requests[1] && lastUserText(model.requests[1])).toContain("I mean Nice");
      expect(answers(room, "weather")).toEqual(["@ada Dry in Nice."]);
      expect([lyon, nice].map(({ id }) => room.delivery("weather", id))).toEqual(["processed", "processed"]);
    });

    test("the answer to a run that took up another person's message is for both", async () => {
      await using sandbox = await startSandbox();
      const room = await sandbox.room({ users: ["ada", "bob"], agents: ["weather"] });
      const found = Promise.withResolvers<string>();
      const model = steps([call("c1", "lookup", { place: "Lyon" })], [text("Dry.")]);
      await using _agent = await startAgent(ai, sandbox, {
        model,
        own: [lookup(() => found.promise)],
        adapter: { steering: experimental_createSteering },
        room: { whileBusy: "steer" },
      });
      await room.as("ada").say("@weather will it rain in Lyon?");
      await until(room, "the tool is at work", () => room.timeline().some(({ type }) => type === "tool_call"));
      const second = await room.as("bob").say("@weather I want to know too");
      await until(room, "it is claimed", () => room.delivery("weather", second.id) === "processing");
      await fetch(`${sandbox.url}/sandbox`); // the answer to that claim was sent before this one's, and has been read by now
      found.resolve("dry");
      await room.settled();

      expect(model.requests).toHaveLength(2);
      expect(answers(room, "weather")).toHaveLength(1);
      for (const words of ["@ada", "@bob", "Dry."]) expect(answers(room, "weather")[0]).toContain(words);
    });

    test("what comes too late for the run is not delivered to it and has a turn of its own", async () => {
      await using sandbox = await startSandbox();
      const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
      const model = new ScriptedModel(async function* (request) {
        yield text(lastUserText(request).includes("Nice") ? "Dry in Nice." : "Dry in Lyon.");
      });
      const late = sandbox.faults.once("POST messages", { delayMs: 200 });
      await using _agent = await startAgent(ai, sandbox, {
        model,
        adapter: { steering: experimental_createSteering },
        room: { whileBusy: "steer" },
      });
      await room.as("ada").say("@weather will it rain in Lyon?");
      await until(room, "the answer is under way", () => late.hits === 1);
      await ask(room, "and in Nice?");

      expect(answers(room, "weather")).toEqual(["@ada Dry in Lyon.", "@ada Dry in Nice."]);
    });
  } else {
    test("where the SDK has no steering they wait their turn", async () => {
      await using sandbox = await startSandbox();
      const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
      const release = Promise.withResolvers<void>();
      const model = new ScriptedModel(async function* ({ index }) {
        if (index === 0) await release.promise;
        yield text(`answer ${index}`);
      });
      await using _agent = await startAgent(ai, sandbox, { model, room: { whileBusy: "steer" } });
      await room.as("ada").say("@weather will it rain in Lyon?");
      await until(room, "the first run has begun", () => model.requests.length === 1);
      await room.as("ada").say("@weather and in Nice?");
      release.resolve();
      await room.settled();

      expect(answers(room, "weather")).toEqual(["@ada answer 0", "@ada answer 1"]);
    });
  }
});
