import { ConfigError } from "../errors.ts";
import { askPeerDefinition } from "../tools/ask-tools.ts";
import { bindSelection, type ToolSelection } from "../tools/selection.ts";
import { bindTool, type PlatformTool } from "../tools/tool.ts";
import type { Toolbox } from "../tools/toolbox.ts";
import { currentTurn } from "../turn/current-turn.ts";
import { askPeerTool, type PeerToolOptions } from "../turn/peer-tools.ts";
import { toolboxOf } from "../turn/toolbox.ts";
import type { Turn } from "../turn/turn.ts";

const defaultPrefix = "thenvoi_";

/**
 * The room's tools for an agent that is built before there is a turn: each finds the turn it is called in by itself.
 *
 * Called outside of a turn they answer with an error. Throws {@link ConfigError} for a name there is no tool of.
 */
export function ambientTools(selection: ToolSelection = {}): readonly PlatformTool[] {
  const { prefix = defaultPrefix } = selection;
  return bindSelection({ ...selection, prefix }, nowhere(), prefix).map((tool) =>
    ambient(tool, (turn) => turn.room.tools({ ...selection, prefix }).find(({ name }) => name === tool.name)),
  );
}

/** The tool through which a model asks anyone, in whichever turn it is called. */
export function ambientAskPeerTool(options: PeerToolOptions = {}): PlatformTool {
  const { prefix = defaultPrefix, ...how } = options;
  const described = bindTool(askPeerDefinition(how), nowhere(), prefix);
  return ambient(described, (turn) => askPeerTool(turn, { ...how, prefix }));
}

function ambient(tool: PlatformTool, inTurn: (turn: Turn) => PlatformTool | undefined): PlatformTool {
  return {
    ...tool,
    async execute(input, options) {
      const turn = currentTurn();
      const bound = turn === undefined ? undefined : inTurn(turn);
      if (bound === undefined)
        return {
          error: { code: "no_turn", message: `${tool.name} can only be used while a message is being answered.` },
        };
      return bound.execute(input, options);
    },
  };
}

/** Where nothing can be done: the tools made with it are only described by it. */
function nowhere(): Toolbox {
  const refuse = async (): Promise<never> => {
    throw new ConfigError("config.invalid", "This tool belongs to no turn.");
  };
  return toolboxOf(refuse, { send: refuse, report: () => undefined, ask: refuse, staySilent: () => undefined });
}
