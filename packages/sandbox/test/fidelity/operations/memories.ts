import { ask, inTurn, type Operation } from "../operation.ts";

const agents = "/agent/memories";
const people = "/me/memories";
const kind = { content: "c", thought: "t", system: "long_term", type: "semantic", segment: "user" };
const aboutDana = ask("weather", `POST ${agents}`, { memory: { ...kind, subject_id: "DANA" } });
const ofAll = ask("weather", `POST ${agents}`, { memory: { ...kind, scope: "organization" } });
const settledByAgent = (action: string) => ({
  "200": inTurn(aboutDana, ask("weather", `POST ${agents}/LAST/${action}`)),
  "403 forbidden": inTurn(ofAll, ask("planner", `POST ${agents}/LAST/${action}`)),
  "404 not_found": ask("weather", `POST ${agents}/NOBODY/${action}`),
});
const settledByPerson = (action: string) => ({
  "200": inTurn(aboutDana, ask("dana", `POST ${people}/LAST/${action}`)),
  "403 forbidden": inTurn(ofAll, ask("dana", `POST ${people}/LAST/${action}`)),
  "404 not_found": ask("dana", `POST ${people}/NOBODY/${action}`),
});
const bySource = { "rest/memories.test.ts": "to %s a memory is its source's to do, and may be repeated" };
const bySubject = { "rest/memories.test.ts": "a person may %s what is about them, and nothing else" };

/** What agents remember, and the person's say in it. */
export const memories: readonly Operation[] = [
  {
    id: "listAgentMemories",
    call: "GET /agent/memories",
    answers: {
      "200": ask("weather", `GET ${agents}`),
      "422 validation_error": ask("weather", `GET ${agents}?status=new`),
    },
    heldBy: {
      "rest/memories.test.ts":
        "an agent reads what is known about a subject beside what the organization knows, newest first",
    },
    open: "Gating by plan: always on. Without a subject: the organization's only; scope `subject` without one, and values no filter has: 422. Full text: every word, in any case, anywhere in the content, no stemming",
  },
  {
    id: "createAgentMemory",
    call: "POST /agent/memories",
    answers: { "201": aboutDana, "422 validation_error": ask("weather", `POST ${agents}`, { memory: kind }) },
    heldBy: { "rest/memories.test.ts": "the %s system holds %j and nothing else" },
    open: "The subject must exist. `metadata` has `tags` and `references` and nothing else. Blank texts are a 422",
  },
  {
    id: "getAgentMemory",
    call: "GET /agent/memories/{id}",
    answers: {
      "200": inTurn(aboutDana, ask("weather", `GET ${agents}/LAST`)),
      "404 not_found": ask("weather", `GET ${agents}/NOBODY`),
    },
    heldBy: { "rest/memories.test.ts": "a memory is kept with its source, and read by every agent" },
    open: "Who may read: every agent of the organization, which the sandbox is one of",
  },
  {
    id: "supersedeAgentMemory",
    call: "POST /agent/memories/{id}/supersede",
    answers: settledByAgent("supersede"),
    heldBy: bySource,
    open: "Again, or once archived: 200",
  },
  {
    id: "archiveAgentMemory",
    call: "POST /agent/memories/{id}/archive",
    answers: settledByAgent("archive"),
    heldBy: bySource,
    open: "Again, or once superseded: 200",
  },
  {
    id: "listUserMemories",
    call: "GET /me/memories",
    answers: {
      "200": ask("dana", `GET ${people}`),
      "403 forbidden": ask("miguel", `GET ${people}?chat_room_id=ROOM`),
      "422 validation_error": ask("dana", `GET ${people}?scope=mine`),
    },
    heldBy: {
      "rest/memories.test.ts":
        "a person reads what is known about them and what the organization knows, whoever stored it",
    },
    open: "What is of a room: nothing, since no call stores it; a room one is not in is a 403",
  },
  {
    id: "getUserMemory",
    call: "GET /me/memories/{id}",
    answers: {
      "200": inTurn(aboutDana, ask("dana", `GET ${people}/LAST`)),
      "404 not_found": ask("dana", `GET ${people}/NOBODY`),
    },
    heldBy: { "rest/memories.test.ts": "a memory that is not there is a 404" },
    open: "One about somebody else: 404",
  },
  {
    id: "supersedeUserMemory",
    call: "POST /me/memories/{id}/supersede",
    answers: settledByPerson("supersede"),
    heldBy: bySubject,
    open: "Which memories a person may change: those about them; one of the organization is read only, a 403. Again: 200",
  },
  {
    id: "archiveUserMemory",
    call: "POST /me/memories/{id}/archive",
    answers: settledByPerson("archive"),
    heldBy: bySubject,
    open: "Which memories a person may change: those about them; one of the organization is read only, a 403. Again: 200",
  },
  {
    id: "restoreUserMemory",
    call: "POST /me/memories/{id}/restore",
    answers: {
      "200": inTurn(aboutDana, ask("dana", `POST ${people}/LAST/archive`), ask("dana", `POST ${people}/LAST/restore`)),
      "404 not_found": ask("dana", `POST ${people}/NOBODY/restore`),
      "422 validation_error": inTurn(aboutDana, ask("dana", `POST ${people}/LAST/restore`)),
    },
    heldBy: {
      "rest/memories.test.ts":
        "a person archives a memory, restores it and supersedes it; only an archived one is restored",
    },
  },
  {
    id: "deleteUserMemory",
    call: "DELETE /me/memories/{id}",
    answers: {
      "204": inTurn(aboutDana, ask("dana", `DELETE ${people}/LAST`)),
      "403 forbidden": inTurn(ofAll, ask("dana", `DELETE ${people}/LAST`)),
      "404 not_found": ask("dana", `DELETE ${people}/NOBODY`),
    },
    heldBy: { "rest/memories.test.ts": "a memory that a person deletes is gone for everyone" },
  },
];
