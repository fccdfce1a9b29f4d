import type { Participant } from "../platform/wire.ts";
import type { Block } from "./timeline.ts";

/** Whom a text without a name is for: the only other one here; else the agent that the last text between us was from or to. */
export function usualPartner(
  blocks: readonly Block[],
  { others, me }: { readonly others: readonly Participant[]; readonly me: string },
): Participant | undefined {
  const agents = others.filter(({ type }) => type === "Agent");
  if (agents.length < 2) return agents[0] ?? (others.length === 1 ? others[0] : undefined);
  for (const block of blocks.slice(-3).toReversed()) {
    for (const entry of block.toReversed()) {
      if (entry.kind !== "message") continue;
      const partner =
        entry.sender.id === me
          ? agents.find(({ id }) => entry.mentions.some((mentioned) => mentioned.id === id))
          : agents.find(({ id }) => id === entry.sender.id && entry.mentions.some((mentioned) => mentioned.id === me));
      if (partner) return partner;
    }
  }
  return undefined;
}
