import { aiSdkHandler } from "@thenvoi/ai-sdk";
import { type RoomHandle, type Sandbox, startSandbox } from "@thenvoi/sandbox";
import {
  answers,
  call,
  flaws,
  lastUserText,
  lookup,
  type ModelPart,
  ScriptedModel,
  steps,
  text,
  toolEvents,
  unbalanced,
  until,
  wholePrompt,
} from "@thenvoi/sandbox/contract";
import { expect, test } from "vitest";
import * as z from "zod";
import { type AiTool, type AiVersion, toolSetOf } from "./kit/ai-version.ts";
import { inTurn, playing } from "./kit/model-stream.ts";
import { promised } from "./kit/promised.ts";
import { type StartOptions, startAgent } from "./kit/start-agent.ts";
import { statement } from "./kit/versions.ts";

/** An agent that has asked whether it may book Lyon, and what it has booked. */
async function asked(
  ai: AiVersion,
  sandbox: Sandbox,
  how: Pick<StartOptions, "adapter"> & { readonly tool?: Partial<AiTool>; readonly input?: unknown },
) {
  const room = await sandbox.room({ users: ["ada", "bob"], agents: ["weather", "planner"] });
  const booked: unknown[] = [];
  const model = new ScriptedModel((request): ModelPart[] => {
    if (!lastUserText(request).includes("book a trip")) return [text("Hello.")];
    const results = request.messages.at(-1)?.results ?? [];
    if (results.length === 0) return [call("c1", "book", how.input ?? { place: "Lyon" })];
    return [text(booked.length > 0 ? "It is done." : "It was not done.")];
  });
  const execute = (input: unknown) => {
    booked.push(input);
    return "booked";
  };
  const tools = { book: { description: "Books", inputSchema: z.object({ place: z.string() }), execute, ...how.tool } };
  const { adapter = {} } = how;
  const agent = await startAgent(ai, sandbox, { settings: { provider: playing(model), tools }, adapter });
  await room.as("ada").say("@weather book a trip");
  await until(room, "the question is in the room", () => answers(room, "weather").length > 0);
  return { room, booked, model, [Symbol.asyncDispose]: () => agent[Symbol.asyncDispose]() };
}

async function chatter(room: RoomHandle, count: number): Promise<void> {
  for (let index = 1; index <= count; index += 1) await room.as("bob").say(`@weather by the way ${index}`);
}

const ways: readonly [string, Pick<StartOptions, "adapter"> & { readonly tool?: Partial<AiTool> }][] = [
  ["`approve`", { adapter: { approve: { tools: ["book"] } } }],
  ["the SDK's own `needsApproval`", { tool: { needsApproval: true } }],
];

statement(14, "Approvals survive chatter", (ai) => {
  test.each(ways)(
    "by %s: a request, ten unrelated messages, then a yes: the tool runs once with the input that was shown, and the chatter is answered afterwards",
    async (_, way) => {
      await using sandbox = await startSandbox();
      await using on = await asked(ai, sandbox, way);
      expect(answers(on.room, "weather")[0]).toContain("Lyon");
      await chatter(on.room, 10);
      await on.room.as("ada").say("@weather yes");
      await on.room.settled();

      expect(on.booked).toEqual([{ place: "Lyon" }]);
      const said = answers(on.room, "weather");
      expect(said.filter((each) => each.startsWith("@bob "))).toHaveLength(10);
      expect(said.indexOf("@ada It is done.")).toBeGreaterThan(0);
      expect(said.indexOf("@ada It is done.")).toBeLessThan(said.findIndex((each) => each.startsWith("@bob ")));
      expect(unbalanced(on.room, "weather")).toEqual([]);
    },
  );

  test.each(ways)(
    "by %s: what the model calls beside it runs meanwhile, once, and so does it after the yes",
    async (_, way) => {
      await using sandbox = await startSandbox();
      const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
      const free = lookup();
      const booked: unknown[] = [];
      const execute = (input: unknown) => booked.push(input);
      const book = { inputSchema: z.object({ place: z.string() }), execute, ...way.tool };
      const model = steps(
        [call("c1", "book", { place: "Lyon" }), call("c2", "lookup", { place: "Lyon" })],
        [text("It is done.")],
      );
      const settings = { provider: playing(model), tools: { ...toolSetOf([free]), book } };
      await using _agent = await startAgent(ai, sandbox, { settings, ...way });
      await room.as("ada").say("@weather book a trip");
      await until(room, "the question is in the room", () => answers(room, "weather").length > 0);
      await until(room, "the other tool is done", () => free.places.length === 1);
      await room.as("ada").say("@weather yes");
      await room.settled();

      expect([booked, free.places]).toEqual([[{ place: "Lyon" }], ["Lyon"]]);
      expect(answers(room, "weather").at(-1)).toBe("@ada It is done.");
      expect(unbalanced(room, "weather")).toEqual([]);
      expect(model.requests).toHaveLength(2);
      expect(model.requests.flatMap(flaws)).toEqual([]);
    },
  );

  test.each(ways)("by %s: an interrupt withdraws the question; a yes after it is only a message", async (_, way) => {
    await using sandbox = await startSandbox();
    await using on = await asked(ai, sandbox, way);
    sandbox.control("weather", "interrupt", { room: on.room });
    await on.room.settled();
    await on.room.as("ada").say("@weather yes");
    await on.room.settled();

    expect(on.booked).toEqual([]);
    expect(unbalanced(on.room, "weather")).toEqual([]);
  });

  test.each(ways)("by %s: the reason of a no reaches the model", async (_, way) => {
    await using sandbox = await startSandbox();
    await using on = await asked(ai, sandbox, way);
    await chatter(on.room, 2);
    await on.room.as("ada").say("@weather no, Lyon is too expensive");
    await on.room.settled();

    expect(on.booked).toEqual([]);
    expect(on.model.requests[1] && wholePrompt(on.model.requests[1])).toContain("too expensive");
    expect(answers(on.room, "weather")).toContain("@ada It was not done.");
    expect(unbalanced(on.room, "weather")).toEqual([]);
  });
});

statement(15, "Approvals are safe", (ai) => {
  test("another person's and another agent's yes decide nothing; nor does a second yes run it again", async () => {
    await using sandbox = await startSandbox();
    await using on = await asked(ai, sandbox, { adapter: { approve: { tools: ["book"], by: ["@ada"] } } });
    await on.room.as("bob").say("@weather yes");
    using _planner = sandbox.script("planner", () => "@weather yes");
    await on.room.as("bob").say("@planner say yes to weather");
    await until(on.room, "the planner has said it", () => answers(on.room, "planner").length > 0);
    expect(on.booked).toEqual([]);
    await on.room.as("ada").say("@weather yes");
    await on.room.as("ada").say("@weather yes");
    await on.room.settled();

    expect(on.booked).toEqual([{ place: "Lyon" }]);
  });

  test("silence refuses, and a yes that comes too late runs nothing", async () => {
    await using sandbox = await startSandbox();
    await using on = await asked(ai, sandbox, { adapter: { approve: { tools: ["book"], timeoutMs: 100 } } });
    await until(on.room, "it is given up", () => toolEvents(on.room, "weather").length === 2);
    await on.room.as("ada").say("@weather yes");
    await on.room.settled();
    expect(on.booked).toEqual([]);
  });

  test.each(["yes, but Nice", "yesterday", "ok?", "no yes", "do not", "> yes"])("%j is no yes", async (word) => {
    await using sandbox = await startSandbox();
    await using on = await asked(ai, sandbox, { adapter: { approve: { tools: ["book"] } } });
    await on.room.as("ada").say(`@weather ${word}`);
    await on.room.settled();
    expect(on.booked).toEqual([]);
  });

  if (ai.name.startsWith("7."))
    test.each([
      ["user-approval", 1, [{ place: "Lyon" }]],
      ["denied", 0, []],
      ["approved", 0, [{ place: "Lyon" }]],
    ] as const)("the agent's own `toolApproval` counts: %s", async (status, questions, expected) => {
      await using sandbox = await startSandbox();
      const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
      const booked: unknown[] = [];
      const execute = (input: unknown) => booked.push(input);
      const model = steps([call("c1", "book", { place: "Lyon" })], [text("Well.")]);
      const tools = { book: { inputSchema: z.object({ place: z.string() }), execute } };
      const settings = { provider: playing(model), tools, toolApproval: { book: status } };
      await using _agent = await startAgent(ai, sandbox, { settings });
      await room.as("ada").say("@weather book a trip");
      if (questions > 0) {
        await until(room, "the question is in the room", () => answers(room, "weather").length > 0);
        await room.as("ada").say("@weather yes");
      }
      await room.settled();

      expect(booked).toEqual(expected);
      expect(answers(room, "weather")).toHaveLength(questions + 1);
      expect(unbalanced(room, "weather")).toEqual([]);
    });

  test("a policy that throws refuses", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const booked: unknown[] = [];
    const model = new ScriptedModel(({ index }) => [
      index === 0 ? call("c1", "book", { place: "Lyon" }) : text("Well."),
    ]);
    const needsApproval = () => Promise.reject(new Error("the policy is not to be had"));
    const execute = (input: unknown) => booked.push(input);
    const tools = { book: { inputSchema: z.object({ place: z.string() }), execute, needsApproval } };
    await using _agent = await startAgent(ai, sandbox, { settings: { provider: playing(model), tools } });
    await room.as("ada").say("@weather book");
    await room.settled();
    expect(booked).toEqual([]);
    expect(unbalanced(room, "weather")).toEqual([]);
  });

  test("what can't be served is refused at start, in one sentence", () => {
    const agent = ai.agent({ provider: inTurn([]), tools: {} });
    expect(() => aiSdkHandler({ agent, approve: { tools: ["no_such_tool"] } })).toThrow(/no_such_tool/u);
    const ofAi5: object = { tools: {}, stream: () => Promise.reject(new Error("never called")) };
    // @ts-expect-error an agent of ai 5 has no version
    expect(() => aiSdkHandler({ agent: ofAi5, approve: { tools: ["book"] } })).toThrow(/ai 5|version/u);
  });

  promised(ai, "a tool that needs approval runs once", "a tool that is not approved", "silence does not approve");
});
