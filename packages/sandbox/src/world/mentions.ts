import type { Entity, Mention } from "./model.ts";
import { invalid, type Refusal } from "./refusal.ts";

/** Who a text is for, as a sender writes it: by id or by handle. `kind` is `mention` unless given. */
export interface MentionInput {
  readonly id?: string | undefined;
  readonly handle?: string | undefined;
  readonly name?: string | undefined;
  /** `"mention"` delivers, `"reference"` only names; anything else is refused. */
  readonly kind?: unknown;
}

/** A mention entry with the participant it stands for, and what the sender may have called it in the text. */
export interface ResolvedMention extends Mention {
  readonly handles: readonly string[];
  readonly names: readonly string[];
}

/**
 * Finds the participant behind each entry. Throws a 422 with the platform's code for the first rule that is broken.
 *
 * @see PROTOCOL.md, "mentions"
 */
export function resolveMentions(
  entries: readonly MentionInput[],
  sender: Entity,
  participants: { byId(id: string): Entity | undefined; byHandle(handle: string): Entity | undefined },
): ResolvedMention[] {
  if (entries.length === 0) throw mentionsRequired();
  const resolved: ResolvedMention[] = [];
  for (const [index, entry] of entries.entries()) {
    const pointer = `/message/mentions/${index}`;
    const kind = readKind(entry.kind, pointer);
    const entity = findParticipant(entry, pointer, participants);
    if (entity.id === sender.id) {
      throw invalid(pointer, "is the sender", "A sender cannot mention itself", "cannot_mention_self");
    }
    if (resolved.some((other) => other.id === entity.id)) {
      throw invalid(pointer, "is mentioned already", "A participant is mentioned more than once", "duplicate_mentions");
    }
    resolved.push({
      id: entity.id,
      handle: entity.handle,
      name: entity.name,
      kind,
      handles: spellings(entity.handle, entry.handle),
      names: spellings(entity.name, entry.name),
    });
  }
  if (!resolved.some((mention) => mention.kind === "mention")) throw mentionsRequired();
  return resolved;
}

/**
 * The stored form of a text: what names a mentioned participant becomes `@[[id]]`.
 *
 * By handle first; by name where the handle does not occur; and who is not named at all is put in front, in entry
 * order. Longer names win over shorter ones, and a name ends where it ends: `@dana` is not the start of
 * `@dana/weather` nor of `@danae`.
 */
export function rewriteMentions(content: string, mentions: readonly ResolvedMention[]): string {
  const found = new Set(mentions.filter(({ id }) => content.includes(token(id))).map(({ id }) => id));
  let rewritten = replaceNames(content, mentions, ({ handles }) => handles, found);
  const unnamed = mentions.filter(({ id }) => !found.has(id));
  rewritten = replaceNames(rewritten, unnamed, ({ names }) => names, found);
  const prefix = mentions.filter(({ id }) => !found.has(id)).map(({ id }) => `${token(id)} `);
  return prefix.join("") + rewritten;
}

function replaceNames(
  content: string,
  mentions: readonly ResolvedMention[],
  namesOf: (mention: ResolvedMention) => readonly string[],
  found: Set<string>,
): string {
  const idByName = new Map<string, string>();
  for (const mention of mentions) {
    // of two with the same name the first one is meant
    for (const name of namesOf(mention)) if (!idByName.has(name)) idByName.set(name, mention.id);
  }
  if (idByName.size === 0) return content;
  const longestFirst = [...idByName.keys()].sort((a, b) => b.length - a.length).map(escapeRegExp);
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}_])@(${longestFirst.join("|")})(?![\\p{L}\\p{N}_]|[-/][\\p{L}\\p{N}_])`,
    "gu",
  );
  return content.replace(pattern, (whole, name: string) => {
    const id = idByName.get(name);
    if (id === undefined) return whole;
    found.add(id);
    return token(id);
  });
}

function findParticipant(
  entry: MentionInput,
  pointer: string,
  participants: { byId(id: string): Entity | undefined; byHandle(handle: string): Entity | undefined },
): Entity {
  if (entry.id !== undefined) {
    const entity = participants.byId(entry.id);
    if (entity !== undefined) return entity;
    const message = "A mentioned participant is not in this room";
    throw invalid(pointer, "is not a participant of this room", message, "mentioned_participant_not_in_room");
  }
  if (entry.handle !== undefined) {
    const entity = participants.byHandle(entry.handle);
    if (entity !== undefined) return entity;
    throw invalid(`${pointer}/handle`, "matches no participant of this room", "Handle not found", "handle_not_found");
  }
  throw invalid(pointer, "needs an id or a handle", "A mention has no identifier", "mention_missing_identifier");
}

function readKind(kind: unknown, pointer: string): Mention["kind"] {
  if (kind === undefined || kind === "mention") return "mention";
  if (kind === "reference") return "reference";
  throw invalid(`${pointer}/kind`, "Invalid value for enum", "A mention is of an unknown kind", "invalid_mention_kind");
}

function mentionsRequired(): Refusal {
  const message = "At least one participant must be mentioned";
  return invalid("/message/mentions", "must mention at least one participant", message, "mentions_required");
}

function spellings(own: string, given: string | undefined): readonly string[] {
  return given === undefined || given === "" || given === own ? [own] : [own, given];
}

function token(id: string): string {
  return `@[[${id}]]`;
}

function escapeRegExp(literal: string): string {
  return literal.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
