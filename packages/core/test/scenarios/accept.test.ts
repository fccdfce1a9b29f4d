import { type Accept, fromOwner, fromPeople } from "@thenvoi/core";
import { type Sandbox, startSandbox } from "@thenvoi/sandbox";
import { describe, expect, test } from "vitest";
import { soon } from "../support/soon.ts";
import { startAgent } from "../support/start-agent.ts";

/** A room in which ada (the owner of both agents), ben and the agent planner each ask; ends when all is settled. */
async function askedByAll(sandbox: Sandbox, accept: Accept): Promise<{ runs: string[]; statuses: string[] }> {
  const room = await sandbox.room({ users: ["ada", "ben"], agents: ["weather", "planner"] });
  const runs: string[] = [];
  const handler = (turn: { message: { text: string } }) => {
    runs.push(turn.message.text.replace("@ada/weather says ", ""));
  };
  using _planner = sandbox.script("planner", () => "@ada/weather says planner");
  await using _agent = await startAgent(sandbox, "weather", handler, { accept });
  await room.as("ada").say("@weather says ada");
  await room.as("ben").say("@weather says ben");
  await room.as("ada").say("@planner please");
  await expect.poll(() => room.said().length, soon).toBe(4);
  await room.settled();
  return { runs, statuses: room.deliveries("weather").map(({ status }) => status) };
}

describe("a message that is declined is settled without a run", () => {
  test.each([
    ["fromPeople: not from agents", fromPeople, ["ada", "ben"]],
    ["fromOwner: not from others", fromOwner, ["ada"]],
    ["a function of one's own", (message) => message.text.includes("ben"), ["ben"]],
    ["a promise", async (_, { identity, room }) => identity.handle === "ada/weather" && room.id === "", []],
  ] satisfies [string, Accept, string[]][])("%s", async (_, accept, expected) => {
    await using sandbox = await startSandbox();
    const { runs, statuses } = await askedByAll(sandbox, accept);
    expect(runs).toEqual(expected);
    expect(statuses).toEqual(["processed", "processed", "processed"]);
  });
});

test("a message that `accept` can't judge is tried again, then given up in the open, and the room goes on", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  const accept: Accept = (message) => {
    if (message.text.includes("poison")) throw new Error("no list of friends");
    return true;
  };
  const runs: string[] = [];
  await using _agent = await startAgent(sandbox, "weather", (turn) => runs.push(turn.message.text), { accept });
  await room.as("ada").say("@weather poison");
  await room.as("ada").say("@weather will it rain?");

  await room.settled();
  expect(runs).toEqual(["@ada/weather will it rain?"]);
  const [poisoned] = room.deliveries("weather");
  expect(poisoned?.attempts.map(({ status }) => status)).toEqual(["failed", "failed", "failed", "failed", "success"]);
  expect(poisoned?.attempts[0]?.error).toBe("accept threw: Error: no list of friends");
  expect(room.timeline().map(({ type }) => type)).toContain("error");
});
