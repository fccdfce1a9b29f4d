import {
  ambientAskPeerTool,
  ambientTools,
  peerTools as bindPeers,
  ConfigError,
  currentTurn,
  jsonSafe,
  type PeerToolOptions,
  type PlatformTool,
  type RoomToolInputs,
  type ToolName,
  type ToolResult,
  type ToolSelection,
  type Turn,
} from "@thenvoi/core";
import type { ToolResultPart, ToolSet } from "ai";
import { toolsIn } from "./agent.ts";
import { type SdkSchema, schemaOf } from "./schema.ts";

/** A tool of the room as the SDK takes it: narrower than its own type, and so one of every version's. */
export interface RoomTool<Input> {
  description: string;
  inputSchema: SdkSchema<Input>;
  execute(
    input: Input,
    call: { readonly toolCallId: string; readonly abortSignal?: AbortSignal | undefined },
  ): Promise<ToolResult>;
}

type Unasked = "send_message" | "get_participants" | "lookup_peers" | "ask_peer" | "no_reply";
type Included<Selection> = Selection extends { readonly include: "all" }
  ? ToolName
  : Selection extends { readonly include: readonly (infer Name)[] }
    ? Unasked | Extract<Name, ToolName>
    : Unasked;
type Excluded<Selection> = Selection extends { readonly exclude: readonly (infer Name)[] } ? Name : never;
type PrefixOf<Selection> = Selection extends { readonly prefix: infer Prefix extends string } ? Prefix : "thenvoi_";

/** The tools of a selection by their names, with the type of each one's input. */
export type RoomToolSet<Selection = object> = {
  [Name in Exclude<Included<Selection>, Excluded<Selection>> as `${PrefixOf<Selection>}${Name}`]: RoomTool<
    RoomToolInputs[Name]
  >;
};

/** Which conversation with the model a turn is at: call ids may begin anew in each, and each call has its one effect. */
const conversations = new WeakMap<Turn, number>();

/** Another conversation of a turn with its model begins. */
export function beginConversation(turn: Turn): void {
  conversations.set(turn, (conversations.get(turn) ?? 0) + 1);
}

/** Marks a tool as one of ours, also across two installed copies; its value is the tool's name without prefix. */
const brand = Symbol.for("thenvoi.room-tool");

/**
 * The room's tools, to be written into an agent: `tools: { ...roomTools() }`. Each finds the turn it is called in.
 *
 * Throws a {@link ConfigError} for a name there is no tool of.
 */
export function roomTools<const Selection extends ToolSelection = object>(
  selection?: Selection,
): RoomToolSet<Selection>;
export function roomTools(selection: ToolSelection = {}): ToolSet {
  return toolSet(ambientTools(selection), selection.prefix ?? "thenvoi_");
}

/** The tool through which a model asks anyone, to be written into an agent: `tools: { ask_peer: askPeerTool() }`. */
export function askPeerTool(options?: PeerToolOptions): RoomTool<RoomToolInputs["ask_peer"]>;
export function askPeerTool(options: PeerToolOptions = {}): ToolSet[string] {
  return sdkTool(ambientAskPeerTool(options), "ask_peer");
}

/**
 * One tool for each peer who can be reached from a turn's room, such as `ask_weather`: for agents that are made anew for
 * each turn. Without a turn, the one that is running; throws a {@link ConfigError} where there is none.
 */
export async function peerTools(
  turn: Turn | undefined = currentTurn(),
  options: PeerToolOptions = {},
): Promise<Record<string, RoomTool<{ question: string }>>> {
  if (turn === undefined)
    throw new ConfigError("config.invalid", "peerTools() needs a turn: call it where a message is being answered.");
  const tools: Record<string, RoomTool<{ question: string }>> = {};
  for (const tool of await bindPeers(turn, options)) tools[tool.name] = peerTool(tool);
  return tools;
}

/** The name without prefix of a tool that is the room's; undefined for any other. */
export function roomToolName(tool: unknown): string | undefined {
  if (typeof tool !== "object" || tool === null) return undefined;
  const name: unknown = Reflect.get(tool, brand);
  return typeof name === "string" ? name : undefined;
}

/** Tools of a room that an agent does not have yet, under whatever prefix. */
export function missingTools(offered: readonly PlatformTool[], own: ToolSet, prefix: string): ToolSet {
  const had = new Set(Object.values(own).flatMap((tool) => roomToolName(tool) ?? []));
  return toolSet(
    offered.filter((tool) => !had.has(tool.name.slice(prefix.length)) && !Object.hasOwn(own, tool.name)),
    prefix,
  );
}

/**
 * The agent's own tools for one call. What they give back reaches the model as JSON, whatever it was: some versions of `ai`
 * end a run over a date. Those named wait for approval.
 */
export function preparedTools(tools: ToolSet, toApprove: ReadonlySet<string>): ToolSet {
  return toolsIn(
    Object.fromEntries(
      Object.entries(tools).map(([name, tool]) => {
        const isRun = typeof tool.execute === "function" && tool.toModelOutput === undefined;
        const changes = {
          ...(isRun && { toModelOutput: modelOutput }),
          ...(toApprove.has(name) && { needsApproval: true }),
        };
        return [name, changed(tool, changes)];
      }),
    ),
  );
}

function modelOutput({ output }: { readonly output: unknown }): ToolResultPart["output"] {
  const value = jsonSafe(output);
  return typeof value === "string" ? { type: "text", value } : { type: "json", value };
}

/** A tool with some properties replaced; one of a class keeps what it inherits. */
function changed(tool: object, changes: Readonly<Record<string, unknown>>): object {
  if (Object.getPrototypeOf(tool) === Object.prototype) return { ...tool, ...changes };
  const copy: object = Object.create(tool);
  return Object.assign(copy, changes);
}

function toolSet(tools: readonly PlatformTool[], prefix: string): ToolSet {
  return Object.fromEntries(tools.map((tool) => [tool.name, sdkTool(tool, tool.name.slice(prefix.length))]));
}

function sdkTool(tool: PlatformTool, name: string): RoomTool<unknown> {
  return Object.assign(executed(tool, schemaOf(tool)), { [brand]: name });
}

function peerTool(tool: PlatformTool): RoomTool<{ question: string }> {
  return Object.assign(executed(tool, schemaOf<{ question: string }>(tool)), { [brand]: tool.name });
}

function executed<Input>(tool: PlatformTool, inputSchema: SdkSchema<Input>): RoomTool<Input> {
  return {
    description: tool.description,
    inputSchema,
    execute: (input, { toolCallId, abortSignal }) =>
      tool.execute(input, {
        toolCallId: effectId(toolCallId),
        ...(abortSignal !== undefined && { signal: abortSignal }),
      }),
  };
}

function effectId(toolCallId: string): string {
  const turn = currentTurn();
  const conversation = turn === undefined ? 0 : (conversations.get(turn) ?? 0);
  return conversation <= 1 ? toolCallId : `${conversation}:${toolCallId}`;
}
