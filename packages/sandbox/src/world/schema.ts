import type { DatabaseSync } from "node:sqlite";

/**
 * The tables, as steps: a data file remembers how many it has taken, and opening it takes the rest.
 * A step is never edited once released; the next part of the platform adds its own.
 */
const steps: readonly string[] = [
  `
  CREATE TABLE entities (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('User', 'Agent')),
    handle TEXT NOT NULL,
    name TEXT NOT NULL,
    first_name TEXT, last_name TEXT, email TEXT,
    slug TEXT, description TEXT, owner_id TEXT REFERENCES entities (id),
    is_external INTEGER NOT NULL DEFAULT 0,
    is_global INTEGER NOT NULL DEFAULT 0,
    listed_in_directory INTEGER NOT NULL DEFAULT 0,
    tags TEXT NOT NULL DEFAULT '[]',
    inserted_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT -- whose words remain, and whose handle is free again
  ) STRICT;
  CREATE UNIQUE INDEX entities_by_handle ON entities (handle) WHERE deleted_at IS NULL;
  CREATE INDEX entities_by_owner ON entities (owner_id, inserted_at);

  CREATE TABLE keys (
    key TEXT PRIMARY KEY,
    entity_id TEXT NOT NULL REFERENCES entities (id),
    inserted_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX keys_by_entity ON keys (entity_id, inserted_at);

  CREATE TABLE rooms (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    title_locked INTEGER NOT NULL,
    task_id TEXT,
    type TEXT NOT NULL CHECK (type IN ('direct', 'group', 'task')),
    status TEXT NOT NULL CHECK (status IN ('active', 'archived', 'closed')),
    last_message_at TEXT,
    inserted_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
  ) STRICT;

  CREATE TABLE participants (
    room_id TEXT NOT NULL REFERENCES rooms (id),
    entity_id TEXT NOT NULL REFERENCES entities (id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
    inserted_at TEXT NOT NULL,
    PRIMARY KEY (room_id, entity_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX participants_by_entity ON participants (entity_id, room_id);

  CREATE TABLE messages (
    id TEXT PRIMARY KEY,
    room_id TEXT NOT NULL REFERENCES rooms (id),
    type TEXT NOT NULL,
    content TEXT NOT NULL,
    sender_id TEXT NOT NULL REFERENCES entities (id),
    metadata TEXT,
    inserted_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX messages_by_room ON messages (room_id, inserted_at, id);
  CREATE INDEX messages_by_type ON messages (room_id, type, inserted_at, id);
  CREATE INDEX messages_by_sender ON messages (room_id, sender_id, inserted_at, id);

  CREATE TABLE mentions (
    message_id TEXT NOT NULL REFERENCES messages (id),
    position INTEGER NOT NULL,
    entity_id TEXT NOT NULL REFERENCES entities (id),
    handle TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('mention', 'reference')),
    PRIMARY KEY (message_id, position)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE deliveries (
    message_id TEXT NOT NULL REFERENCES messages (id),
    agent_id TEXT NOT NULL REFERENCES entities (id),
    room_id TEXT NOT NULL,
    inserted_at TEXT NOT NULL, -- of the message
    mentioned INTEGER NOT NULL, -- 0: the agent marked a message that was not for it
    status TEXT NOT NULL CHECK (status IN ('none', 'delivered', 'processing', 'processed', 'failed')),
    delivered_at TEXT,
    processed_at TEXT,
    PRIMARY KEY (message_id, agent_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX deliveries_of_agent ON deliveries (agent_id, room_id, inserted_at, message_id, status) WHERE mentioned = 1;
  CREATE INDEX deliveries_waiting ON deliveries (agent_id, room_id, inserted_at, message_id, status)
    WHERE mentioned = 1 AND status <> 'processed';

  CREATE TABLE attempts (
    message_id TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('processing', 'success', 'failed')),
    started_at TEXT NOT NULL,
    completed_at TEXT,
    error TEXT,
    PRIMARY KEY (message_id, agent_id, number),
    FOREIGN KEY (message_id, agent_id) REFERENCES deliveries (message_id, agent_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE stops (
    agent_id TEXT NOT NULL REFERENCES entities (id),
    room_id TEXT NOT NULL, -- '' for all rooms that have no row of their own
    stopped INTEGER NOT NULL,
    PRIMARY KEY (agent_id, room_id)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE executions (
    id TEXT PRIMARY KEY,
    agent_id TEXT NOT NULL REFERENCES entities (id),
    room_id TEXT NOT NULL REFERENCES rooms (id),
    inserted_at TEXT NOT NULL,
    ended_at TEXT
  ) STRICT;
  CREATE UNIQUE INDEX executions_under_way ON executions (agent_id, room_id) WHERE ended_at IS NULL;
  CREATE INDEX executions_by_agent ON executions (agent_id, inserted_at, id);
  `,
  `
  CREATE TABLE contact_requests (
    id TEXT PRIMARY KEY,
    requester_id TEXT NOT NULL REFERENCES entities (id),
    recipient_id TEXT NOT NULL REFERENCES entities (id),
    status TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'rejected', 'expired', 'cancelled')),
    message TEXT,
    inserted_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    responded_at TEXT
  ) STRICT;
  CREATE UNIQUE INDEX contact_requests_pending ON contact_requests (requester_id, recipient_id) WHERE status = 'pending';
  CREATE INDEX contact_requests_received ON contact_requests (recipient_id, status, inserted_at, id);
  CREATE INDEX contact_requests_sent ON contact_requests (requester_id, inserted_at, id);

  CREATE TABLE contacts ( -- each side has a record of its own
    id TEXT PRIMARY KEY,
    holder_id TEXT NOT NULL REFERENCES entities (id),
    entity_id TEXT NOT NULL REFERENCES entities (id),
    inserted_at TEXT NOT NULL,
    UNIQUE (holder_id, entity_id)
  ) STRICT;
  CREATE INDEX contacts_by_holder ON contacts (holder_id, inserted_at, id);
  `,
  `
  CREATE TABLE actors ( -- who did something, as they were called then
    id INTEGER PRIMARY KEY,
    entity_id TEXT NOT NULL REFERENCES entities (id),
    kind TEXT NOT NULL CHECK (kind IN ('User', 'Agent')),
    name TEXT NOT NULL,
    handle TEXT NOT NULL,
    UNIQUE (entity_id, name, handle)
  ) STRICT;

  CREATE TABLE tasks (
    id TEXT PRIMARY KEY,
    room_id TEXT NOT NULL REFERENCES rooms (id),
    number INTEGER NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'cancelled', 'superseded', 'archived')),
    superseded_by_id TEXT REFERENCES tasks (id),
    created_by INTEGER NOT NULL REFERENCES actors (id),
    inserted_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (room_id, number)
  ) STRICT;

  CREATE TABLE assignments (
    task_id TEXT NOT NULL REFERENCES tasks (id),
    entity_id TEXT NOT NULL REFERENCES entities (id),
    assignee INTEGER NOT NULL REFERENCES actors (id),
    status TEXT NOT NULL CHECK (status IN ('pending', 'in_progress', 'blocked', 'in_review', 'failed', 'completed')),
    active_form TEXT NOT NULL,
    linked_native_id TEXT NOT NULL,
    inserted_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (task_id, entity_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE boards (
    room_id TEXT PRIMARY KEY REFERENCES rooms (id),
    goal_title TEXT,
    goal_summary TEXT,
    created_by INTEGER NOT NULL REFERENCES actors (id),
    updated_by INTEGER NOT NULL REFERENCES actors (id),
    inserted_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE history (
    id TEXT PRIMARY KEY,
    of_id TEXT NOT NULL, -- a task, or the room whose goal it is
    event TEXT NOT NULL,
    actor INTEGER NOT NULL REFERENCES actors (id),
    payload TEXT NOT NULL,
    at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX history_in_order ON history (of_id, at, id);
  `,
  `
  CREATE TABLE memories (
    id TEXT PRIMARY KEY,
    content TEXT NOT NULL,
    folded TEXT NOT NULL, -- the content in lower case, for searching
    thought TEXT NOT NULL,
    system TEXT NOT NULL,
    type TEXT NOT NULL,
    segment TEXT NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('subject', 'organization')),
    subject_id TEXT,
    source_agent_id TEXT NOT NULL REFERENCES entities (id),
    status TEXT NOT NULL CHECK (status IN ('active', 'superseded', 'archived')),
    metadata TEXT,
    inserted_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CHECK ((scope = 'subject') = (subject_id IS NOT NULL))
  ) STRICT;
  CREATE INDEX memories_by_scope ON memories (scope, subject_id, status, inserted_at, id);
  CREATE INDEX memories_by_source ON memories (source_agent_id);
  `,
];

/** Brings an empty or older data file to the present tables. Throws when the file was written by a newer version. */
export function prepareSchema(database: DatabaseSync): void {
  const version = Number(database.prepare("PRAGMA user_version").get()?.user_version);
  if (version > steps.length) {
    throw new Error(`the data file was written by a newer sandbox (schema ${version}, this one knows ${steps.length})`);
  }
  for (const [index, step] of steps.entries()) {
    if (index >= version) database.exec(`BEGIN; ${step} PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}
