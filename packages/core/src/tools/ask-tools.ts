import * as z from "zod";
import type { Peer } from "../model/participant.ts";
import type { Json } from "../model/room-event.ts";
import type { Answer, AskOptions } from "./answer.ts";
import {
  bareNameAtMost,
  bindTool,
  checkPrefix,
  defineTool,
  type ExecuteOptions,
  type PlatformTool,
  type ToolDefinition,
  type TypedTool,
} from "./tool.ts";
import type { Toolbox } from "./toolbox.ts";

/** How tools that ask do it; as {@link AskOptions} without what comes with each call. */
export type AskToolOptions = Omit<AskOptions, "signal" | "onProgress">;

const question = z
  .string()
  .trim()
  .min(1)
  .describe("The question, complete by itself: the other one sees only this text");

const askPeerInput = z.strictObject({
  peer: z.string().min(1).describe("Handle, such as @dana/weather; or name or id"),
  question,
});

/** One tool through which anyone can be asked. */
export function askPeerDefinition(options: AskToolOptions = {}): TypedTool<"ask_peer", typeof askPeerInput> {
  return defineTool({
    name: "ask_peer",
    description:
      "Asks another agent or person a question and waits for the answer, which is this tool's result. Who is not in the room is added to it. See lookup_peers for who can be asked.",
    schema: askPeerInput,
    run: (input, toolbox, call) => ask(toolbox, { ...input, options, call }),
  });
}

/** One tool for one peer, described by the peer itself. */
export function peerDefinition(peer: Peer, name: string, options: AskToolOptions = {}): ToolDefinition {
  const what = peer.description ?? (peer.kind === "user" ? "a person" : "an agent");
  return defineTool({
    name,
    description: `Asks ${peer.name}${peer.handle === undefined ? "" : ` (@${peer.handle})`} and waits for the answer, which is this tool's result. ${peer.name}: ${what}`,
    schema: z.strictObject({ question }),
    run: (input, toolbox, call) => ask(toolbox, { ...input, peer: peer.id, options, call }),
  });
}

/** The peers of a room as tools: valid, unique names that stay the same for as long as the peers do. */
export function bindPeers(
  peers: readonly Peer[],
  toolbox: Toolbox,
  options: AskToolOptions & { readonly prefix?: string } = {},
): PlatformTool[] {
  const { prefix = "", ...how } = options;
  checkPrefix(prefix);
  const sorted = peers.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const names = peerNames(sorted);
  return sorted.map((peer) =>
    bindTool(peerDefinition(peer, names.get(peer.id) ?? `ask_${hexOf(peer)}`, how), toolbox, prefix),
  );
}

/** `ask_weather`; where two would share that, `ask_dana_weather`; where even that is shared, with the start of the id, or all of it. */
export function peerNames(peers: readonly NamedPeer[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  let left = [...peers];
  for (const nameOf of namings) {
    const taken = new Set(names.values());
    const wished = left.map((peer) => ({ peer, name: nameOf(peer) }));
    for (const { peer, name } of wished) {
      const isShared = wished.some((other) => other.peer.id !== peer.id && other.name === name);
      if (name !== undefined && !isShared && !taken.has(name)) names.set(peer.id, name);
    }
    left = left.filter((peer) => !names.has(peer.id));
  }
  return names;
}

type NamedPeer = Pick<Peer, "id" | "name" | "handle">;

/** Each says less and sets apart more than the one before. */
const namings: readonly ((peer: NamedPeer) => string | undefined)[] = [
  (peer) => named(slug(peer.handle?.split("/").at(-1) ?? peer.name)),
  (peer) => named(slug(peer.handle ?? peer.name)),
  (peer) => named(`${slug(peer.handle ?? peer.name, 30)}_${hexOf(peer).slice(0, 8)}`.replace(/^_/u, "")),
  (peer) => named(hexOf(peer)),
  (peer) => named(`id_${hexOf(peer)}`),
];

function named(what: string): string | undefined {
  return what === "" ? undefined : `ask_${what}`;
}

function hexOf(peer: NamedPeer): string {
  return peer.id.replaceAll("-", "");
}

async function ask(
  toolbox: Toolbox,
  asked: {
    readonly peer: string;
    readonly question: string;
    readonly options: AskToolOptions;
    readonly call: ExecuteOptions;
  },
): Promise<{ readonly [key: string]: Json }> {
  const { signal, onProgress } = asked.call;
  if (toolbox.ask === undefined) throw new Error("nobody can be asked outside of a turn");
  const answer = await toolbox.ask(asked.peer, asked.question, {
    ...asked.options,
    ...(signal !== undefined && { signal }),
    ...(onProgress !== undefined && { onProgress }),
  });
  return plain(answer);
}

function plain({ peer, answer, messageId, waitedMs }: Answer): { readonly [key: string]: Json } {
  return {
    peer: peer.handle === undefined ? peer.name : `@${peer.handle}`,
    answer,
    messageId,
    waitedMs: Math.round(waitedMs),
  };
}

function slug(text: string, atMost = bareNameAtMost - "ask_".length): string {
  return text
    .normalize("NFKD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, "_")
    .replace(/^_+/u, "")
    .slice(0, atMost)
    .replace(/_+$/u, "");
}
