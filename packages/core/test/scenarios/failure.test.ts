import { type Message, TurnClosedError } from "@thenvoi/core";
import { startSandbox } from "@thenvoi/sandbox";
import { describe, expect, test } from "vitest";
import { soon } from "../support/soon.ts";
import { startAgent } from "../support/start-agent.ts";

const cyclic: Record<string, unknown> = {};
cyclic.itself = cyclic;

describe("a handler that throws", () => {
  test.each([
    ["an error", new Error("the model is away"), "Error: the model is away"],
    ["a text", "the model is away", "the model is away"],
    ["nothing", undefined, "the handler threw undefined"],
    ["an object that holds itself", cyclic, "the handler threw a value that can't be shown"],
  ])("%s is run four times, then its message is given up in the open", async (_, thrown, told) => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const attempts: number[] = [];
    const given: [string, (string | undefined)[]][] = [];
    const onDeadLetter = (message: Message, tries: readonly { readonly error: string | undefined }[]) =>
      given.push([message.text, tries.map(({ error }) => error)]);
    await using _agent = await startAgent(
      sandbox,
      "weather",
      (turn) => {
        attempts.push(turn.attempt);
        throw thrown;
      },
      { onDeadLetter },
    );

    await room.as("ada").say("@weather will it rain?");

    await room.settled();
    expect(attempts).toEqual([1, 2, 3, 4]);
    expect(given).toEqual([["@ada/weather will it rain?", [told, told, told, told]]]);
    expect(room.deliveries("weather")[0]?.attempts.map(({ status }) => status)).toEqual([
      ...["failed", "failed", "failed", "failed"],
      "success",
    ]);
    expect(room.timeline().slice(1)).toEqual([
      { from: "weather", type: "error", content: `A message could not be handled and was given up: ${told}` },
    ]);
  });

  test("is run again after the waits of `handlerRetryMs`, changed by a fifth at most", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const startedAtMs: number[] = [];
    const timing = { handlerRetryMs: [50, 250, 500] };
    const failing = () => {
      startedAtMs.push(performance.now());
      throw new Error("no");
    };
    await using _agent = await startAgent(sandbox, "weather", failing, { timing });

    await room.as("ada").say("@weather will it rain?");

    await room.settled();
    const waitsMs = startedAtMs.slice(1).map((atMs, index) => atMs - (startedAtMs[index] ?? 0));
    for (const [index, leastMs] of [40, 200, 400].entries()) expect(waitsMs[index]).toBeGreaterThanOrEqual(leastMs - 1);
  });

  test("holds up neither other rooms nor, once it is given up, the messages behind it", async () => {
    await using sandbox = await startSandbox();
    const [poisoned, healthy] = [
      await sandbox.room({ users: ["ada"], agents: ["weather"] }),
      await sandbox.room({ users: ["ada"], agents: ["weather"] }),
    ];
    await using _agent = await startAgent(
      sandbox,
      "weather",
      (turn) => {
        if (turn.message.text.includes("poison")) throw new Error("no");
        return turn.reply("No.");
      },
      { timing: { handlerRetryMs: [5_000] } }, // longer than the rest of the test takes
    );

    await poisoned.as("ada").say("@weather poison");
    await expect.poll(() => poisoned.delivery("weather"), soon).toBe("failed");

    await expect(healthy.as("ada").ask("@weather will it rain?")).resolves.toBe("No.");
    expect(poisoned.delivery("weather")).toBe("failed");
  });

  test("lets the messages behind its own go on, in order, once its own is given up", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    for (const text of ["@weather poison", "@weather one", "@weather two"]) await room.as("ada").say(text);
    const runs: string[] = [];
    await using _agent = await startAgent(sandbox, "weather", (turn) => {
      runs.push(turn.message.text.replace("@ada/weather ", ""));
      if (turn.message.text.includes("poison")) throw new Error("no");
    });

    await room.settled();
    expect(runs).toEqual(["poison", "poison", "poison", "poison", "one", "two"]);
  });

  test("and then succeeds has answered, and its message is settled", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await using _agent = await startAgent(sandbox, "weather", (turn) => {
      if (turn.attempt < 3) throw new Error("not yet");
      return turn.reply(`No, said attempt ${turn.attempt}.`);
    });

    await expect(room.as("ada").ask("@weather will it rain?")).resolves.toBe("No, said attempt 3.");
    await room.settled();
  });

  test("after its reply was said does not say it again", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await using _agent = await startAgent(sandbox, "weather", async (turn) => {
      await turn.reply("No.");
      if (turn.attempt === 1) throw new Error("too late");
    });

    await room.as("ada").say("@weather will it rain?");

    await room.settled();
    expect(room.said()).toEqual(["@weather will it rain?", "@ada No."]);
  });

  test("has its failures counted by the platform, so that a restart does not start anew", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await room.as("ada").say("@weather will it rain?");
    const attempts: number[] = [];
    const failing = (turn: { readonly attempt: number }) => {
      attempts.push(turn.attempt);
      throw new Error("no");
    };
    {
      await using _first = await startAgent(sandbox, "weather", failing, { timing: { handlerRetryMs: [0, 60_000] } });
      await expect
        .poll(() => room.deliveries("weather")[0]?.attempts.map(({ status }) => status), soon)
        .toEqual(["failed", "failed"]);
    }

    await using _second = await startAgent(sandbox, "weather", failing);

    await room.settled();
    expect(attempts).toEqual([1, 2, 3, 4]);
  });

  test("as the dead-letter listener does changes nothing", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const throwing = () => {
      throw new Error("no");
    };
    await using _agent = await startAgent(sandbox, "weather", throwing, { onDeadLetter: throwing });

    await room.as("ada").say("@weather will it rain?");

    await room.settled();
  });
});

describe("a handler that never ends", () => {
  test("loses its turn at `turnTimeoutMs`: its room goes on, and nothing it says later goes out", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const late = Promise.withResolvers<void>();
    const afterwards: Promise<unknown>[] = [];
    await using _agent = await startAgent(
      sandbox,
      "weather",
      async (turn) => {
        if (!turn.message.text.includes("poison")) return turn.reply("No.");
        await late.promise; // does not look at its signal
        turn.report({ type: "thought", text: "late" });
        const sending = turn.reply("late");
        afterwards.push(sending.catch((error: unknown) => error));
        return sending;
      },
      { turnTimeoutMs: 100, timing: { abortGraceMs: 20 } },
    );
    await room.as("ada").say("@weather poison");

    await expect(room.as("ada").ask("@weather will it rain?")).resolves.toBe("No.");

    late.resolve();
    await expect.poll(() => afterwards.length, soon).toBe(4);
    for (const error of await Promise.all(afterwards)) expect(error).toBeInstanceOf(TurnClosedError);
    await room.settled();
    expect(room.said()).toEqual(["@weather poison", "@weather will it rain?", "@ada No."]);
    expect(room.timeline().map(({ type }) => type)).toEqual(["text", "text", "error", "text"]);
    expect(room.deliveries("weather")[0]?.attempts[0]?.error).toBe("The turn took too long.");
  });

  test("is told by its signal, with an AbortError", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const reasons: unknown[] = [];
    await using _agent = await startAgent(
      sandbox,
      "weather",
      (turn) =>
        turn.attempt === 1
          ? new Promise((_, reject) =>
              turn.signal.addEventListener("abort", () => {
                reasons.push(turn.signal.reason);
                reject(turn.signal.reason);
              }),
            )
          : turn.reply("No."),
      { turnTimeoutMs: 100 },
    );

    await expect(room.as("ada").ask("@weather will it rain?")).resolves.toBe("No.");
    expect(reasons).toMatchObject([{ name: "AbortError", message: "The turn took too long." }]);
  });

  test("holds up no other room meanwhile", async () => {
    await using sandbox = await startSandbox();
    const stuck = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const free = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await using _agent = await startAgent(sandbox, "weather", (turn) =>
      turn.room.id === stuck.id ? new Promise(() => {}) : turn.reply("No."),
    );
    await stuck.as("ada").say("@weather will it rain?");
    await expect.poll(() => stuck.delivery("weather"), soon).toBe("processing");

    await expect(free.as("ada").ask("@weather will it rain?")).resolves.toBe("No.");
  });
});

describe("a handler may", () => {
  test("be a plain function that says nothing", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await using _agent = await startAgent(sandbox, "weather", () => "the result is ignored");

    await room.as("ada").say("@weather will it rain?");

    await room.settled();
    expect(room.timeline().length).toBe(1);
  });

  test("speak without waiting: all of it goes out, in order, before the message is settled", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const saidWhenSettled: string[][] = [];
    sandbox.faults.always("POST messages", { delayMs: 30 });
    await using agent = await startAgent(sandbox, "weather", (turn) => {
      for (const text of ["One.", "Two.", "Three."]) void turn.reply(text);
    });
    agent.on("turn.end", () => saidWhenSettled.push(room.said().slice(1)));

    await room.as("ada").say("@weather count");

    await room.settled();
    expect(saidWhenSettled).toEqual([["@ada One.", "@ada Two.", "@ada Three."]]);
  });

  test("not lose a text that it did not wait for: the turn fails, and is run again", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    sandbox.faults.times(3, "POST messages", { cut: "before" });
    const attempts: number[] = [];
    await using _agent = await startAgent(sandbox, "weather", (turn) => {
      attempts.push(turn.attempt);
      void turn.reply("No.");
    });

    await room.as("ada").say("@weather will it rain?");

    await room.settled();
    expect(attempts).toEqual([1, 2]);
    expect(room.said()).toEqual(["@weather will it rain?", "@ada No."]);
  });
});
