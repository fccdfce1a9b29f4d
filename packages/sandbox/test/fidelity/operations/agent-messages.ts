import { startSandbox } from "../../../src/index.ts";
import { call } from "../../rest/api.ts";
import { ask, given, inTurn, type Operation, type Scene, type Way } from "../operation.ts";

const chat = "/agent/chats/ROOM";
const mark = `POST ${chat}/messages/TEXT`;
const text = (...mentions: readonly object[]) => ({ message: { content: "It will", mentions } });
const say = (...mentions: readonly object[]) => ask("weather", `POST ${chat}/messages`, text(...mentions));
const report = (event: object) => ask("weather", `POST ${chat}/events`, { event });
const thought = { content: "hm", message_type: "thought" };

function whileStopped(way: Way): Way {
  const stop = ({ api, room }: Scene) =>
    void api.world.control.give({ agentId: api.weather.id, roomId: room.id, mode: "stop" });
  return given(stop, way);
}

function onFullPlan(way: Way): Way {
  return given(({ api }) => {
    api.world.plan.limits = { messages: 0 };
  }, way);
}

const theQueue = {
  "rest/delivery.test.ts": "a message with $state is shown by $shown and by nothing else",
  "rest/control.test.ts": "a person stops one agent of a room, and lets it go on",
};
const repeated = "A mark repeated after its attempt was closed: 422, as the contract says";

/** An agent's work in a room and its voice there. */
export const agentMessages: readonly Operation[] = [
  {
    id: "listAgentMessages",
    call: "GET /agent/chats/{chat_id}/messages",
    answers: {
      "200": ask("weather", `GET ${chat}/messages`),
      "404 not_found": ask("ledger", `GET ${chat}/messages`),
      "422 validation_error": ask("weather", `GET ${chat}/messages?status=new`),
    },
    heldBy: theQueue,
  },
  {
    id: "createAgentChatMessage",
    call: "POST /agent/chats/{chat_id}/messages",
    answers: {
      "201": say({ id: "DANA" }),
      "403 forbidden": whileStopped(say({ id: "DANA" })),
      "403 limit_reached": onFullPlan(say({ id: "DANA" })),
      "404 not_found": ask("ledger", `POST ${chat}/messages`, text({ id: "DANA" })),
      "422 validation_error": ask("weather", `POST ${chat}/messages`, {
        message: { content: "\u200b", mentions: [{ id: "DANA" }] },
      }),
      "422 mentions_required": say(),
      "422 mention_missing_identifier": say({ name: "Dana" }),
      "422 handle_not_found": say({ handle: "miguel" }),
      "422 cannot_mention_self": say({ id: "WEATHER" }),
      "422 duplicate_mentions": say({ id: "DANA" }, { handle: "dana" }),
      "422 mentioned_participant_not_in_room": say({ id: "LEDGER" }),
      "422 invalid_mention_kind": say({ id: "DANA", kind: "shout" }),
    },
    heldBy: {
      "rest/messages.test.ts": "a text that mentions %s is answered with its code",
      "socket/events.test.ts":
        "message_created reaches the mentioned agent and everybody's pages, not other agents and not the agent that sent it",
    },
    open: "The longest text: no limit. References stay in `metadata.mentions` with their kind, and their names become tokens too",
  },
  {
    id: "getAgentNextMessage",
    call: "GET /agent/chats/{chat_id}/messages/next",
    answers: {
      "200": inTurn(ask("weather", `GET ${chat}/messages?about=TEXT`), ask("weather", `GET ${chat}/messages/next`)),
      "204": ask("weather", `GET ${chat}/messages/next`),
      "404 not_found": ask("ledger", `GET ${chat}/messages/next`),
    },
    heldBy: { "rest/delivery.test.ts": "the queue serves the oldest until it is processed, a failed one included" },
    open: "Whether it moves on after `failed`, as one integrator saw: it does not, as the contract says twice",
  },
  {
    id: "markAgentMessageProcessing",
    call: "POST /agent/chats/{chat_id}/messages/{id}/processing",
    answers: {
      "200": ask("weather", `${mark}/processing`),
      "204": whileStopped(ask("weather", `${mark}/processing`)),
      "404 not_found": ask("weather", `POST ${chat}/messages/NOBODY/processing`),
      "422 validation_error": ask("weather", `${mark}/processing`, { at: 1 }),
    },
    heldBy: { "rest/delivery.test.ts": "a message remembers a crash, a failure and a success" },
    open: "Of a processed text: a new attempt, and it is work again. Of a text that was not for the agent: an entry that never enters its queue",
  },
  {
    id: "markAgentMessageProcessed",
    call: "POST /agent/chats/{chat_id}/messages/{id}/processed",
    answers: {
      "200": inTurn(ask("weather", `${mark}/processing`), ask("weather", `${mark}/processed`)),
      "204": whileStopped(ask("weather", `${mark}/processed`)),
      "404 not_found": ask("ledger", `${mark}/processed`),
      "422 validation_error": ask("weather", `${mark}/processed`),
    },
    heldBy: { "rest/delivery.test.ts": "after $marks, $last finds no active attempt" },
    open: repeated,
  },
  {
    id: "markAgentMessageFailed",
    call: "POST /agent/chats/{chat_id}/messages/{id}/failed",
    answers: {
      "200": inTurn(ask("weather", `${mark}/processing`), ask("weather", `${mark}/failed`, { error: "no" })),
      "204": whileStopped(ask("weather", `${mark}/failed`, { error: "no" })),
      "404 not_found": ask("ledger", `${mark}/failed`, { error: "no" }),
      "422 validation_error": ask("weather", `${mark}/failed`, { reason: "no" }),
    },
    heldBy: { "rest/delivery.test.ts": "after $marks, $last finds no active attempt" },
    open: repeated,
  },
  {
    id: "createAgentChatEvent",
    call: "POST /agent/chats/{chat_id}/events",
    answers: {
      "201": report(thought),
      "403 forbidden": whileStopped(report(thought)),
      "403 limit_reached": onFullPlan(report(thought)),
      "404 not_found": ask("ledger", `POST ${chat}/events`, { event: thought }),
      "422 validation_error": report({ content: "hm", message_type: "text" }),
    },
    heldBy: { "rest/events.test.ts": "an event with %s is refused" },
  },
  {
    id: "getAgentChatContext",
    call: "GET /agent/chats/{chat_id}/context",
    answers: {
      "200": ask("weather", `GET ${chat}/context`),
      "404 not_found": ask("ledger", `GET ${chat}/context`),
      "422 validation_error": ask("weather", `GET ${chat}/context?limit=5&page=1`),
    },
    heldBy: {
      "rest/events.test.ts": "the context of an agent is what mentions it and what it wrote, oldest first",
    },
  },
  {
    id: "reportAgentChatActivity",
    call: "POST /agent/chats/{chat_id}/activity",
    answers: {
      "200": ask("weather", `POST ${chat}/activity`, { working: true }),
      "404 not_found": ask("ledger", `POST ${chat}/activity`, { working: true }),
      "422 validation_error": ask("weather", `POST ${chat}/activity`, {}),
      "503 tracking_failed": async () => {
        await using sandbox = await startSandbox();
        const { id } = await sandbox.room({ users: ["ada"], agents: ["weather"] });
        sandbox.faults.once("POST activity", { status: 503 });
        const { apiKey } = sandbox.credentials("weather");
        return await call(sandbox.url, `POST /agent/chats/${id}/activity`, { key: apiKey, body: { working: true } });
      },
    },
    heldBy: { "rest/events.test.ts": "people are told whether an agent is at work" },
    open: "Whether it needs an active execution: any participant may report. How people learn of it: an event `agent_activity` of our own, never sent to agents",
  },
];
