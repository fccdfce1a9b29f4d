import { ask, given, type Operation } from "../operation.ts";

const chats = "/agent/chats";
const chat = `${chats}/ROOM`;
const add = (participant: object) => ({ participant });

/** The agent itself, its rooms, and who is in them. */
export const agentRooms: readonly Operation[] = [
  {
    id: "getAgentMe",
    call: "GET /agent/me",
    answers: { "200": ask("weather", "GET /agent/me") },
    heldBy: { "rest/identity.test.ts": "an agent reads who it is" },
  },
  {
    id: "listAgentPeers",
    call: "GET /agent/peers",
    answers: { "200": ask("weather", "GET /agent/peers") },
    heldBy: {
      "rest/identity.test.ts": "an agent's peers are its owner, its siblings and the global agents, never itself",
      "rest/contacts.test.ts": "a contact is a peer after those of the registry, and can be brought into a room",
    },
  },
  {
    id: "listAgentChats",
    call: "GET /agent/chats",
    answers: { "200": ask("weather", `GET ${chats}`) },
    heldBy: { "rest/rooms.test.ts": "rooms are listed newest first, to those in them only" },
    open: "The order, and whether archived rooms are listed: newest first, active ones only. Here, and for peers and contacts, the contract has pages alone: cursors are served too",
  },
  {
    id: "createAgentChat",
    call: "POST /agent/chats",
    answers: {
      "201": ask("weather", `POST ${chats}`, { chat: {} }),
      "403 limit_reached": given(
        ({ api }) => {
          api.world.plan.limits = { chats: 0 };
        },
        ask("weather", `POST ${chats}`, { chat: {} }),
      ),
      "422 validation_error": ask("weather", `POST ${chats}`, {}),
    },
    heldBy: { "rest/rooms.test.ts": "an agent creates a room, owns it, and is told that it was added" },
    open: "The default title, and when a room is titled by itself: `New chat`, then the first 60 characters of the first text; `task_id` is refused, since no task of the older kind is known",
  },
  {
    id: "getAgentChat",
    call: "GET /agent/chats/{id}",
    answers: { "200": ask("weather", `GET ${chat}`), "404 not_found": ask("ledger", `GET ${chat}`) },
    heldBy: {
      "rest/errors.test.ts":
        "%s answers alike for a room that is not there, a room one is not in, a deleted one and a malformed id",
    },
    open: "A malformed id in a path: 404, as for one nobody has",
  },
  {
    id: "renameAgentChat",
    call: "PATCH /agent/chats/{id}",
    answers: {
      "200": given(
        ({ api, room }) => {
          api.world.removeParticipant(undefined, { roomId: room.id, entityId: api.weather.id });
          api.world.participants.add(undefined, { roomId: room.id, entityId: api.weather.id, role: "owner" });
        },
        ask("weather", `PATCH ${chat}`, { chat: { title: "Picnic" } }),
      ),
      "403 forbidden": ask("weather", `PATCH ${chat}`, { chat: { title: "Picnic" } }),
      "404 not_found": ask("ledger", `PATCH ${chat}`, { chat: { title: "Picnic" } }),
      "422 validation_error": ask("weather", `PATCH ${chat}`, { chat: {} }),
    },
    heldBy: { "rest/rooms.test.ts": "under /%s, an owner renames its room and nobody else does" },
    open: "Whether a rename is told to sockets: it is not",
  },
  {
    id: "listAgentChatParticipants",
    call: "GET /agent/chats/{chat_id}/participants",
    answers: {
      "200": ask("weather", `GET ${chat}/participants`),
      "404 not_found": ask("ledger", `GET ${chat}/participants`),
    },
    heldBy: { "rest/participants.test.ts": "an agent is active while it listens or has work waiting" },
    open: "What makes an agent `active`: a live socket in the room, or work that waits for it there",
  },
  {
    id: "addAgentChatParticipant",
    call: "POST /agent/chats/{chat_id}/participants",
    answers: {
      "201": given(
        ({ api, room }) => void api.world.removeParticipant(undefined, { roomId: room.id, entityId: api.planner.id }),
        ask("weather", `POST ${chat}/participants`, add({ participant_id: "PLANNER" })),
      ),
      "403 forbidden": ask("weather", `POST ${chat}/participants`, add({ participant_id: "LEDGER" })),
      "403 limit_reached": given(
        ({ api, room }) => {
          api.world.removeParticipant(undefined, { roomId: room.id, entityId: api.planner.id });
          api.world.plan.limits = { participants: 2 };
        },
        ask("weather", `POST ${chat}/participants`, add({ participant_id: "PLANNER" })),
      ),
      "404 not_found": ask("weather", `POST ${chat}/participants`, add({ participant_id: "NOBODY" })),
      "409 conflict": ask("weather", `POST ${chat}/participants`, add({ participant_id: "PLANNER" })),
      "422 validation_error": ask("weather", `POST ${chat}/participants`, add({ participant_id: "planner" })),
    },
    heldBy: { "rest/participants.test.ts": "under /%s, a caller who is %s and adds %s as %s is answered %s" },
    open: "An id nobody has is a 404; who is no peer of the caller a 403",
  },
  {
    id: "removeAgentChatParticipant",
    call: "DELETE /agent/chats/{chat_id}/participants/{id}",
    answers: {
      "200": ask("weather", `DELETE ${chat}/participants/WEATHER`),
      "403 forbidden": ask("weather", `DELETE ${chat}/participants/PLANNER`),
      "403 cannot_remove_sole_owner": given(
        ({ api, room }) => {
          api.world.removeParticipant(undefined, { roomId: room.id, entityId: api.dana.id });
          api.world.removeParticipant(undefined, { roomId: room.id, entityId: api.weather.id });
          api.world.participants.add(undefined, { roomId: room.id, entityId: api.weather.id, role: "owner" });
        },
        ask("weather", `DELETE ${chat}/participants/WEATHER`),
      ),
      "404 not_found": ask("weather", `DELETE ${chat}/participants/LEDGER`),
    },
    heldBy: { "rest/participants.test.ts": "under /%s, a caller who is %s and removes %s who is %s is answered %s" },
    open: "Whether an agent may remove a person: it may not, 403",
  },
];
