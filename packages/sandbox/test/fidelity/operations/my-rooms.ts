import { ask, given, inTurn, type Operation } from "../operation.ts";

const chats = "/me/chats";
const chat = `${chats}/ROOM`;
const say = (...mentions: readonly object[]) =>
  ask("dana", `POST ${chat}/messages`, { message: { content: "Rain?", mentions } });
const participant = (id: string) => ({ participant: { participant_id: id } });

/** A person's rooms, what is said there, and who is in them. */
export const myRooms: readonly Operation[] = [
  {
    id: "listMyChats",
    call: "GET /me/chats",
    answers: {
      "200": ask("dana", `GET ${chats}`),
      "422 validation_error": ask("dana", `GET ${chats}?status=open`),
    },
    heldBy: {
      "rest/rooms.test.ts": "rooms can be listed by when they last changed",
      "rest/paging.test.ts": "my chats asked by cursor leaves the page numbers out",
    },
    open: "Which rooms without a status: the active ones",
  },
  {
    id: "createMyChatRoom",
    call: "POST /me/chats",
    answers: {
      "201": ask("dana", `POST ${chats}`, { chat: {} }),
      "403 limit_reached": given(
        ({ api }) => {
          api.world.plan.limits = { chats: 0 };
        },
        ask("dana", `POST ${chats}`, { chat: {} }),
      ),
      "422 validation_error": ask("dana", `POST ${chats}`, {}),
    },
    heldBy: { "rest/rooms.test.ts": "a person's room tells more" },
    open: "Whether the creator hears `room_added`: it does",
  },
  {
    id: "getMyChatRoom",
    call: "GET /me/chats/{id}",
    answers: { "200": ask("dana", `GET ${chat}`), "404 not_found": ask("miguel", `GET ${chat}`) },
    heldBy: { "rest/rooms.test.ts": "texts and events move last_message_at, renaming does not" },
  },
  {
    id: "listMyChatMessages",
    call: "GET /me/chats/{chat_id}/messages",
    answers: {
      "200": ask("dana", `GET ${chat}/messages`),
      "404 not_found": ask("miguel", `GET ${chat}/messages`),
      "422 validation_error": ask("dana", `GET ${chat}/messages?since=today`),
    },
    heldBy: { "rest/messages.test.ts": "people filter a room by type and time" },
  },
  {
    id: "sendMyChatMessage",
    call: "POST /me/chats/{chat_id}/messages",
    answers: {
      "201": say({ id: "WEATHER" }),
      "403 limit_reached": given(
        ({ api }) => {
          api.world.plan.limits = { messages: 0 };
        },
        say({ id: "WEATHER" }),
      ),
      "404 not_found": ask("miguel", `POST ${chat}/messages`, {
        message: { content: "Rain?", mentions: [{ id: "WEATHER" }] },
      }),
      "422 validation_error": ask("dana", `POST ${chat}/messages`, {}),
      "422 mentions_required": say(),
      "422 mention_missing_identifier": say({ name: "Weather" }),
      "422 handle_not_found": say({ handle: "miguel" }),
      "422 cannot_mention_self": say({ id: "DANA" }),
      "422 duplicate_mentions": say({ id: "WEATHER" }, { handle: "dana/weather" }),
      "422 mentioned_participant_not_in_room": say({ id: "LEDGER" }),
      "422 invalid_mention_kind": say({ id: "WEATHER", kind: "shout" }),
    },
    heldBy: { "rest/messages.test.ts": "a person is held to the same mention rules" },
  },
  {
    id: "listMyChatParticipants",
    call: "GET /me/chats/{chat_id}/participants",
    answers: {
      "200": ask("dana", `GET ${chat}/participants`),
      "404 not_found": ask("miguel", `GET ${chat}/participants`),
    },
    heldBy: { "rest/participants.test.ts": "a person sees more of an agent, and can page and filter" },
  },
  {
    id: "addMyChatParticipant",
    call: "POST /me/chats/{chat_id}/participants",
    answers: {
      "201": ask("dana", `POST ${chat}/participants`, participant("MIGUEL")),
      "403 forbidden": ask("dana", `POST ${chat}/participants`, participant("LEDGER")),
      "403 limit_reached": given(
        ({ api }) => {
          api.world.plan.limits = { participants: 3 };
        },
        ask("dana", `POST ${chat}/participants`, participant("MIGUEL")),
      ),
      "404 not_found": ask("miguel", `POST ${chat}/participants`, participant("MIGUEL")),
      "409 conflict": ask("dana", `POST ${chat}/participants`, participant("WEATHER")),
      "422 validation_error": ask("dana", `POST ${chat}/participants`, participant("weather")),
    },
    heldBy: { "rest/participants.test.ts": "under /%s, a caller who is %s and adds %s as %s is answered %s" },
  },
  {
    id: "removeMyChatParticipant",
    call: "DELETE /me/chats/{chat_id}/participants/{id}",
    answers: {
      "200": ask("dana", `DELETE ${chat}/participants/WEATHER`),
      "403 forbidden": inTurn(
        ask("dana", `POST ${chat}/participants`, participant("MIGUEL")),
        ask("miguel", `DELETE ${chat}/participants/WEATHER`),
      ),
      "403 cannot_remove_sole_owner": ask("dana", `DELETE ${chat}/participants/DANA`),
      "404 not_found": ask("dana", `DELETE ${chat}/participants/LEDGER`),
    },
    heldBy: { "rest/participants.test.ts": "the sole owner cannot leave, and can once there is another" },
  },
];
