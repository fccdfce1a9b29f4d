import { expect, test } from "vitest";
import type { PlanLimits } from "../../src/world/plan.ts";
import { Api, outcome } from "./api.ts";

const agent = { name: "One more", description: "One agent too many" };
const text = { message: { content: "hello", mentions: [{ handle: "dana/planner" }] } };

test.each<[limits: PlanLimits, as: "dana" | "weather", call: string, body: (api: Api) => object, message: string]>([
  [{ agents: 3 }, "dana", "POST /me/agents/register", () => ({ agent }), "agents"],
  [{ chats: 1 }, "dana", "POST /me/chats", () => ({ chat: {} }), "chat rooms"],
  [{ chats: 1 }, "weather", "POST /agent/chats", () => ({ chat: {} }), "chat rooms"],
  [
    { participants: 3 },
    "dana",
    "POST /me/chats/ROOM/participants",
    (api) => ({ participant: { participant_id: api.miguel.id } }),
    "participants in a chat room",
  ],
  [
    { participants: 3 },
    "weather",
    "POST /agent/chats/ROOM/participants",
    (api) => ({
      participant: { participant_id: api.world.accounts.registerAgent({ ownerId: api.dana.id, ...agent }).agent.id },
    }),
    "participants in a chat room",
  ],
  [{ messages: 1 }, "dana", "POST /me/chats/ROOM/messages", () => text, "messages"],
  [{ messages: 1 }, "weather", "POST /agent/chats/ROOM/messages", () => text, "messages"],
  [
    { messages: 1 },
    "weather",
    "POST /agent/chats/ROOM/events",
    () => ({ event: { content: "hm", message_type: "thought" } }),
    "messages",
  ],
])(
  "with a plan of %j, what %s asks for by %s is refused, and changes nothing",
  async (limits, as, call, body, what) => {
    await using api = await Api.start();
    const room = api.room(api.dana, api.weather, api.planner);
    await api.say(room, "first", api.weather);
    const line = call.replace("ROOM", room.id);
    api.news.length = 0;

    api.world.plan.limits = limits;
    const answer = await api.as(api[as], line, body(api));

    const [[resource, limit] = []] = Object.entries(limits);
    expect([answer.status, answer.body]).toEqual([
      403,
      {
        error: {
          code: "limit_reached",
          message: `Your plan does not allow more ${what}`,
          request_id: expect.any(String),
          details: { resource, limit },
        },
      },
    ]);
    expect(api.news).toEqual([]);

    api.world.plan.limits = {};
    expect(outcome(await api.as(api[as], line, body(api)))).toBe("201");
  },
);
