/**
 * What a user of the package writes, as TypeScript sees it. Checked against the declarations of each supported version of
 * `ai` by `versions.test.ts`; nothing here is ever run.
 */
import {
  aiSdkHandler,
  askPeerTool,
  createRoomAgent,
  currentTurn,
  peerTools,
  roomTools,
  type Turn,
  toModelMessages,
  toRoomEvents,
} from "@thenvoi/ai-sdk";
import { RoomChatTransport, type RoomUIMessage } from "@thenvoi/ai-sdk/ui";
import { AbstractChat, type ChatState, type ModelMessage, ToolLoopAgent, type ToolSet, tool } from "ai";
import * as z from "zod";

const forecast = tool({
  description: "The weather of a place",
  inputSchema: z.object({ place: z.string() }),
  execute: async ({ place }) => ({ place, rain: 0, room: currentTurn()?.room.id ?? "none" }),
});

const plain = new ToolLoopAgent({ model: "provider/model" });
const own = new ToolLoopAgent({ model: "provider/model", tools: { forecast } });
const written = new ToolLoopAgent({
  model: "provider/model",
  tools: { ...roomTools({ include: ["add_participant"], exclude: ["lookup_peers"] }), forecast },
});
const prefixed = { ...roomTools({ prefix: "room_" }), ask: askPeerTool({ timeoutMs: 1_000 }) } satisfies ToolSet;

/** Every kind of agent is taken, and so is what makes one for each turn. */
export const handlers = [
  aiSdkHandler({ agent: plain }),
  aiSdkHandler({ agent: own, reply: "tool", events: { thoughts: false }, history: { maxTokens: 1_000 } }),
  aiSdkHandler({ agent: written, approve: { tools: ["forecast"], by: ["@dana"], timeoutMs: 60_000 } }),
  aiSdkHandler({
    agent: async (turn) => new ToolLoopAgent({ model: "provider/model", tools: await peerTools(turn) }),
    callOptions: (turn) => ({ maxOutputTokens: turn.attempt * 1_000 }),
  }),
];
createRoomAgent({ handler: handlers[0] ?? aiSdkHandler({ agent: plain }) });

// @ts-expect-error a model is not an agent
aiSdkHandler({ agent: "provider/model" });
// @ts-expect-error there is no such option
aiSdkHandler({ agent: plain, retries: 3 });
// @ts-expect-error there is no such tool
roomTools({ include: ["sing"] });

/** The names and inputs of the tools are known where the parts of a run are read. */
export async function read(turn: Turn): Promise<void> {
  const messages: ModelMessage[] = toModelMessages(await turn.transcript());
  const result = await written.stream({ messages });
  for await (const part of result.fullStream) {
    if (part.type !== "tool-call" || part.dynamic === true) continue;
    if (part.toolName === "forecast") part.input.place satisfies string;
    if (part.toolName === "thenvoi_send_message") part.input.mentions satisfies string[];
    if (part.toolName === "thenvoi_add_participant") part.input.identifier satisfies string;
    // @ts-expect-error it was excluded
    if (part.toolName === "thenvoi_lookup_peers") return;
  }
  const again = await written.stream({ messages });
  for await (const event of toRoomEvents(again.fullStream)) turn.report(event);
}

prefixed.room_send_message.description satisfies string;

class Chat extends AbstractChat<RoomUIMessage> {}

/** A room is a chat's transport, and its parts are known where they are drawn. */
export function chatOf(state: ChatState<RoomUIMessage>): readonly string[] {
  const transport = new RoomChatTransport({ api: "/api/rooms/1" });
  const chat = new Chat({ transport, state });
  transport.follow({
    setMessages: (update) => {
      chat.messages = update(chat.messages);
    },
  });
  return chat.messages.flatMap(({ metadata, parts }) =>
    parts.flatMap((part) => {
      if (part.type === "data-attention") return [part.data.from];
      return part.type === "dynamic-tool" ? [part.toolName, part.state] : [metadata?.sender.name ?? ""];
    }),
  );
}
