import { expect, test } from "vitest";
import { type RoomHandle, type Sandbox, startSandbox } from "../../src/index.ts";
import { keyOf, RawClient } from "../support/raw-client.ts";

/** Who listens: the agent that is written to, another agent of the room, a person of the room, and somebody outside of it. */
const listeners = ["weather", "planner", "ada", "bob"] as const;
type Listener = (typeof listeners)[number];

/** The frames a listener gets, as `topic event`, its own id and the room's left out. */
type Heard = Partial<Record<Listener, readonly string[]>>;

interface Effect {
  /** The call as the table of effects writes it. */
  readonly call: string;
  /** What has to be so before; nobody listens yet. */
  readonly before?: (stage: Stage) => Promise<unknown>;
  readonly act: (stage: Stage) => Promise<unknown>;
  readonly heard: Heard;
}

class Stage implements AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly room: RoomHandle;
  /** The id that the last answer named. */
  last = "";

  constructor(sandbox: Sandbox, room: RoomHandle) {
    this.sandbox = sandbox;
    this.room = room;
  }

  static async set(): Promise<Stage> {
    const sandbox = await startSandbox();
    sandbox.registerUser("ada");
    sandbox.registerUser("bob");
    sandbox.registerAgent("bob/ledger");
    const room = await sandbox.room({ users: ["ada"], agents: ["weather", "planner"], title: "Picnic" });
    return new Stage(sandbox, room);
  }

  id(name: string): string {
    const account = [...this.sandbox.users, ...this.sandbox.agents].find(
      ({ handle }) => handle === name || handle.endsWith(`/${name}`),
    );
    return account?.id ?? "";
  }

  /** A call that must succeed. */
  async as(name: string, line: string, body?: object): Promise<void> {
    const [method = "", path = ""] = line.split(" ");
    const answer = await fetch(`${this.sandbox.url}/api/v1${path}`, {
      method,
      headers: { "x-api-key": keyOf(this.sandbox, name), "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    expect([line, answer.ok, text]).toEqual([line, true, expect.anything()]);
    this.last = /"id":"([^"]+)"/u.exec(text)?.[1] ?? "";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sandbox[Symbol.asyncDispose]();
  }
}

const inRoom = (stage: Stage, side: "agent" | "me", path: string) => `/${side}/chats/${stage.room.id}/${path}`;
const say = (stage: Stage, from: string, ...to: readonly string[]) =>
  stage.as(from, `POST ${inRoom(stage, from === "ada" ? "me" : "agent", "messages")}`, {
    message: { content: "hello", mentions: to.map((name) => ({ id: stage.id(name) })) },
  });
const askWeather = (stage: Stage) => say(stage, "ada", "weather");
const claim = async (stage: Stage) => {
  await askWeather(stage);
  const { last } = stage;
  await stage.as("weather", `POST ${inRoom(stage, "agent", `messages/${last}/processing`)}`);
};
const addContact = (stage: Stage) => stage.as("weather", "POST /agent/contacts/add", { handle: "bob" });
const control = (mode: string) => (stage: Stage) =>
  stage.as("ada", `POST ${inRoom(stage, "me", `agents/${mode}`)}`, { agent_id: stage.id("weather") });

const updated = { ada: ["chat_room message_updated"] };
const told = { weather: ["agent_control agent.control"] };
const everybody = (...events: readonly string[]): Heard => ({ weather: events, planner: events, ada: events });

const effects: readonly Effect[] = [
  {
    call: "POST /agent/chats",
    act: (stage) => stage.as("weather", "POST /agent/chats", { chat: {} }),
    heard: { weather: ["agent_rooms room_added"] },
  },
  {
    call: "POST /me/chats",
    act: (stage) => stage.as("ada", "POST /me/chats", { chat: {} }),
    heard: { ada: ["user_rooms room_added"] },
  },
  {
    call: "PATCH chat title",
    act: (stage) => stage.as("ada", `PATCH /me/chats/${stage.room.id}`, { chat: { title: "Sunday" } }),
    heard: {},
  },
  {
    call: "POST archive",
    act: (stage) => stage.as("ada", `POST /me/chats/${stage.room.id}/archive`),
    heard: {},
  },
  {
    call: "POST participants",
    act: (stage) =>
      stage.as("ada", `POST ${inRoom(stage, "me", "participants")}`, {
        participant: { participant_id: stage.id("bob") },
      }),
    heard: {
      ...everybody("room_participants participant_added"),
      bob: ["user_rooms room_added"],
    },
  },
  {
    call: "DELETE participants",
    act: (stage) => stage.as("ada", `DELETE ${inRoom(stage, "me", `participants/${stage.id("weather")}`)}`),
    heard: {
      weather: [
        "room_participants participant_removed",
        "agent_rooms room_removed",
        "chat_room phx_close",
        "room_participants phx_close",
        "room_tasks phx_close",
      ],
      planner: ["room_participants participant_removed"],
      ada: ["room_participants participant_removed"],
    },
  },
  {
    call: "DELETE /me/agents/{id}",
    act: (stage) => stage.as("ada", `DELETE /me/agents/${stage.id("weather")}?force=true`),
    heard: {
      weather: [
        "room_participants participant_removed",
        "agent_rooms room_removed",
        "chat_room phx_close",
        "room_participants phx_close",
        "room_tasks phx_close",
        "closed 1000",
      ],
      planner: ["room_participants participant_removed"],
      ada: ["room_participants participant_removed"],
    },
  },
  {
    call: "DELETE /me/chats/{id}",
    act: (stage) => stage.as("ada", `DELETE /me/chats/${stage.room.id}`),
    heard: {
      weather: [
        "room_participants room_deleted",
        "chat_room phx_close",
        "room_participants phx_close",
        "room_tasks phx_close",
        "agent_rooms room_removed",
      ],
      planner: [
        "room_participants room_deleted",
        "chat_room phx_close",
        "room_participants phx_close",
        "room_tasks phx_close",
        "agent_rooms room_removed",
      ],
      ada: [
        "room_participants room_deleted",
        "chat_room phx_close",
        "room_participants phx_close",
        "room_tasks phx_close",
        "user_rooms room_removed",
      ],
    },
  },
  {
    call: "POST text message of a person",
    act: askWeather,
    heard: { weather: ["chat_room message_created"], ada: ["chat_room message_created"] },
  },
  {
    call: "POST text message of an agent",
    act: (stage) => say(stage, "planner", "weather"),
    heard: { weather: ["chat_room message_created"], ada: ["chat_room message_created"] },
  },
  {
    call: "POST text message to a person",
    act: (stage) => say(stage, "weather", "ada"),
    heard: { ada: ["chat_room message_created"] },
  },
  {
    call: "POST processing",
    before: askWeather,
    act: (stage) => stage.as("weather", `POST ${inRoom(stage, "agent", `messages/${stage.last}/processing`)}`),
    heard: updated,
  },
  {
    call: "POST processed",
    before: claim,
    act: (stage) => stage.as("weather", `POST ${inRoom(stage, "agent", `messages/${stage.last}/processed`)}`),
    heard: updated,
  },
  {
    call: "POST failed",
    before: claim,
    act: (stage) =>
      stage.as("weather", `POST ${inRoom(stage, "agent", `messages/${stage.last}/failed`)}`, { error: "no" }),
    heard: updated,
  },
  {
    call: "POST event",
    act: (stage) =>
      stage.as("weather", `POST ${inRoom(stage, "agent", "events")}`, {
        event: { content: "hm", message_type: "thought" },
      }),
    heard: { ada: ["chat_room event_created"] },
  },
  {
    call: "POST attention event",
    act: (stage) =>
      stage.as("weather", `POST ${inRoom(stage, "agent", "events")}`, {
        event: { content: "May I?", message_type: "attention", metadata: { kind: "question" } },
      }),
    heard: { ada: ["chat_room event_created"] },
  },
  {
    call: "POST activity",
    act: (stage) => stage.as("weather", `POST ${inRoom(stage, "agent", "activity")}`, { working: true }),
    heard: { ada: ["chat_room agent_activity"] },
  },
  {
    call: "a message taken back",
    before: askWeather,
    act: (stage) => stage.room.deleteMessage(stage.last),
    heard: { ada: ["chat_room message_deleted"] },
  },
  {
    call: "contact add",
    act: addContact,
    heard: { bob: ["user_contacts contact_request_received"] },
  },
  {
    call: "contact add of a person",
    act: (stage) =>
      stage.as("bob", "POST /me/contacts/requests", { contact_request: { recipient_handle: "ada/weather" } }),
    heard: { weather: ["agent_contacts contact_request_received"] },
  },
  {
    call: "contact approve",
    before: addContact,
    act: (stage) => stage.as("bob", `POST /me/contacts/requests/${stage.last}/approve`),
    heard: {
      weather: ["agent_contacts contact_request_updated", "agent_contacts contact_added"],
      bob: ["user_contacts contact_request_updated", "user_contacts contact_added"],
    },
  },
  {
    call: "contact reject",
    before: addContact,
    act: (stage) => stage.as("bob", `POST /me/contacts/requests/${stage.last}/reject`),
    heard: {
      weather: ["agent_contacts contact_request_updated"],
      bob: ["user_contacts contact_request_updated"],
    },
  },
  {
    call: "contact cancel",
    before: addContact,
    act: (stage) => stage.as("weather", "POST /agent/contacts/requests/respond", { action: "cancel", handle: "bob" }),
    heard: {
      weather: ["agent_contacts contact_request_updated"],
      bob: ["user_contacts contact_request_updated"],
    },
  },
  {
    call: "contact add that auto-approves",
    before: addContact,
    act: (stage) =>
      stage.as("bob", "POST /me/contacts/requests", { contact_request: { recipient_handle: "ada/weather" } }),
    heard: {
      weather: ["agent_contacts contact_request_updated", "agent_contacts contact_added"],
      bob: ["user_contacts contact_request_updated", "user_contacts contact_added"],
    },
  },
  {
    call: "contact remove",
    before: async (stage) => {
      await addContact(stage);
      await stage.as("bob", `POST /me/contacts/requests/${stage.last}/approve`);
    },
    act: (stage) => stage.as("weather", "POST /agent/contacts/remove", { handle: "bob" }),
    heard: { weather: ["agent_contacts contact_removed"], bob: ["user_contacts contact_removed"] },
  },
  {
    call: "task create",
    act: (stage) => stage.as("weather", `POST ${inRoom(stage, "agent", "tasks")}`, { subject: "Choose" }),
    heard: everybody("room_tasks task_created"),
  },
  {
    call: "task update",
    before: (stage) => stage.as("weather", `POST ${inRoom(stage, "agent", "tasks")}`, { subject: "Choose" }),
    act: (stage) => stage.as("weather", `POST ${inRoom(stage, "agent", "tasks/1")}`, { status: "in_progress" }),
    heard: everybody("room_tasks task_updated"),
  },
  {
    call: "board write",
    act: (stage) => stage.as("weather", `PUT ${inRoom(stage, "agent", "board")}`, { goal_title: "Rest" }),
    heard: everybody("room_tasks board_updated"),
  },
  { call: "stop by a person", act: control("stop"), heard: told },
  { call: "play by a person", act: control("play"), heard: told },
  { call: "interrupt by a person", act: control("interrupt"), heard: told },
  {
    call: "stop everywhere by a person",
    act: (stage) => stage.as("ada", `POST /me/agents/${stage.id("weather")}/stop`),
    heard: told,
  },
  {
    call: "new agent socket while one exists",
    act: async (stage) => {
      await using newer = await RawClient.as(stage.sandbox, "weather");
      await newer.received();
    },
    heard: { weather: ["agent_control supersede", "closed 1000"] },
  },
];

const kinds = { weather: "agent", planner: "agent", ada: "user", bob: "user" } as const;

/** Joins every topic the account may join. */
async function listen(stage: Stage, name: Listener): Promise<RawClient> {
  const client = await RawClient.as(stage.sandbox, name);
  const kind = kinds[name];
  const own = [`${kind}_rooms`, `${kind}_contacts`, ...(kind === "agent" ? ["agent_control"] : [])];
  const topics = own.map((topic) => `${topic}:${stage.id(name)}`);
  if (name !== "bob")
    for (const topic of ["chat_room", "room_participants", "room_tasks"]) topics.push(`${topic}:${stage.room.id}`);
  for (const [index, topic] of topics.entries()) {
    const reply = await client.join(topic, String(index + 1));
    expect(reply[4]).toEqual({ status: "ok", response: {} });
  }
  return client;
}

/** What came, and how the connection ended if it did. */
async function heardBy(client: RawClient, ends: boolean): Promise<string[]> {
  const { frames, code } = ends ? await client.untilClosed() : { frames: await client.received(), code: undefined };
  const events = frames.map(([, , topic, event]) => `${String(topic).split(":")[0]} ${String(event)}`);
  return code === undefined ? events : [...events, `closed ${code}`];
}

test.each(effects)("$call is heard by those it concerns, in order, and by nobody else", async (effect) => {
  await using stage = await Stage.set();
  await effect.before?.(stage);
  const clients = new Map<Listener, RawClient>();
  for (const name of listeners) clients.set(name, await listen(stage, name));

  await effect.act(stage);

  const heard: Record<string, readonly string[]> = {};
  for (const [name, client] of clients) {
    const ends = effect.heard[name]?.at(-1)?.startsWith("closed") ?? false;
    heard[name] = await heardBy(client, ends);
  }
  expect(heard).toEqual({ weather: [], planner: [], ada: [], bob: [], ...effect.heard });
});
