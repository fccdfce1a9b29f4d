import { expect, test } from "vitest";
import { startSandbox } from "../../src/index.ts";
import { deferred } from "../support/deferred.ts";

test("a scripted agent answers what mentions it, oldest first, what came before it too, and marks it processed", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  await room.as("ada").say("@weather one");
  await room.as("ada").say("@weather two");
  sandbox.script("weather", ["First.", "Second."]);
  await room.as("ada").say("@weather three");
  await room.settled();
  expect(room.said().slice(3)).toEqual(["@ada First.", "@ada Second."]);
  expect(room.deliveries("weather").map(({ status }) => status)).toEqual(["processed", "processed", "processed"]);
});

test("its function is given the text without its own mention; undefined is silence, a throw is a failed attempt", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const heard: string[] = [];
  sandbox.script("weather", (text) => {
    heard.push(text);
    if (text === "break") throw new Error("no forecast");
    return text === "quiet" ? undefined : "Yes.";
  });
  const quiet = await room.as("ada").say("@weather quiet");
  const broken = await room.as("ada").say("@weather break");
  expect(await room.as("ada").ask("@weather will it rain?")).toBe("Yes.");
  expect(heard).toEqual(["quiet", "break", "will it rain?"]);
  expect(room.delivery("weather", quiet.id)).toBe("processed");
  expect(room.deliveries("weather").find(({ messageId }) => messageId === broken.id)).toMatchObject({
    status: "failed",
    attempts: [{ error: "Error: no forecast" }],
  });
});

test("two scripted agents can talk to each other, and rooms don't wait for each other", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["planner", "weather"] });
  const other = await sandbox.room({ users: ["ada"], agents: ["planner"] });
  const answered = deferred<string>();
  sandbox.script("planner", (text) => {
    if (text.includes("wait")) return answered.promise;
    return text === "plan a picnic" ? "@weather will it rain?" : "@ada Sunday.";
  });
  sandbox.script("weather", ["Not on Sunday."]);
  const waiting = other.as("ada").ask("@planner wait");
  await room.as("ada").say("@planner plan a picnic");
  await room.settled();
  expect(room.said()).toEqual([
    "@planner plan a picnic",
    "@weather will it rain?",
    "@planner Not on Sunday.",
    "@ada Sunday.",
  ]);
  answered.resolve("Done.");
  expect(await waiting).toBe("Done.");
});

test("it works in rooms it is added to later, and stops when disposed of", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"] });
  const peer = sandbox.script("weather", () => "Yes.");
  await room.add("weather");
  expect(await room.as("ada").ask("@weather rain?")).toBe("Yes.");
  peer[Symbol.dispose]();
  await room.as("ada").say("@weather rain?");
  await expect(room.settled({ timeoutMs: 30 })).rejects.toThrow();
});

test("one that is removed while it answers says nothing more, and nothing breaks", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const asked = deferred<void>();
  const answer = deferred<string>();
  sandbox.script("weather", () => {
    asked.resolve();
    return answer.promise;
  });
  await room.as("ada").say("@weather rain?");
  await asked.promise;
  await room.remove("weather");
  answer.resolve("Yes.");
  await room.settled();
  await room.add("weather");
  expect(await room.as("ada").ask("@weather and now?")).toBe("Yes.");
});
