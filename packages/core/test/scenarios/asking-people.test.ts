import { createRoomClient, type Turn } from "@thenvoi/core";
import { type RoomHandle, type Sandbox, startSandbox, type TimelineItem } from "@thenvoi/sandbox";
import { expect, test } from "vitest";
import { doneOnce, standing, startCounted } from "../support/asking.ts";
import { untilAborted } from "../support/conversation.ts";
import { soon } from "../support/soon.ts";
import { startAgent } from "../support/start-agent.ts";

function roomOf(sandbox: Sandbox, ...users: string[]) {
  return sandbox.room({ users, agents: ["planner"] });
}

async function book(turn: Turn) {
  const { answer, peer } = await turn.ask("@bob", "May I book the table?");
  await turn.reply(`${peer.name}: ${answer}`);
}

const text = (from: string, said: string): TimelineItem => ({ from, type: "text", text: said });
const attention = (content: string): TimelineItem => ({ from: "planner", type: "attention", content });

/** The calls for attention of a room, oldest first, as the agent's own history has them. */
async function callsForAttention(sandbox: Sandbox, room: RoomHandle) {
  const items = await Array.fromAsync(createRoomClient(sandbox.credentials("planner")).room(room.id).items());
  return items.flatMap((item) => (item.kind === "event" && item.type === "attention" ? [item] : []));
}

test("a person is asked with a call for attention, which is resolved by the answer; the answer is no turn", async () => {
  await using sandbox = await startSandbox();
  const room = await roomOf(sandbox, "ada", "bob");
  await using planner = await startCounted(sandbox, "planner", book);

  await room.as("ada").say("@planner dinner?");
  await expect.poll(() => room.said().at(-1), soon).toBe("@bob May I book the table?");
  await room.as("bob").say("@planner Yes, for two.");

  await expect.poll(() => room.said().at(-1), soon).toBe("@ada Bob: Yes, for two.");
  await room.settled();
  expect(room.timeline().filter((item) => item.type === "text" || item.content !== "Answered.")).toEqual([
    text("ada", "@planner dinner?"),
    attention("May I book the table?"),
    text("planner", "@bob May I book the table?"),
    text("bob", "@planner Yes, for two."),
    text("planner", "@ada Bob: Yes, for two."),
  ]);
  const [asked, resolved] = await callsForAttention(sandbox, room);
  expect(asked).toMatchObject({ metadata: { kind: "question", blocking: true } });
  expect(resolved).toMatchObject({
    metadata: { kind: "question", resolves: asked?.id, resolution: "answered" },
  });
  expect(standing(room, "planner")).toEqual(doneOnce(2));
  expect(planner.turns).toEqual(["dinner?"]);
});

test("waiting for a person does not count against the time of the turn, and working does", async () => {
  await using sandbox = await startSandbox();
  const room = await roomOf(sandbox, "ada", "bob");
  const elsewhere = await roomOf(sandbox, "ada");
  const attempts: string[] = [];
  await using _planner = await startAgent(
    sandbox,
    "planner",
    async (turn) => {
      attempts.push(turn.room.id === room.id ? "asks" : "works");
      return turn.room.id === room.id ? book(turn) : untilAborted(turn.signal);
    },
    { turnTimeoutMs: 300 },
  );
  await room.as("ada").say("@planner dinner?");
  await expect.poll(() => room.said().at(-1), soon).toBe("@bob May I book the table?");

  await elsewhere.as("ada").say("@planner work on"); // fails by the same time, again and again
  await expect.poll(() => attempts.filter((what) => what === "works").length, soon).toBe(3);
  await room.as("bob").say("@planner Yes.");

  await expect.poll(() => room.said().at(-1), soon).toBe("@ada Bob: Yes.");
  await room.settled();
  expect(standing(room, "planner")).toEqual(doneOnce(2));
  expect(attempts.filter((what) => what === "asks").length).toBe(1);
});

test("a question to a person who does not answer ends, and its call for attention with it", async () => {
  await using sandbox = await startSandbox();
  const room = await roomOf(sandbox, "ada", "bob");
  const codes: string[] = [];
  await using planner = await startCounted(sandbox, "planner", async (turn) => {
    await turn.ask("@bob", "May I book the table?", { timeoutMs: 50 }).catch((error: { code: string }) => {
      codes.push(error.code);
    });
    await turn.reply("I book nothing.");
  });

  await room.as("ada").say("@planner dinner?");
  await expect.poll(() => room.said().at(-1), soon).toBe("@ada I book nothing.");
  await room.settled();
  expect(codes).toEqual(["ask.timed-out"]);
  const [asked, resolved] = await callsForAttention(sandbox, room);
  expect(resolved).toMatchObject({ metadata: { resolves: asked?.id, resolution: "unanswered" } });

  await room.as("bob").say("@planner Yes.");
  await room.settled();
  expect(planner.turns).toEqual(["dinner?"]);
  await room.as("bob").say("@planner Did you?");
  await room.settled();
  expect(planner.turns).toEqual(["dinner?", "Did you?"]);
});

test("who asked is asked back in the same way, and an agent that was started anew resolves the earlier call", async () => {
  await using sandbox = await startSandbox();
  const room = await roomOf(sandbox, "ada");
  const confirm = async (turn: Turn) => {
    const { answer } = await turn.ask("@ada", turn.attempt === 1 ? "Really?" : "Are you sure?");
    await turn.reply(`So: ${answer}`);
  };
  {
    await using _planner = await startAgent(sandbox, "planner", confirm);
    await room.as("ada").say("@planner delete it all");
    await expect.poll(() => room.said().at(-1), soon).toBe("@ada Really?");
    // Cut as a crash would: nothing is closed, because its marks no longer arrive.
    sandbox.faults.always({ request: "POST messages/:id/failed", agent: "planner" }, { cut: "before" });
  }
  sandbox.faults.clear();

  await using planner = await startCounted(sandbox, "planner", confirm);
  await expect.poll(() => planner.turns, soon).toEqual(["delete it all"]);
  await room.as("ada").say("@planner Yes.");

  await expect.poll(() => room.said().at(-1), soon).toBe("@ada So: Yes.");
  await room.settled();
  expect(room.said()).toEqual(["@planner delete it all", "@ada Really?", "@planner Yes.", "@ada So: Yes."]);
  const calls = await callsForAttention(sandbox, room);
  expect(calls.length).toBe(2);
  expect(calls[1]).toMatchObject({ metadata: { resolves: calls[0]?.id, resolution: "answered" } });
  expect(planner.turns.length).toBe(1);
});

test("a person's late answer is settled without a turn also when the asker was started anew, and what follows is new", async () => {
  await using sandbox = await startSandbox();
  const room = await roomOf(sandbox, "ada", "bob");
  {
    await using _planner = await startAgent(sandbox, "planner", async (turn) => {
      await turn.ask("@bob", "May I book?", { timeoutMs: 50 }).catch(() => turn.reply("Bob is away."));
    });
    await expect(room.as("ada").ask("@planner dinner?")).resolves.toBe("Bob is away.");
    await room.settled();
  }
  await using planner = await startCounted(sandbox, "planner", () => undefined);
  await room.as("ada").say("@planner what now?");
  await room.as("bob").say("@planner Yes, for two.");
  await room.as("bob").say("@planner Where are you?");

  await room.settled();
  expect(planner.turns).toEqual(["what now?", "Where are you?"]);
  expect(standing(room, "planner")).toEqual(doneOnce(4));
});

test("in a room where nobody was asked, a person's messages cost one look back in the life of the process", async () => {
  await using sandbox = await startSandbox();
  const room = await roomOf(sandbox, "ada");
  await using planner = await startCounted(sandbox, "planner", (turn) => turn.reply("Yes."));
  for (const question of ["one", "two", "three"]) await room.as("ada").ask(`@planner ${question}`);
  expect(planner.turns).toEqual(["one", "two", "three"]);
  expect(sandbox.requests("GET context").length).toBe(1);
});

test("a room that can't be looked back at is answered in all the same", async () => {
  await using sandbox = await startSandbox();
  const room = await roomOf(sandbox, "ada");
  sandbox.faults.always("GET context", { status: 403 });
  await using _planner = await startAgent(sandbox, "planner", (turn) => turn.reply("Yes."));
  await expect(room.as("ada").ask("@planner dinner?")).resolves.toBe("Yes.");
});
