import { HumanMessage } from "@langchain/core/messages";
import { type AdapterOptions, ConfigError, currentTurn, offeredSelection, roomNote } from "@thenvoi/core";
import type { AgentMiddleware } from "langchain";
import { textOf } from "../message-parts.ts";
import { roomTools, toolNames } from "../tools.ts";

/** Optional for the rest of this package: who comes here without it is told in a sentence. */
const { createMiddleware } = await import("langchain").catch((error: unknown) => {
  throw new ConfigError(
    "config.invalid",
    "@thenvoi/langchain/middleware needs the package langchain, which could not be loaded: npm install langchain.",
    { cause: error },
  );
});

/** What {@link roomMiddleware} takes: the words of {@link AdapterOptions}. */
export type RoomMiddlewareOptions = Pick<AdapterOptions, "tools" | "instructions">;

/**
 * Gives an agent of `createAgent` the room's tools and the note about the room: `middleware: [roomMiddleware()]`, once.
 *
 * The note goes into each model call, as a user's words, where there is none yet; outside of a turn nothing is added. It wraps
 * model calls only: a middleware that wraps tool calls would make every tool that throws end the run.
 */
export function roomMiddleware(options: RoomMiddlewareOptions = {}): AgentMiddleware {
  const selection = offeredSelection(options.tools);
  const tools = selection === undefined ? [] : roomTools(selection);
  const names = toolNames(tools);
  return createMiddleware({
    name: "ThenvoiRoom",
    tools,
    async wrapModelCall(request, handler) {
      const turn = currentTurn();
      const isTold = request.messages.some((message) => textOf(message).startsWith("<room-note>"));
      const note = turn === undefined || isTold ? undefined : await roomNote(turn, options, names);
      if (note === undefined) return handler(request);
      return handler({ ...request, messages: [new HumanMessage(note), ...request.messages] });
    },
  });
}
