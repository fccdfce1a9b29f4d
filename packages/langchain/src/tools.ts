import { ToolMessage } from "@langchain/core/messages";
import { DynamicStructuredTool, type StructuredToolInterface } from "@langchain/core/tools";
import {
  ambientAskPeerTool,
  ambientTools,
  peerTools as bindPeers,
  ConfigError,
  currentTurn,
  isToolFailure,
  type PeerToolOptions,
  type PlatformTool,
  type ToolNames,
  type ToolSelection,
  type Turn,
} from "@thenvoi/core";
import { isRecord, methodOf } from "./shape.ts";

/** Marks a tool as one of ours, also across two installed copies; its value is the tool's name without prefix. */
const brand = Symbol.for("thenvoi.room-tool");

/** Which conversation with the model a turn is at: call ids may begin anew in each, and each call has its one effect. */
const conversations = new WeakMap<Turn, number>();

/** Another conversation of a turn with its model begins. */
export function beginConversation(turn: Turn): void {
  conversations.set(turn, (conversations.get(turn) ?? 0) + 1);
}

/**
 * The room's tools, to be given to an agent: `tools: [...roomTools()]`. Each finds the turn it is called in.
 *
 * They never throw: what went wrong is a tool message with status `error`. Throws a {@link ConfigError} for a name there is no
 * tool of.
 */
export function roomTools(selection: ToolSelection = {}): StructuredToolInterface[] {
  return langchainTools(ambientTools(selection), selection.prefix ?? "thenvoi_");
}

/** The tool through which a model asks anyone. */
export function askPeerTool(options: PeerToolOptions = {}): StructuredToolInterface {
  return langchainTool(ambientAskPeerTool(options), "ask_peer");
}

/**
 * One tool for each peer who can be reached from a turn's room, such as `ask_weather`: for agents that are made anew for
 * each turn. Without a turn, the one that is running; throws a {@link ConfigError} where there is none.
 */
export async function peerTools(
  turn: Turn | undefined = currentTurn(),
  options: PeerToolOptions = {},
): Promise<StructuredToolInterface[]> {
  if (turn === undefined)
    throw new ConfigError("config.invalid", "peerTools() needs a turn: call it where a message is being answered.");
  return (await bindPeers(turn, options)).map((tool) => langchainTool(tool, tool.name));
}

/** Tools of a room that an agent does not have yet, under whatever prefix. */
export function missingTools(
  offered: readonly PlatformTool[],
  own: readonly object[],
  prefix: string,
): StructuredToolInterface[] {
  const had = new Set(own.flatMap((tool) => roomToolName(tool) ?? []));
  const names = new Set(own.map((tool) => Reflect.get(tool, "name")));
  return langchainTools(
    offered.filter((tool) => !had.has(tool.name.slice(prefix.length)) && !names.has(tool.name)),
    prefix,
  );
}

/** What the room's tools are called among these. */
export function toolNames(tools: readonly object[]): ToolNames {
  const named = new Map(tools.map((tool) => [roomToolName(tool), String(Reflect.get(tool, "name"))]));
  const [sendTool, silentTool, askTool] = ["send_message", "no_reply", "ask_peer"].map((name) => named.get(name));
  return {
    ...(sendTool !== undefined && { sendTool }),
    ...(silentTool !== undefined && { silentTool }),
    ...(askTool !== undefined && { askTool }),
  };
}

/** The name without prefix of a tool that is the room's; undefined for any other. */
export function roomToolName(tool: object): string | undefined {
  const name: unknown = Reflect.get(tool, brand);
  return typeof name === "string" ? name : undefined;
}

function langchainTools(tools: readonly PlatformTool[], prefix: string): StructuredToolInterface[] {
  return tools.map((tool) => langchainTool(tool, tool.name.slice(prefix.length)));
}

/** Described by JSON Schema, so that it needs no schema library and fits every version of LangChain's types. */
function langchainTool(tool: PlatformTool, bareName: string): StructuredToolInterface {
  const made = new DynamicStructuredTool({
    name: tool.name,
    description: tool.description,
    schema: { ...tool.inputJsonSchema },
    verboseParsingErrors: true,
    func: (input: unknown, _manager: unknown, config: unknown) => answered(tool, input, config),
  });
  const invoke = methodOf(made, "invoke");
  return Object.assign(made, {
    [brand]: bareName,
    invoke: async (input: unknown, config?: unknown): Promise<unknown> => {
      try {
        return await invoke?.(input, config);
      } catch (error) {
        // input that doesn't fit would end the run of an agent whose middleware wraps tool calls
        if (!isUnfitInput(error)) throw error;
        const call = isRecord(input) && input.type === "tool_call" ? input : undefined;
        return answered(tool, call?.args ?? input, {
          ...(isRecord(config) && config),
          ...(call && { toolCall: call }),
        });
      }
    },
  });
}

/** LangChain gives this error no name of its own; what sets it apart is the input that it carries. */
function isUnfitInput(error: unknown): boolean {
  return error instanceof Error && "output" in error && error.message.startsWith("Received tool input");
}

async function answered(tool: PlatformTool, input: unknown, config: unknown): Promise<ToolMessage | string> {
  const given = isRecord(config) ? config : {};
  const call = isRecord(given.toolCall) ? given.toolCall : undefined;
  const id = typeof call?.id === "string" ? call.id : undefined;
  const signal = given.signal instanceof AbortSignal ? given.signal : undefined;
  const result = await tool.execute(input, {
    ...(id !== undefined && { toolCallId: effectId(id) }),
    ...(signal !== undefined && { signal }),
  });
  const content = JSON.stringify(result);
  if (id === undefined) return content;
  const status = isToolFailure(result) ? "error" : "success";
  return new ToolMessage({ content, tool_call_id: id, name: tool.name, status });
}

function effectId(toolCallId: string): string {
  const turn = currentTurn();
  const conversation = turn === undefined ? 0 : (conversations.get(turn) ?? 0);
  return conversation <= 1 ? toolCallId : `${conversation}:${toolCallId}`;
}
