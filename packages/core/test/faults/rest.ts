import type { FaultRow } from "./row.ts";

export const rest: readonly FaultRow[] = [
  {
    id: "B1",
    fault: "401 while it runs",
    promise: "The agent ends: turns are cut, nothing more is claimed",
    heldBy: {
      "scenarios/identity.test.ts": [
        "ends its process with code 77, and nothing more is claimed",
        "aborts the turns that run",
      ],
    },
  },
  {
    id: "B2",
    fault: "403 `limit_reached`",
    promise: "The handler is told; the message is tried again as after any failure",
    heldBy: {
      "scenarios/bad-answers.test.ts": [
        "an owner whose plan is used up has the handler told so, and the message is answered once there is room again",
      ],
    },
  },
  {
    id: "B3",
    fault: "The agent is stopped in the room",
    promise: "Nothing runs there until `play`",
    heldBy: {
      "scenarios/control.test.ts": [
        "that comes before the claim is obeyed by the platform, and play is not missed meanwhile",
        "while a settle is pending has the settle repeated after play, and not the run",
      ],
    },
  },
  {
    id: "B4",
    fault: "The agent is no participant any more",
    promise: "The turn is cut and nothing more is said",
    heldBy: { "scenarios/rooms.test.ts": ["nothing is said in a room that is %s in the middle of a turn"] },
  },
  {
    id: "B5",
    fault: "The message is gone when it is claimed",
    promise: "Nothing is run for it; the room is looked at again",
    heldBy: {
      "scenarios/settling.test.ts": [
        "is told that the message is gone, nothing is run for it, and the room is looked at again",
      ],
    },
  },
  {
    id: "B6",
    fault: "409",
    promise: "Not repeated blindly; the message is answered once",
    heldBy: { "scenarios/bad-answers.test.ts": ["%s twice, each message of both rooms is answered once and in order"] },
  },
  {
    id: "B7",
    fault: "422 on a settle",
    promise: "Checked: claimed and marked anew, or taken as done",
    heldBy: {
      "scenarios/settling.test.ts": [
        "finds no open attempt although the message still waits, it is claimed anew and marked",
        "finds no open attempt because an earlier one arrived, it is taken as done",
      ],
    },
  },
  {
    id: "B8",
    fault: "422 on a post",
    promise: "An error in the handler's hands, never sent again",
    heldBy: { "scenarios/posting.test.ts": ["of nobody is an error that names the near ones, and nothing is said"] },
  },
  {
    id: "B9",
    fault: "429 with seconds, a date, nothing, a day",
    promise: "No earlier than told, five minutes at most",
    heldBy: {
      "rest/client.test.ts": ["until a date by this machine's clock when the server tells no time"],
      "scenarios/posting.test.ts": ["that was throttled is sent again after the seconds it was told, not before"],
    },
  },
  {
    id: "B10",
    fault: "500, 502, 503, 504, also as a page",
    promise: "Reads are repeated, posts looked up first",
    heldBy: { "scenarios/bad-answers.test.ts": ["%s twice, each message of both rooms is answered once and in order"] },
  },
  {
    id: "B11",
    fault: "An address that takes no connection",
    promise: "Repeated like any read without an answer",
    heldBy: { "rest/client.test.ts": ["nobody listening"] },
    note: "No address of one machine swallows a SYN without extra rights; a port nobody listens on, and one that never answers, stand for it",
  },
  {
    id: "B12",
    fault: "No answer",
    promise: "Given up at its deadline, then as unknown",
    heldBy: { "scenarios/bad-answers.test.ts": ["%s twice, each message of both rooms is answered once and in order"] },
  },
  {
    id: "B13",
    fault: "An answer byte by byte",
    promise: "The deadline covers the body",
    heldBy: {
      "rest/client.test.ts": ["a deadline covers the body, and the connection is given up"],
      "scenarios/bad-answers.test.ts": ["%s twice, each message of both rooms is answered once and in order"],
    },
  },
  {
    id: "B14",
    fault: "An answer that can't be read",
    promise: "Reads are repeated, posts looked up first",
    heldBy: { "scenarios/bad-answers.test.ts": ["%s twice, each message of both rooms is answered once and in order"] },
  },
  {
    id: "B15",
    fault: "A kept connection is reset before it is used",
    promise: "Reads are repeated, posts looked up first",
    heldBy: { "scenarios/bad-answers.test.ts": ["%s twice, each message of both rooms is answered once and in order"] },
  },
  {
    id: "B16",
    fault: "A claim arrived, its answer is lost",
    promise: "The queue shows the attempt, which is used; none is left open",
    heldBy: {
      "scenarios/settling.test.ts": [
        "loses its answer, which is %s, the attempt is found again, and the handler runs once in it",
      ],
      "scenarios/bad-answers.test.ts": ["%s twice, each message of both rooms is answered once and in order"],
    },
  },
  {
    id: "B17",
    fault: "A text arrived, its answer is lost",
    promise: "Looked up, and not sent again",
    heldBy: {
      "scenarios/posting.test.ts": ["appears twice also when the answer to the %s is lost"],
      "scenarios/bad-answers.test.ts": ["%s twice, each message of both rooms is answered once and in order"],
    },
  },
  {
    id: "B18",
    fault: "An event arrived, its answer is lost",
    promise: "It is there once",
    heldBy: { "scenarios/reporting.test.ts": ["is there once, also of events %s"] },
  },
  {
    id: "B19",
    fault: "A settle arrived, its answer is lost",
    promise: "Repeated; the run is not",
    heldBy: { "scenarios/settling.test.ts": ["%s it is repeated, and the run is not"] },
  },
  {
    id: "B20",
    fault: "A redirect",
    promise: "Refused; the key goes nowhere else",
    heldBy: { "rest/client.test.ts": ["is not carried along by a redirect: %d"] },
  },
  {
    id: "B21",
    fault: "A body of 100 MB, or one that unpacks to it",
    promise: "Not read beyond 5 MiB",
    heldBy: { "rest/client.test.ts": ["a body that unpacks to more than 5 MiB is not read to its end"] },
  },
  {
    id: "B22",
    fault: "A refused cursor",
    promise: "The walk starts once more and gives nothing twice",
    heldBy: { "rest/lists.test.ts": ["starts once more when a cursor is refused, and gives nothing twice"] },
  },
  {
    id: "B23",
    fault: "Everything answers 503",
    promise: "Little is asked, nothing is lost",
    heldBy: {
      "scenarios/bad-answers.test.ts": [
        "while every request answers 503 little is asked, and afterwards each message is answered once and in order",
      ],
    },
  },
  {
    id: "B24",
    fault: "Events are throttled while a settle waits",
    promise: "Events hold it up for a bounded time",
    heldBy: { "scenarios/reporting.test.ts": ["holds up the settling of the turn no longer than `eventsFlushMs`"] },
  },
  {
    id: "B25",
    fault: "A settled message is offered again",
    promise: "Settled again, not run",
    heldBy: {
      "scenarios/odd-platforms.test.ts": ["a message that is offered again although it was settled is not run again"],
    },
  },
  {
    id: "B26",
    fault: "The queue hides what is in progress",
    heldBy: {},
    untested:
      "Not handled: the platform's contract says that it serves what is in progress. On one that does not, a message whose process died in its run waits for a person",
  },
  {
    id: "B27",
    fault: "The queue stops offering what failed",
    heldBy: {},
    untested:
      "Not handled, for the same reason: on such a platform a message that fails that often stays failed, without an error in the room",
  },
  {
    id: "B28",
    fault: "An error body repeats the key",
    promise: "Redacted in errors and logs",
    heldBy: { "rest/client.test.ts": ["is not repeated by an error or the log when the answer repeats it %s in %s"] },
  },
];
