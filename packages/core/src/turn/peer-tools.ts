import { shared } from "../internal/shared.ts";
import type { KnownRoom } from "../room/known-room.ts";
import { type AskToolOptions, askPeerDefinition, bindPeers } from "../tools/ask-tools.ts";
import { bindTool, checkPrefix, type PlatformTool } from "../tools/tool.ts";
import type { Toolbox } from "../tools/toolbox.ts";
import { reachablePeers } from "./toolbox.ts";
import type { Turn } from "./turn.ts";

interface Bound {
  readonly toolbox: Toolbox;
  readonly room: KnownRoom;
}

/** What each turn's tools work with; shared by every installed copy of this package, so that a turn is known to all. */
const toolboxes: WeakMap<Turn, Bound> = shared(
  "thenvoi.toolboxes",
  () => new WeakMap<Turn, Bound>(),
  (value): value is WeakMap<Turn, Bound> => value instanceof WeakMap,
);

/** Keeps what the tools of a turn work with, for those made later. */
export function rememberToolbox(turn: Turn, toolbox: Toolbox, room: KnownRoom): void {
  toolboxes.set(turn, { toolbox, room });
}

/** How tools that ask do it, and what their names begin with. */
export interface PeerToolOptions extends AskToolOptions {
  /** Default: none for {@link peerTools}, `thenvoi_` (or `band_`) for {@link askPeerTool}. */
  readonly prefix?: string;
}

/** One tool through which a model asks anyone: takes the peer and the question, gives back the answer. */
export function askPeerTool(turn: Turn, options: PeerToolOptions = {}): PlatformTool {
  const { toolbox, room } = boundTo(turn);
  const { prefix = room.session.toolPrefix, ...how } = options;
  checkPrefix(prefix);
  return bindTool(askPeerDefinition(how), toolbox, prefix);
}

/**
 * One tool for each peer who can be reached from the turn's room: `ask_weather`, described by the peer itself. The list is
 * read anew, so that it is right for this turn. Throws {@link ApiError} or {@link NetworkError} when it can't be had.
 */
export async function peerTools(turn: Turn, options: PeerToolOptions = {}): Promise<readonly PlatformTool[]> {
  const { toolbox, room } = boundTo(turn);
  return bindPeers(await reachablePeers(room), toolbox, options);
}

/** What a turn works with. Throws a {@link TypeError} for anything that is not a turn of this package. */
export function boundTo(turn: Turn): Bound {
  const bound = toolboxes.get(turn);
  if (bound === undefined) throw new TypeError("Not a turn: pass the one that your handler was given.");
  return bound;
}
