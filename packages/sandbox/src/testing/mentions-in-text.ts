import type { Entity } from "../world/model.ts";

/** A text as a person types it, ready to be posted: mentions written as handles, and the ids they stand for. */
export interface TextWithMentions {
  readonly content: string;
  readonly mentions: readonly { readonly id: string }[];
}

/**
 * Finds whom a text mentions: `@handle`, `@slug` of an agent, or `@name`, longest first, in any case.
 *
 * Throws when a short name fits two of them; says which handles would do.
 */
export function findMentions(text: string, others: readonly Entity[]): TextWithMentions {
  const byName = new Map<string, Entity[]>();
  for (const entity of others) {
    for (const name of namesOf(entity)) byName.set(name, [...(byName.get(name) ?? []), entity]);
  }
  const names = [...byName.keys()]
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const mentioned = new Set<string>();
  if (names.length === 0) return { content: text, mentions: [] };
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])@(${names.join("|")})(?![\\p{L}\\p{N}_]|[-/][\\p{L}\\p{N}_])`, "giu");
  const content = text.replace(pattern, (whole, name: string) => {
    const [entity, ...rest] = byName.get(name.toLowerCase()) ?? [];
    if (!entity) return whole;
    if (rest.length > 0)
      throw new Error(`${whole} could be ${[entity, ...rest].map(({ handle }) => `@${handle}`).join(" or ")}`);
    mentioned.add(entity.id);
    return `@${entity.handle}`;
  });
  return { content, mentions: [...mentioned].map((id) => ({ id })) };
}

/** The stored form of a text with `@[[id]]` shown by short name: an agent's slug, a user's handle. */
export function showMentions(content: string, entityOf: (id: string) => Entity | undefined): string {
  return content.replace(/@\[\[([^\]]+)\]\]/g, (token, id: string) => {
    const entity = entityOf(id);
    return entity ? `@${shortName(entity)}` : token;
  });
}

/** What people in a room call someone: an agent by its slug, a user by the handle. */
export function shortName(entity: Entity): string {
  return entity.kind === "Agent" ? entity.slug : entity.handle;
}

function namesOf(entity: Entity): ReadonlySet<string> {
  return new Set([entity.handle, shortName(entity), entity.name].map((name) => name.toLowerCase()));
}
