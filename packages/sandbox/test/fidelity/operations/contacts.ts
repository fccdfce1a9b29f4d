import { ask, inTurn, type Operation } from "../operation.ts";

const agents = "/agent/contacts";
const people = "/me/contacts";
const handle = "miguel/ledger";
const add = ask("weather", `POST ${agents}/add`, { handle });
const respond = (who: "ledger" | "weather", body: object) => ask(who, `POST ${agents}/requests/respond`, body);
const approve = respond("ledger", { action: "approve", handle: "dana/weather" });
const send = (recipient: string) =>
  ask("miguel", `POST ${people}/requests`, { contact_request: { recipient_handle: recipient } });
const toDana = send("dana");
const answerTo = (action: string) => {
  const line = action === "cancel" ? `DELETE ${people}/requests` : `POST ${people}/requests`;
  const suffix = action === "cancel" ? "" : `/${action}`;
  const [mine, theirs] = action === "cancel" ? (["miguel", "dana"] as const) : (["dana", "miguel"] as const);
  return {
    "200": inTurn(toDana, ask(mine, `${line}/LAST${suffix}`)),
    "403 forbidden": inTurn(toDana, ask(theirs, `${line}/LAST${suffix}`)),
    "404 not_found": ask(mine, `${line}/NOBODY${suffix}`),
    "409 conflict": inTurn(toDana, ask(mine, `${line}/LAST${suffix}`), ask(mine, `${line}/LAST${suffix}`)),
    "422 validation_error": inTurn(toDana, ask(mine, `${line}/LAST${suffix}`, { why: "so" })),
  };
};
const responses = { "rest/contact-requests.test.ts": "of the request dana → miguel, %s may %s: %s" };
const told = {
  "rest/contact-requests.test.ts": "of the request planner → ledger, %s may %s by %s: %s",
  "socket/contacts.test.ts":
    "an agent that is asked hears who asks; approving, parting and asking once more are told to both",
};

/** Contacts and the requests to get there, of agents and of people. */
export const contacts: readonly Operation[] = [
  {
    id: "listAgentContacts",
    call: "GET /agent/contacts",
    answers: { "200": ask("weather", `GET ${agents}`) },
    heldBy: { "rest/contacts.test.ts": "contacts under /%s are read page by page, newest first" },
    open: "Order: newest first",
  },
  {
    id: "addAgentContact",
    call: "POST /agent/contacts/add",
    answers: {
      "201": add,
      "400 bad_request": ask("weather", `POST ${agents}/add`, { handle: "no handle" }),
      "404 not_found": ask("weather", `POST ${agents}/add`, { handle: "nobody" }),
      "409 conflict": inTurn(add, add),
      "422 validation_error": ask("weather", `POST ${agents}/add`, {}),
    },
    heldBy: {
      "rest/contact-requests.test.ts": "asking %j to be a contact is answered %s to dana/planner and %s to dana",
    },
    open: "Accounts of one owner: they may, nothing documented forbids it. Somebody who has asked already: 201 with that request, approved. 400 is for a handle that is none, any other wrong field a 422; `bad_request`, `not_found` and `conflict` are our codes. When a request expires: when a test says so",
  },
  {
    id: "removeAgentContact",
    call: "POST /agent/contacts/remove",
    answers: {
      "200": inTurn(add, approve, ask("weather", `POST ${agents}/remove`, { handle })),
      "400 bad_request": ask("weather", `POST ${agents}/remove`, {}),
      "404 not_found": ask("weather", `POST ${agents}/remove`, { handle }),
      "422 validation_error": ask("weather", `POST ${agents}/remove`, { contact_id: "seven" }),
    },
    heldBy: { "rest/contacts.test.ts": "under /%s either side parts the two, by handle or by its own record" },
    open: "Record and handle both named: the record decides",
  },
  {
    id: "listAgentContactRequests",
    call: "GET /agent/contacts/requests",
    answers: {
      "200": ask("weather", `GET ${agents}/requests`),
      "422 validation_error": ask("weather", `GET ${agents}/requests?sent_status=expired`),
    },
    heldBy: { "rest/contact-request-lists.test.ts": "an agent's requests are paged in each direction by itself" },
    open: "Order: newest first. Expired ones: in `all` only",
  },
  {
    id: "respondToAgentContactRequest",
    call: "POST /agent/contacts/requests/respond",
    answers: {
      "200": inTurn(add, approve),
      "400 bad_request": respond("ledger", { action: "approve" }),
      "403 forbidden": inTurn(add, respond("weather", { action: "approve", request_id: "LAST" })),
      "404 not_found": respond("ledger", { action: "approve", handle: "dana/weather" }),
      "409 conflict": inTurn(
        add,
        respond("ledger", { action: "reject", request_id: "LAST" }),
        respond("ledger", { action: "approve", request_id: "LAST" }),
      ),
      "422 validation_error": respond("ledger", { action: "delete" }),
    },
    heldBy: told,
    open: "By handle the pending request is meant, so one that ended is a 404; by id it is a 409. The wrong side: a 403 by id",
  },
  {
    id: "listMyContacts",
    call: "GET /me/contacts",
    answers: { "200": ask("dana", `GET ${people}`) },
    heldBy: {
      "rest/contacts.test.ts":
        "contacts are shown to each side by a record of its own, without the account's id to agents",
    },
    open: "Order: newest first",
  },
  {
    id: "listReceivedContactRequests",
    call: "GET /me/contacts/requests",
    answers: { "200": ask("dana", `GET ${people}/requests`) },
    heldBy: {
      "rest/contact-request-lists.test.ts":
        "a person sees requests whole, received ones while they are pending, sent ones by status",
    },
  },
  {
    id: "listSentContactRequests",
    call: "GET /me/contacts/requests/sent",
    answers: { "200": ask("dana", `GET ${people}/requests/sent`) },
    heldBy: {
      "rest/contact-request-lists.test.ts":
        "sent requests can be narrowed to a status; expired ones are among all only",
    },
    open: "Expired ones: in `all` only",
  },
  {
    id: "createContactRequest",
    call: "POST /me/contacts/requests",
    answers: {
      "201": toDana,
      "400 bad_request": send("no handle"),
      "404 not_found": send("nobody"),
      "409 conflict": inTurn(toDana, toDana),
      "422 validation_error": ask("miguel", `POST ${people}/requests`, {}),
    },
    heldBy: { "rest/contact-requests.test.ts": "a message may have 500 characters, and is shown to both sides" },
    open: "Somebody who has asked already: 201 with that request, approved",
  },
  {
    id: "approveContactRequest",
    call: "POST /me/contacts/requests/{id}/approve",
    answers: answerTo("approve"),
    heldBy: responses,
  },
  {
    id: "rejectContactRequest",
    call: "POST /me/contacts/requests/{id}/reject",
    answers: answerTo("reject"),
    heldBy: responses,
    open: "Whether the requester hears of it: the call says no, the channel yes; `contact_request_updated` goes to both",
  },
  {
    id: "cancelContactRequest",
    call: "DELETE /me/contacts/requests/{id}",
    answers: answerTo("cancel"),
    heldBy: responses,
    open: "`responded_at` is set by approving and rejecting only",
  },
  {
    id: "removeMyContact",
    call: "POST /me/contacts/remove",
    answers: {
      "200": inTurn(
        ask("dana", `POST ${people}/requests`, { contact_request: { recipient_handle: handle } }),
        respond("ledger", { action: "approve", handle: "dana" }),
        ask("dana", `POST ${people}/remove`, { handle }),
      ),
      "400 bad_request": ask("dana", `POST ${people}/remove`, {}),
      "404 not_found": ask("dana", `POST ${people}/remove`, { handle }),
    },
    heldBy: { "rest/contacts.test.ts": "under /%s either side parts the two, by handle or by its own record" },
    open: "`contact_id` is the id of the contact, not of the account",
  },
  {
    id: "resolveHandle",
    call: "POST /me/contacts/resolve",
    answers: {
      "200": ask("dana", `POST ${people}/resolve`, { handle }),
      "400 bad_request": ask("dana", `POST ${people}/resolve`, { handle: "no handle" }),
      "404 not_found": ask("dana", `POST ${people}/resolve`, { handle: "nobody" }),
    },
    heldBy: { "rest/contacts.test.ts": "the handle in %j is resolved to %j, without an id" },
    open: "One's own handle is resolved too",
  },
];
