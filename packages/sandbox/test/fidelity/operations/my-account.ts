import { ask, given, inTurn, type Operation } from "../operation.ts";

const agent = { name: "One more", description: "One agent too many" };
const always = { 404: "a key that works always belongs to somebody" };

/** The person, and their agents. */
export const myAccount: readonly Operation[] = [
  {
    id: "getMyProfile",
    call: "GET /me/profile",
    answers: { "200": ask("dana", "GET /me/profile") },
    never: always,
    heldBy: { "rest/people.test.ts": "a person reads and changes their profile" },
  },
  {
    id: "updateMyProfile",
    call: "PUT /me/profile",
    answers: {
      "200": ask("dana", "PUT /me/profile", { user: { first_name: "Dan" } }),
      "422 validation_error": ask("dana", "PUT /me/profile", {}),
    },
    never: always,
    heldBy: { "rest/people.test.ts": "a person reads and changes their profile" },
  },
  {
    id: "registerMyAgent",
    call: "POST /me/agents/register",
    answers: {
      "201": ask("dana", "POST /me/agents/register", { agent }),
      "403 limit_reached": given(
        ({ api }) => {
          api.world.plan.limits = { agents: 3 };
        },
        ask("dana", "POST /me/agents/register", { agent }),
      ),
      "422 validation_error": ask("dana", "POST /me/agents/register", { agent: { name: "x" } }),
    },
    heldBy: {
      "rest/people.test.ts": "a registered agent can use its key at once",
      "rest/plan.test.ts": "with a plan of %j, what %s asks for by %s is refused, and changes nothing",
    },
    open: "What a plan's numbers count: all of the sandbox, which is one organization; participants of each room",
  },
  {
    id: "listMyAgents",
    call: "GET /me/agents",
    answers: {
      "200": ask("dana", "GET /me/agents"),
      "422 validation_error": ask("dana", "GET /me/agents?sort=age"),
    },
    heldBy: { "rest/people.test.ts": "a person lists their agents, filtered and sorted" },
  },
  {
    id: "deleteMyAgent",
    call: "DELETE /me/agents/{id}",
    answers: {
      "200": ask("dana", "DELETE /me/agents/WEATHER?force=true"),
      "404 not_found": ask("dana", "DELETE /me/agents/LEDGER"),
      "422 validation_error": inTurn(
        ask("weather", "POST /agent/chats/ROOM/events", { event: { content: "hm", message_type: "thought" } }),
        ask("dana", "DELETE /me/agents/WEATHER"),
      ),
    },
    heldBy: {
      "rest/deleting.test.ts":
        "a deleted agent is out of its rooms, its key is dead, its handle free, and what it said stays",
    },
    open: "Somebody else's agent: 404. A room it alone owned goes to its owner, else to whoever came first; an empty one ends",
  },
  {
    id: "listMyPeers",
    call: "GET /me/peers",
    answers: { "200": ask("dana", "GET /me/peers") },
    heldBy: { "rest/identity.test.ts": "a person's peers are the other people, their own agents and the global ones" },
  },
];
