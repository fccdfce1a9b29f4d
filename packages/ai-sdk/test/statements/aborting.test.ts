import { currentTurn } from "@thenvoi/ai-sdk";
import { startSandbox } from "@thenvoi/sandbox";
import { answers, call, kinds, lookup, ScriptedModel, text, until } from "@thenvoi/sandbox/contract";
import { expect, test } from "vitest";
import * as z from "zod";
import { finish, inTurn, toolCall } from "./kit/model-stream.ts";
import { promised } from "./kit/promised.ts";
import { startAgent } from "./kit/start-agent.ts";
import { statement } from "./kit/versions.ts";

/** As in life: a handler that does not end by itself is waited for this long, which is much more than the 250 ms below. */
const timing = { abortGraceMs: 5_000 };
const never = new Promise<never>(() => {});

statement(13, "Abort is real", (ai) => {
  test.each([
    ["the model stalls and ignores its signal", lookup(), true],
    ["a tool ignores its signal", lookup(() => never), false],
  ])("when %s the run ends within 250 ms", async (_, own, stalls) => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const model = new ScriptedModel(async function* () {
      if (stalls) await never;
      yield call("c1", "lookup", { place: "Lyon" });
    });
    await using _agent = await startAgent(ai, sandbox, { model, own: [own], room: { timing } });
    const waits: number[] = [];
    for (const word of ["1", "2", "3"]) {
      const requests = model.requests.length;
      const { id } = await room.as("ada").say(`@weather ${word}`);
      await until(
        room,
        "it is at work",
        () => model.requests.length > requests && (stalls || own.places.length > requests),
      );
      const begun = performance.now();
      sandbox.control("weather", "interrupt", { room });
      await until(room, "it is settled", () => room.delivery("weather", id) === "processed");
      waits.push(performance.now() - begun);
    }
    expect(Math.min(...waits)).toBeLessThan(250);
    expect(kinds(room, "weather")).not.toContain("error");
  });

  test("a tool that listens is told by an `AbortError`", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const told = Promise.withResolvers<unknown>();
    const begun = Promise.withResolvers<void>();
    const tools = {
      lookup: {
        inputSchema: z.object({ place: z.string() }),
        execute: (_: unknown, { abortSignal }: { readonly abortSignal?: AbortSignal }) => {
          begun.resolve();
          return new Promise((_resolve, reject) =>
            abortSignal?.addEventListener("abort", () => {
              told.resolve(abortSignal.reason);
              reject(abortSignal.reason);
            }),
          );
        },
      },
    };
    const provider = inTurn([...toolCall("c1", "lookup", '{"place":"Lyon"}'), finish("tool-calls")]);
    await using _agent = await startAgent(ai, sandbox, { settings: { provider, tools } });
    await room.as("ada").say("@weather will it rain?");
    await begun.promise;
    sandbox.control("weather", "interrupt", { room });

    await expect(told.promise).resolves.toMatchObject({ name: "AbortError" });
    await room.settled();
    expect(kinds(room, "weather")).toEqual(["tool_call", "tool_result"]);
  });

  test("what a detached tool still says through the room's tools is not posted", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const release = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const model = new ScriptedModel(({ index }) => [
      index === 0 ? call("c1", "lookup", { place: "Lyon" }) : text(`answer ${index}`),
    ]);
    const own = lookup(async () => {
      const turn = currentTurn();
      await release.promise;
      await turn?.reply("too late").catch(() => undefined);
      turn?.report({ type: "thought", text: "too late" });
      ended.resolve();
    });
    await using _agent = await startAgent(ai, sandbox, { model, own: [own] });
    await room.as("ada").say("@weather will it rain?");
    await until(room, "the call is seen", () => kinds(room, "weather").length === 1);
    sandbox.control("weather", "interrupt", { room });
    await room.settled();
    release.resolve();
    await ended.promise;
    await room.as("ada").ask("@weather and now?");
    await room.settled();

    expect(kinds(room, "weather")).toEqual(["tool_call", "tool_result", "text"]);
    expect(answers(room, "weather")).toEqual(["@ada answer 1"]);
  });

  promised(ai, "an interrupt ends a run whose tool ignores it", "an interrupt ends a run whose model has stalled");
});
