import { ApiError, type Handler, MentionError, NetworkError } from "@thenvoi/core";
import { type Sandbox, startSandbox } from "@thenvoi/sandbox";
import { describe, expect, test } from "vitest";
import { soon } from "../support/soon.ts";
import { startAgent } from "../support/start-agent.ts";

const posts = "POST messages";

/** A room with an agent that answers, asked once; ends when the message is settled. */
async function answered(sandbox: Sandbox, handler: Handler = (turn) => turn.reply("No.")) {
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  await using _agent = await startAgent(sandbox, "weather", handler);
  await room.as("ada").say("@weather will it rain?");
  await room.settled();
  await expect.poll(() => sandbox.requests("POST messages/:id/processed").length, soon).toBeGreaterThan(0);
  return room;
}

describe("a reply", () => {
  test.each([
    ["whose answer was lost is not said twice", { cut: "after" }, 1],
    ["that was lost before it arrived is said once", { cut: "before" }, 2],
    ["that took effect although a 500 was answered is not said twice", { status: 500, after: true }, 1],
    ["that a 503 refused is said once", { status: 503 }, 2],
    ["that was throttled is said once", { status: 429, retryAfterSeconds: 1 }, 2],
    ["that the platform commits late is not said twice", { lateCommitMs: 20 }, 1],
  ] as const)("%s", async (_, fault, sends) => {
    await using sandbox = await startSandbox();
    sandbox.faults.once(posts, fault);
    let runs = 0;

    const room = await answered(sandbox, (turn) => {
      runs += 1;
      return turn.reply("No.");
    });

    expect(room.said()).toEqual(["@weather will it rain?", "@ada No."]);
    expect(sandbox.requests(posts).length).toBe(sends);
    expect(runs).toBe(1);
  });

  test("that was throttled is sent again after the seconds it was told, not before", async () => {
    await using sandbox = await startSandbox();
    sandbox.faults.once(posts, { status: 429, retryAfterSeconds: 1 });

    await answered(sandbox);

    const [first = 0, second = 0] = sandbox.requests(posts).map(({ at }) => at);
    expect(second - first).toBeGreaterThanOrEqual(990);
  });

  test("lost three times fails the turn, which is run again", async () => {
    await using sandbox = await startSandbox();
    sandbox.faults.times(3, posts, { cut: "before" });
    const thrown: unknown[] = [];

    const room = await answered(sandbox, async (turn) => {
      await turn.reply("No.").catch((error: unknown) => {
        thrown.push(error);
        throw error;
      });
    });

    expect(thrown.length).toBe(1);
    expect(thrown[0]).toBeInstanceOf(NetworkError);
    expect(room.deliveries("weather")[0]?.attempts.map(({ status }) => status)).toEqual(["failed", "success"]);
    expect(room.said()).toEqual(["@weather will it rain?", "@ada No."]);
  });

  test("that the platform refuses for good is an error in the handler's hands", async () => {
    await using sandbox = await startSandbox();
    sandbox.faults.once(posts, { status: 422 });
    const thrown: unknown[] = [];

    const room = await answered(sandbox, async (turn) => {
      await turn.reply("No.").catch((error: unknown) => thrown.push(error));
    });

    expect(thrown).toMatchObject([{ status: 422 }]);
    expect(thrown[0]).toBeInstanceOf(ApiError);
    expect(room.said()).toEqual(["@weather will it rain?"]);
  });
});

describe("the same text said twice on purpose", () => {
  const twice: Handler = async (turn) => {
    await turn.reply("No.");
    await turn.reply("No.");
  };
  const both = ["@weather will it rain?", "@ada No.", "@ada No."];

  test("appears twice", async () => {
    await using sandbox = await startSandbox();
    expect((await answered(sandbox, twice)).said()).toEqual(both);
  });

  test.each([
    ["first", 1, { cut: "after" }],
    ["second", 2, { cut: "after" }],
    ["second, which never arrived,", 2, { cut: "before" }],
  ] as const)("appears twice also when the answer to the %s is lost", async (_, call, fault) => {
    await using sandbox = await startSandbox();
    sandbox.faults.once({ request: posts, call }, fault);

    expect((await answered(sandbox, twice)).said()).toEqual(both);
  });

  test.each([
    ["when nothing is lost", undefined],
    ["when the second is lost on its way", { cut: "before" }],
    ["when the answer to the second is lost", { cut: "after" }],
  ] as const)("in two turns appears twice %s", async (_, fault) => {
    await using sandbox = await startSandbox();
    const room = await answered(sandbox);
    if (fault !== undefined) sandbox.faults.once(posts, fault);

    // Another process, which remembers nothing of the first turn.
    await using _next = await startAgent(sandbox, "weather", (turn) => turn.reply("No."));
    await room.as("ada").say("@weather will it snow?");

    await room.settled();
    expect(room.said()).toEqual(["@weather will it rain?", "@ada No.", "@weather will it snow?", "@ada No."]);
  });

  test("appears twice also when a failed attempt said both and is run again", async () => {
    await using sandbox = await startSandbox();
    const room = await answered(sandbox, async (turn) => {
      await twice(turn);
      if (turn.attempt === 1) throw new Error("too late");
    });

    expect(room.said()).toEqual(both);
  });
});

describe("a mention", () => {
  test.each([
    ["a handle", "ben"],
    ["a handle with its sign", "@ben"],
    ["an agent's full handle", "ada/planner"],
    ["a name", "Planner"],
  ])("may be %s", async (_, mention) => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada", "ben"], agents: ["weather", "planner"] });
    const recipients: (string | undefined)[] = [];
    await using _agent = await startAgent(sandbox, "weather", async (turn) => {
      const sent = await turn.send({ content: "Take a coat.", mentions: [mention] });
      recipients.push(...sent.recipients.map(({ handle }) => handle));
    });

    await room.as("ada").say("@weather tell them");

    await expect.poll(() => room.said().length, soon).toBe(2);
    const who = mention.replace("@", "").includes("ben") ? "ben" : "planner";
    expect(room.said()[1]).toBe(`@${who} Take a coat.`);
    await expect.poll(() => recipients, soon).toEqual([who === "ben" ? "ben" : "ada/planner"]);
  });

  test("may be an id", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada", "ben"], agents: ["weather"] });
    const ben = sandbox.users.find(({ handle }) => handle === "ben")?.id ?? "";
    await using _agent = await startAgent(sandbox, "weather", (turn) => turn.send({ content: "Hi.", mentions: [ben] }));

    await room.as("ada").say("@weather greet");

    await room.settled();
    expect(room.said()).toEqual(["@weather greet", "@ben Hi."]);
  });

  test("of nobody is an error that names the near ones, and nothing is said", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada", "ben"], agents: ["weather"] });
    const thrown: unknown[] = [];
    await using _agent = await startAgent(sandbox, "weather", async (turn) => {
      await turn.send({ content: "Hi.", mentions: ["bem"] }).catch((error: unknown) => thrown.push(error));
    });

    await room.as("ada").say("@weather greet");

    await room.settled();
    expect(thrown[0]).toBeInstanceOf(MentionError);
    expect(thrown).toMatchObject([{ code: "mention.unknown", candidates: ["@ben"] }]);
    expect(room.said()).toEqual(["@weather greet"]);
  });

  test("of someone who joined while the turn ran finds them, also when the news of it was lost", async () => {
    await using sandbox = await startSandbox();
    sandbox.registerUser("cleo");
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    sandbox.faults.frames.always({ event: "participant_added" }, "drop");
    await using _agent = await startAgent(sandbox, "weather", async (turn) => {
      await turn.reply("Who is that?");
      await room.add("cleo");
      await turn.send({ content: "Welcome.", mentions: ["cleo"] });
    });

    await room.as("ada").say("@weather greet");

    await room.settled();
    expect(room.said()).toEqual(["@weather greet", "@ada Who is that?", "@cleo Welcome."]);
  });
});

describe("a long text", () => {
  const long = Array.from({ length: 2_000 }, (_, index) => `Line ${index} of the forecast.`).join("\n");

  test("reaches a person in parts, whole and in order", async () => {
    await using sandbox = await startSandbox();
    const room = await answered(sandbox, (turn) => turn.reply(long));

    const parts = room.said().slice(1);
    expect(parts.length).toBe(Math.ceil(long.length / 16_000));
    const text = parts.map((part) => part.replace(/^@ada /u, "")).join("\n");
    expect(text).toBe(long);
  });

  test("lost in its second part is not said twice", async () => {
    await using sandbox = await startSandbox();
    sandbox.faults.once({ request: posts, call: 2 }, { cut: "after" });
    const room = await answered(sandbox, (turn) => turn.reply(long));

    const text = room
      .said()
      .slice(1)
      .map((part) => part.replace(/^@ada /u, ""));
    expect(text.join("\n")).toBe(long);
  });

  test("reaches an agent as one message, cut at 60,000 bytes", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather", "planner"] });
    await using _agent = await startAgent(sandbox, "weather", (turn) =>
      turn.send({ content: "é".repeat(40_000), mentions: ["ada", "ada/planner"] }),
    );

    await room.as("ada").say("@weather tell them");

    await expect.poll(() => room.said().length, soon).toBe(2);
    const [, text = ""] = room.said();
    expect(text.replace(/^(@\S+ )+/u, "")).toMatch(/^é+\n\n… \[cut\]$/u);
    expect(Buffer.byteLength(text)).toBeGreaterThan(59_000);
    expect(Buffer.byteLength(text.replace(/^(@\S+ )+/u, ""))).toBeLessThanOrEqual(60_000);
  });
});
