import {
  createRoomAgent,
  createRoomClient,
  fromOwner,
  type Handler,
  type Message,
  type RoomAgentOptions,
  type RoomEventInput,
  type RoomItem,
  type SentMessage,
  type StopReason,
  type Turn,
  type TurnOutcome,
} from "@thenvoi/core";
import { expectTypeOf, test } from "vitest";

test("a plain function is a complete agent, and its turn needs no annotation", () => {
  const agent = createRoomAgent({
    handler: (turn) => {
      expectTypeOf(turn).toEqualTypeOf<Turn>();
      return turn.reply(turn.message.text);
    },
  });
  expectTypeOf(agent.run()).resolves.toEqualTypeOf<StopReason>();
  expectTypeOf(agent.wake({ roomId: "", prompt: "", mentions: ["@dana"] })).resolves.toEqualTypeOf<TurnOutcome>();
});

test("a handler may return anything, now or later", () => {
  expectTypeOf<() => void>().toExtend<Handler>();
  expectTypeOf<(turn: Turn) => Promise<string>>().toExtend<Handler>();
  expectTypeOf<(turn: Turn) => Promise<SentMessage>>().toExtend<Handler>();
});

test("options that don't exist, and values of the wrong type, are compile errors", () => {
  const handler = () => undefined;
  expectTypeOf<{ handler: Handler; whileBusy: "drop" }>().not.toExtend<RoomAgentOptions>();
  expectTypeOf<{ handler: Handler; concurrency: string }>().not.toExtend<RoomAgentOptions>();
  expectTypeOf({ handler, accept: fromOwner, whileBusy: "batch" as const }).toExtend<RoomAgentOptions>();
  expectTypeOf<object>().not.toExtend<RoomAgentOptions>();
});

test("history is told apart by kind", () => {
  expectTypeOf<Extract<RoomItem, { kind: "message" | "prompt" }>>().toEqualTypeOf<Message>();
  expectTypeOf<Extract<RoomItem, { kind: "event" }>["content"]>().toEqualTypeOf<string>();
});

test("each event has the fields of its type", () => {
  expectTypeOf<{ type: "thought"; text: string }>().toExtend<RoomEventInput>();
  expectTypeOf<{ type: "tool_call"; text: string }>().not.toExtend<RoomEventInput>();
  expectTypeOf<{ type: "tool_call"; toolCallId: string; name: string; input: unknown }>().toExtend<RoomEventInput>();
});

test("a listener gets the notice it asked for", () => {
  const agent = createRoomAgent({ handler: () => undefined });
  agent.on("turn.end", (notice) => expectTypeOf(notice.outcome).toEqualTypeOf<TurnOutcome>());
  agent.on("live", (notice) => expectTypeOf(notice.rooms).toEqualTypeOf<number>());
});

test("lists of the client are walked with for await", () => {
  expectTypeOf(createRoomClient().room("").items()).toEqualTypeOf<AsyncIterable<RoomItem>>();
});
