import type * as z from "zod";
import { ConfigError } from "../errors.ts";
import { askPeerDefinition } from "./ask-tools.ts";
import { boardToolDefinitions } from "./board-tools.ts";
import { contactToolDefinitions } from "./contact-tools.ts";
import { memoryToolDefinitions } from "./memory-tools.ts";
import { messageToolDefinitions } from "./message-tools.ts";
import { roomToolDefinitions } from "./room-tools.ts";
import { bindTool, checkPrefix, type PlatformTool } from "./tool.ts";
import type { Toolbox } from "./toolbox.ts";

const definitions = [
  ...messageToolDefinitions,
  ...roomToolDefinitions,
  askPeerDefinition(),
  ...contactToolDefinitions,
  ...boardToolDefinitions,
  ...memoryToolDefinitions,
] as const;
const unasked: readonly string[] = ["send_message", "get_participants", "lookup_peers", "ask_peer", "no_reply"];

type Definition = (typeof definitions)[number];

/** What each tool takes, by its name without prefix. */
export type RoomToolInputs = { readonly [Each in Definition as Each["name"]]: z.input<Each["schema"]> };

/** The names of the tools, without prefix. */
export type ToolName = keyof RoomToolInputs;

/** Which tools are offered, and under which names. */
export interface ToolSelection {
  /** `all`, or names to offer besides those offered unasked. What changes a room, reaches more people, or outlives the conversation must be named. */
  readonly include?: "all" | readonly ToolName[];
  /** Names not to offer. */
  readonly exclude?: readonly ToolName[];
  /** What every name begins with. Default `thenvoi_`, or `band_` under that preset. */
  readonly prefix?: string;
}

/** The tools that are selected, bound to a room. Throws {@link ConfigError} for a name there is no tool of. */
export function bindSelection(selection: ToolSelection, toolbox: Toolbox, defaultPrefix: string): PlatformTool[] {
  const { include = [], exclude = [], prefix = defaultPrefix } = selection;
  for (const name of [...(include === "all" ? [] : include), ...exclude]) {
    if (definitions.some((definition) => definition.name === name)) continue;
    throw new ConfigError(
      "config.invalid",
      `There is no tool ${JSON.stringify(name)}; there are ${definitions.map((each) => each.name).join(", ")}.`,
    );
  }
  checkPrefix(prefix);
  return definitions
    .filter(({ name }) => include === "all" || unasked.includes(name) || include.some((wanted) => wanted === name))
    .filter(({ name }) => !exclude.some((unwanted) => unwanted === name))
    .filter(({ name }) => isPossible(name, toolbox))
    .map((definition) => bindTool(definition, toolbox, prefix));
}

/** Outside of a turn nobody can be asked, and there is no turn to end. */
function isPossible(name: string, toolbox: Toolbox): boolean {
  if (name === "ask_peer") return toolbox.ask !== undefined;
  if (name === "no_reply") return toolbox.staySilent !== undefined;
  return true;
}
