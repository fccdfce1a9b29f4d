import { ask, inTurn, type Operation } from "../operation.ts";

const chat = "/me/chats/ROOM";
const weather = "/me/agents/WEATHER";
const join = ask("dana", `POST ${chat}/participants`, { participant: { participant_id: "MIGUEL" } });
const work = ask("weather", "POST /agent/chats/ROOM/events", { event: { content: "hm", message_type: "thought" } });
const runs = ask("dana", `GET ${weather}/executions`);
const control = {
  "rest/control.test.ts": "a person stops one agent of a room, and lets it go on",
  "socket/effects.test.ts": "$call is heard by those it concerns, in order, and by nobody else",
};
const everywhere = { "rest/control.test.ts": "a person stops an agent of theirs everywhere" };
const named = "The path is one its pages are known by, the bodies are ours";

const inRoom = (mode: string): Operation => ({
  id: `${mode}ChatAgents`,
  call: `POST /me/chats/{id}/agents/${mode}`,
  answers: {
    "200": ask("dana", `POST ${chat}/agents/${mode}`, { agent_id: "WEATHER" }),
    "404 not_found": ask("miguel", `POST ${chat}/agents/${mode}`),
    "422 validation_error": ask("dana", `POST ${chat}/agents/${mode}`, { agent_id: "weather" }),
  },
  heldBy: control,
  open: `${named}: one agent of the room, or all of them; anybody in the room may`,
});

const anywhere = (mode: string): Operation => ({
  id: `${mode}MyAgent`,
  call: `POST /me/agents/{id}/${mode}`,
  answers: {
    "200": ask("dana", `POST ${weather}/${mode}`),
    "404 not_found": ask("miguel", `POST ${weather}/${mode}`),
    "422 validation_error": ask("dana", `POST ${weather}/${mode}`, { why: "so" }),
  },
  heldBy: everywhere,
  open: "No call for all rooms is known: this one is ours; only the agent's owner may",
});

/** What the platform does and its contract does not say how to ask for. Nobody should rely on these calls elsewhere. */
export const unpublished: readonly Operation[] = [
  {
    id: "testKey",
    call: "GET /test",
    answers: { "200": ask("weather", "GET /test") },
    heldBy: { "rest/identity.test.ts": "a credential can be tried with either kind of key" },
    open: "One tool tries its key so; 200 for any that works",
  },
  {
    id: "renameMyChatRoom",
    call: "PATCH /me/chats/{id}",
    answers: {
      "200": ask("dana", `PATCH ${chat}`, { chat: { title: "Picnic" } }),
      "403 forbidden": inTurn(join, ask("miguel", `PATCH ${chat}`, { chat: { title: "Picnic" } })),
      "404 not_found": ask("miguel", `PATCH ${chat}`, { chat: { title: "Picnic" } }),
      "422 validation_error": ask("dana", `PATCH ${chat}`, { chat: { title: " " } }),
    },
    heldBy: { "rest/rooms.test.ts": "under /%s, an owner renames its room and nobody else does" },
    open: "Mentioned in the contract's texts, not listed",
  },
  {
    id: "deleteMyChatRoom",
    call: "DELETE /me/chats/{id}",
    answers: {
      "200": ask("dana", `DELETE ${chat}`),
      "403 forbidden": inTurn(join, ask("miguel", `DELETE ${chat}`)),
      "404 not_found": ask("miguel", `DELETE ${chat}`),
    },
    heldBy: {
      "rest/rooms.test.ts": "an owner deletes a room for everyone; nobody else can",
      "socket/events.test.ts": "a deleted room says room_deleted, then room_removed, and closes every channel it had",
    },
    open: "Used by live tests, answer unknown: the room. Both frames are sent",
  },
  ...["archive", "unarchive"].map(
    (action): Operation => ({
      id: `${action}MyChatRoom`,
      call: `POST /me/chats/{id}/${action}`,
      answers: {
        "200": ask("dana", `POST ${chat}/${action}`),
        "403 forbidden": inTurn(join, ask("miguel", `POST ${chat}/${action}`)),
        "404 not_found": ask("miguel", `POST ${chat}/${action}`),
        "422 validation_error": ask("dana", `POST ${chat}/${action}`, { why: "so" }),
      },
      heldBy: { "rest/archiving.test.ts": "an archived room is left out of lists of active ones, and works as before" },
      open: "The path, and what archiving changes: lists alone; no frame is sent",
    }),
  ),
  {
    id: "getMyAgent",
    call: "GET /me/agents/{id}",
    answers: { "200": ask("dana", `GET ${weather}`), "404 not_found": ask("miguel", `GET ${weather}`) },
    heldBy: { "rest/deleting.test.ts": "an agent is its owner's to read, rename and delete, and nobody else's" },
    open: "In no source: ours",
  },
  {
    id: "updateMyAgent",
    call: "PATCH /me/agents/{id}",
    answers: {
      "200": ask("dana", `PATCH ${weather}`, { agent: { name: "Forecaster" } }),
      "404 not_found": ask("miguel", `PATCH ${weather}`, { agent: {} }),
      "422 validation_error": ask("dana", `PATCH ${weather}`, { agent: { name: "F" } }),
    },
    heldBy: { "rest/deleting.test.ts": "an agent is its owner's to read, rename and delete, and nobody else's" },
    open: "In no source: ours; the handle stays",
  },
  ...["stop", "play", "interrupt"].flatMap((mode) => [inRoom(mode), anywhere(mode)]),
  {
    id: "listAgentExecutions",
    call: "GET /me/agents/{id}/executions",
    answers: { "200": runs, "404 not_found": ask("miguel", `GET ${weather}/executions`) },
    heldBy: {
      "rest/control.test.ts":
        "an execution begins with an agent's first work in a room, is one while it stays, and ends when it leaves",
    },
    open: `${named}, and so is when an execution begins and ends`,
  },
  {
    id: "interruptExecution",
    call: "POST /me/agents/{id}/executions/{execution_id}/interrupt",
    answers: {
      "200": async (scene) => {
        await work(scene);
        const [{ id } = { id: "" }] = scene.api.world.executions.list(scene.api.weather, {
          style: "page",
          page: 1,
          limit: 1,
        }).items;
        return ask("dana", `POST ${weather}/executions/${id}/interrupt`)(scene);
      },
      "404 not_found": ask("dana", `POST ${weather}/executions/NOBODY/interrupt`),
      "409 conflict": async (scene) => {
        await work(scene);
        const [{ id } = { id: "" }] = scene.api.world.executions.list(scene.api.weather, {
          style: "page",
          page: 1,
          limit: 1,
        }).items;
        scene.api.world.removeParticipant(undefined, { roomId: scene.room.id, entityId: scene.api.weather.id });
        return ask("dana", `POST ${weather}/executions/${id}/interrupt`)(scene);
      },
    },
    heldBy: { "rest/control.test.ts": "an interrupt is told and changes nothing else" },
    open: `${named}; one that has ended is a 409`,
  },
];
