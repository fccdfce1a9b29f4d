import type { DatabaseSync } from "node:sqlite";
import type { Ledger } from "./ledger.ts";

/** What was answered with yes and is not there, in words; empty when nothing is lost. */
export function lost(database: DatabaseSync, ledger: Ledger): readonly string[] {
  const row = (sql: string, ...parameters: string[]) => database.prepare(sql).get(...parameters);
  const losses: string[] = [];
  const want = (what: string, isThere: boolean): void => void (isThere || losses.push(what));
  for (const [id, content] of [...ledger.texts, ...ledger.events]) {
    const found = row("SELECT content FROM messages WHERE id = ?", id)?.content;
    want(`message ${id}`, String(found).endsWith(content)); // the platform puts missing mentions before a text
  }
  for (const [id, { status, attempt }] of ledger.marks) {
    const found = row(
      `SELECT deliveries.status, max(number) AS attempt FROM deliveries JOIN attempts USING (message_id, agent_id) WHERE message_id = ?`,
      id,
    );
    // the mark that came after it may have been done, and not been answered any more
    const isOrLater =
      found?.status === status || (status === "processing" && ["processed", "failed"].includes(String(found?.status)));
    want(`mark ${status} of ${id}`, isOrLater && found?.attempt === attempt);
  }
  for (const [id, title] of ledger.rooms) {
    const found = row("SELECT title FROM rooms WHERE id = ? AND deleted_at IS NULL", id)?.title;
    want(`title ${title} of room ${id}`, found === title || (title === "new" && found !== undefined));
  }
  for (const { room, entity, isIn } of ledger.members.values()) {
    const found = row("SELECT 1 FROM participants WHERE room_id = ? AND entity_id = ?", room, entity) !== undefined;
    // who was in may have been taken out by a request that was not answered any more
    want(`${entity} ${isIn ? "in" : "out of"} ${room}`, found === isIn || ledger.leaving.has(`${room}/${entity}`));
  }
  for (const [id, key] of ledger.agents) {
    want(`agent ${id}`, row("SELECT 1 FROM keys WHERE entity_id = ? AND key = ?", id, key) !== undefined);
  }
  return losses;
}

/** Changes of several rows of which only some are there, in words; empty when every change is whole. */
export function halves(database: DatabaseSync): readonly string[] {
  const ids = (sql: string): string[] =>
    database
      .prepare(sql)
      .all()
      .map((row) => Object.values(row).map(String).join(" "));
  return Object.entries(wholeness).flatMap(([what, sql]) => ids(sql).map((id) => `${what}: ${id}`));
}

const wholeness: Readonly<Record<string, string>> = {
  "the database is damaged": "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
  "a row points at nothing": "SELECT * FROM pragma_foreign_key_check",
  "a text without its mentions":
    "SELECT id FROM messages WHERE type = 'text' AND NOT EXISTS (SELECT 1 FROM mentions WHERE message_id = messages.id)",
  "a mention of an agent without its delivery": `SELECT message_id FROM mentions JOIN entities ON entities.id = entity_id
    WHERE entities.kind = 'Agent' AND mentions.kind = 'mention' AND NOT EXISTS
      (SELECT 1 FROM deliveries WHERE deliveries.message_id = mentions.message_id AND agent_id = entity_id)`,
  "a delivery that doesn't stand where its last attempt does": `SELECT deliveries.message_id FROM deliveries
    LEFT JOIN attempts ON attempts.message_id = deliveries.message_id AND attempts.agent_id = deliveries.agent_id
      AND number = (SELECT max(number) FROM attempts a WHERE a.message_id = deliveries.message_id AND a.agent_id = deliveries.agent_id)
    WHERE deliveries.status <> CASE attempts.status WHEN 'success' THEN 'processed' WHEN 'failed' THEN 'failed'
      WHEN 'processing' THEN 'processing' ELSE deliveries.status END
      OR (attempts.status IS NULL AND deliveries.status NOT IN ('none', 'delivered'))`,
  "a room that nobody owns":
    "SELECT id FROM rooms WHERE deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM participants WHERE room_id = rooms.id AND role = 'owner')",
  "a room that missed its last message": `SELECT id FROM rooms
    WHERE last_message_at IS NOT (SELECT max(inserted_at) FROM messages WHERE room_id = rooms.id)`,
  "an account without a key":
    "SELECT id FROM entities WHERE NOT EXISTS (SELECT 1 FROM keys WHERE entity_id = entities.id)",
  "a text that is there twice": "SELECT content FROM messages GROUP BY content HAVING count(*) > 1",
};
