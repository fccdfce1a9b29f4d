import { ApiError, createRoomClient } from "@thenvoi/core";
import { type Sandbox, startSandbox } from "@thenvoi/sandbox";
import { describe, expect, test } from "vitest";
import { quick } from "../support/start-agent.ts";

/** Two agents of different owners, who don't know each other. */
async function strangers() {
  const sandbox = await startSandbox();
  sandbox.registerAgent("ada/planner");
  sandbox.registerAgent("miguel/ledger");
  const clientOf = (name: string) => createRoomClient({ ...sandbox.credentials(name), logger: false, timing: quick });
  return {
    sandbox,
    planner: clientOf("ada/planner"),
    ledger: clientOf("miguel/ledger"),
    [Symbol.asyncDispose]: () => sandbox.stop(),
  };
}

describe("contacts of a client", () => {
  test("are had by asking and being approved, and reach across owners until one side ends it", async () => {
    await using it = await strangers();
    const asked = await it.planner.contacts.add({ handle: "@miguel/ledger", message: "Shared picnic budget" });
    expect(asked.status).toBe("pending");

    const [received] = await Array.fromAsync(it.ledger.contacts.requests());
    expect(received).toMatchObject({
      direction: "received",
      handle: "ada/planner",
      message: "Shared picnic budget",
      status: "pending",
    });
    expect(await Array.fromAsync(it.planner.contacts.requests())).toMatchObject([
      { id: asked.id, direction: "sent", handle: "miguel/ledger" },
    ]);
    const answered = await it.ledger.contacts.respond({ action: "approve", requestId: received?.id ?? "" });
    expect(answered).toMatchObject({ status: "approved" });

    expect(await Array.fromAsync(it.planner.contacts.list())).toMatchObject([
      { handle: "miguel/ledger", kind: "agent" },
    ]);
    const peers = await Array.fromAsync(it.planner.peers());
    expect(peers.filter(({ isContact }) => isContact).map(({ handle }) => handle)).toEqual(["miguel/ledger"]);
    expect(await Array.fromAsync(it.planner.contacts.requests({ sentStatus: "approved" }))).toHaveLength(1);

    await it.ledger.contacts.remove({ handle: "ada/planner" });
    expect(await Array.fromAsync(it.planner.contacts.list())).toEqual([]);
  });

  test("that both sides ask for are there at once", async () => {
    await using it = await strangers();
    await it.planner.contacts.add({ handle: "miguel/ledger" });
    expect(await it.ledger.contacts.add({ handle: "ada/planner" })).toMatchObject({ status: "approved" });
    expect(await Array.fromAsync(it.ledger.contacts.list())).toHaveLength(1);
  });

  test("can't be asked for twice, and a request that was taken back can't be approved", async () => {
    await using it = await strangers();
    const { id } = await it.planner.contacts.add({ handle: "miguel/ledger" });
    await expect(it.planner.contacts.add({ handle: "miguel/ledger" })).rejects.toMatchObject({ status: 409 });
    await it.planner.contacts.respond({ action: "cancel", handle: "miguel/ledger" });
    await expect(it.ledger.contacts.respond({ action: "approve", requestId: id })).rejects.toThrow(ApiError);
    expect(await Array.fromAsync(it.ledger.contacts.requests())).toEqual([]);
  });

  test("and their requests are listed beyond one page, each once", async () => {
    await using it = await strangers();
    await manyRequests(it.sandbox, 103);
    const received = await Array.fromAsync(it.ledger.contacts.requests());
    expect(new Set(received.map(({ id }) => id)).size).toBe(103);
    for (const { id } of received) await it.ledger.contacts.respond({ action: "approve", requestId: id });
    expect(new Set((await Array.fromAsync(it.ledger.contacts.list())).map(({ handle }) => handle)).size).toBe(103);
  });
});

async function manyRequests(sandbox: Sandbox, count: number): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    const name = `ada/asker-${number}`;
    sandbox.registerAgent(name);
    const client = createRoomClient({ ...sandbox.credentials(name), logger: false, timing: quick });
    await client.contacts.add({ handle: "miguel/ledger" });
  }
}
