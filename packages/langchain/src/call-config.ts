import type { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import type { Turn } from "@thenvoi/core";
import type { CallConfig, LangchainHandlerOptions } from "./handler.ts";
import { isRecord, methodOf } from "./shape.ts";

/**
 * What an agent is called with: the user's configuration, with what the turn adds. Room, message and attempt are in `metadata`,
 * where LangChain's tracing looks.
 */
export async function callConfig(
  turn: Turn,
  { config: asked, threadId }: { readonly config: LangchainHandlerOptions["config"]; readonly threadId: string },
  follower: BaseCallbackHandler,
): Promise<CallConfig> {
  const own = (typeof asked === "function" ? await asked(turn) : asked) ?? {};
  const { room, message, attempt } = turn;
  return {
    ...own,
    callbacks: withHandler(own.callbacks, follower),
    configurable: { ...own.configurable, thread_id: threadId },
    metadata: {
      ...own.metadata,
      thenvoi_room_id: room.id,
      thenvoi_message_id: message.id,
      thenvoi_attempt: attempt,
    },
    signal: own.signal === undefined ? turn.signal : AbortSignal.any([turn.signal, own.signal]),
  };
}

/** Callbacks are given as a list, or as LangChain's manager of them. */
function withHandler(own: CallConfig["callbacks"], handler: BaseCallbackHandler): NonNullable<CallConfig["callbacks"]> {
  if (own === undefined) return [handler];
  if (Array.isArray(own)) return [...own, handler];
  const add = isRecord(own) ? methodOf(own, "addHandler") : undefined;
  add?.(handler, true);
  return own;
}
