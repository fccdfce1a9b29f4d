import { startSandbox } from "@thenvoi/sandbox";
import { expect, test } from "vitest";
import { answers, numbers, repeatLastWord, sayAll } from "../support/conversation.ts";
import { manyRooms } from "../support/many-rooms.ts";
import { soon } from "../support/soon.ts";
import { startAgent } from "../support/start-agent.ts";

/** What became of the messages 1 to `count`, judged by the answers that the room shows. */
function tally(count: number, answered: readonly string[]) {
  const met = new Set(answered);
  const given = answered.map(Number);
  return {
    messages: count,
    answered: met.size,
    lost: numbers(count).filter((number) => !met.has(number)).length,
    doubled: answered.length - met.size,
    outOfOrder: given.filter((number, index) => number < Math.max(0, ...given.slice(0, index))).length,
  };
}

const perfect = (count: number) => ({ messages: count, answered: count, lost: 0, doubled: 0, outOfOrder: 0 });

test("500 messages, during which the socket is cut 20 times, are answered once each and in order", async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
  let done = 0;
  await using _agent = await startAgent(sandbox, "weather", async (turn) => {
    await repeatLastWord(turn);
    done += 1;
  });
  let cuts = 0;

  for (const number of numbers(500)) {
    await sayAll(room, [number]);
    const said = Number(number);
    if (said % 25 === 0) {
      await expect.poll(() => sandbox.connections("weather").length, soon).toBe(1);
      cuts += sandbox.faults.cutSockets();
    }
    if (said % 10 === 3) await expect.poll(() => done, soon).toBeGreaterThanOrEqual(said - 12); // it is always at work
  }

  await room.settled({ timeoutMs: 20_000 });
  const counts = tally(500, answers(room));
  process.stdout.write(
    `${counts.messages} messages, ${cuts} cuts: ${counts.answered} answered, ${counts.lost} lost, ${counts.doubled} doubled, ${counts.outOfOrder} out of order\n`,
  );
  expect({ ...counts, cuts }).toEqual({ ...perfect(500), cuts: 20 });
});

test("in rooms whose frames come twice, late, swapped or never, with cuts besides, each message is answered once and in order", async () => {
  await using sandbox = await startSandbox();
  const rooms = await manyRooms(sandbox, 5);
  const [twice, late, swapped, never] = rooms;
  const event = "message_created";
  const { frames } = sandbox.faults;
  frames.always({ event, room: twice?.id ?? "" }, "duplicate");
  frames.always({ event, room: late?.id ?? "" }, { delayMs: 25 });
  for (let call = 1; call <= 40; call += 2) frames.once({ event, room: swapped?.id ?? "", call }, "reorder");
  frames.always({ event, room: never?.id ?? "" }, "drop");
  let done = 0;
  const timing = { auditMs: 10, auditRoomMs: 50 };
  await using _agent = await startAgent(
    sandbox,
    "weather",
    async (turn) => {
      await repeatLastWord(turn);
      done += 1;
    },
    { timing },
  );

  for (const number of numbers(40)) {
    for (const room of rooms) await sayAll(room, [number]);
    const said = 5 * Number(number);
    if (Number(number) % 10 === 5) sandbox.faults.cutSockets();
    if (Number(number) % 4 === 0) await expect.poll(() => done, soon).toBeGreaterThanOrEqual(said - 25);
  }

  for (const room of rooms) await room.settled({ timeoutMs: 20_000 });
  expect(rooms.map((room) => tally(40, answers(room)))).toEqual(rooms.map(() => perfect(40)));
});
