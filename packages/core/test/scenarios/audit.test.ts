import { startSandbox } from "@thenvoi/sandbox";
import { expect, test } from "vitest";
import { repeatLastWord, sayAll } from "../support/conversation.ts";
import { answered, manyRooms } from "../support/many-rooms.ts";
import { soon } from "../support/soon.ts";
import { startAgent } from "../support/start-agent.ts";

test("a lost frame is found in each of many rooms, however many more there are than are looked at in the time between two looks", async () => {
  await using sandbox = await startSandbox();
  const rooms = await manyRooms(sandbox, 10);
  await using agent = await startAgent(sandbox, "weather", repeatLastWord, {
    timing: { auditMs: 20, auditRoomMs: 40 },
  });
  await expect.poll(() => agent.status().joinedRooms, soon).toBe(10);
  const drained = () =>
    rooms.filter((room) => sandbox.requests({ request: "GET messages/next", room: room.id }).length > 0);
  await expect.poll(() => drained().length, soon).toBe(10);
  const lost = sandbox.faults.frames.always("message_created", "drop");

  for (const room of rooms) await sayAll(room, ["1"]);

  await expect.poll(() => answered(rooms), soon).toBe(10);
  expect(lost.hits).toBeGreaterThanOrEqual(10);
});
