import * as z from "zod";
import type { Peer } from "../model/participant.ts";
import type { Json } from "../model/room-event.ts";
import type { Answer, AskOptions } from "./answer.ts";
import { bindTool, defineTool, type ExecuteOptions, type PlatformTool, type ToolDefinition } from "./tool.ts";
import type { Toolbox } from "./toolbox.ts";

/** How tools that ask do it; as {@link AskOptions} without what comes with each call. */
export type AskToolOptions = Omit<AskOptions, "signal" | "onProgress">;

const question = z
  .string()
  .trim()
  .min(1)
  .describe("The question, complete by itself: the other one sees only this text");

/** One tool through which anyone can be asked. */
export function askPeerDefinition(options: AskToolOptions = {}): ToolDefinition {
  return defineTool({
    name: "ask_peer",
    description:
      "Asks another agent or person a question and waits for the answer, which is this tool's result. Who is not in the room is added to it. See lookup_peers for who can be asked.",
    schema: z.strictObject({
      peer: z.string().min(1).describe("Handle, such as @dana/weather; or name or id"),
      question,
    }),
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
  const sorted = peers.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const names = peerNames(sorted);
  return sorted.map((peer) =>
    bindTool(peerDefinition(peer, names.get(peer.id) ?? `ask_${peer.id.slice(0, 8)}`, how), toolbox, prefix),
  );
}

/** `ask_weather`; where two would share that, `ask_dana_weather`; where even that is shared, with the start of the id. */
export function peerNames(peers: readonly Pick<Peer, "id" | "name" | "handle">[]): ReadonlyMap<string, string> {
  const candidates = [
    (peer: Pick<Peer, "name" | "handle">) => slug(peer.handle?.split("/").at(-1) ?? peer.name),
    (peer: Pick<Peer, "name" | "handle">) => slug(peer.handle ?? peer.name),
  ];
  const names = new Map<string, string>();
  let left = [...peers];
  for (const candidate of candidates) {
    const taken = new Set(names.values());
    const counts = new Map<string, number>();
    for (const peer of left) counts.set(candidate(peer), (counts.get(candidate(peer)) ?? 0) + 1);
    for (const peer of left) {
      const name = `ask_${candidate(peer)}`;
      if (counts.get(candidate(peer)) === 1 && candidate(peer) !== "" && !taken.has(name)) names.set(peer.id, name);
    }
    left = left.filter((peer) => !names.has(peer.id));
  }
  for (const peer of left)
    names.set(peer.id, `ask_${`${slug(peer.name)}_`.replace(/^_/u, "").slice(0, 40)}${peer.id.slice(0, 8)}`);
  return names;
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

function slug(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, "_")
    .replace(/^_+|_+$/gu, "")
    .slice(0, 48);
}
