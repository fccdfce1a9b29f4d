import type { FaultRow } from "./row.ts";

export const life: readonly FaultRow[] = [
  {
    id: "C1",
    fault: "Killed before the claim",
    promise: "The next process answers",
    heldBy: {
      "scenarios/crash.test.ts": [
        "a process killed before its claim arrived leaves the message to the next one, which answers once",
      ],
    },
  },
  {
    id: "C2",
    fault: "Killed after the claim",
    promise: "The same, on the second attempt",
    heldBy: {
      "scenarios/crash.test.ts": [
        "a process killed after its claim leaves the message to the next one, which answers once",
      ],
    },
  },
  {
    id: "C3",
    fault: "Killed in the run",
    promise: "Run again",
    heldBy: {
      "chaos/chaos.test.ts": [
        "through kills, pauses, terms and a bad network, each message is answered once and in order",
      ],
    },
  },
  {
    id: "C4",
    fault: "Killed after part of what it says",
    promise: "What was said is shown to the next run, and adopted",
    heldBy: {
      "scenarios/crash.test.ts": [
        "a process killed before it learns that its reply arrived has answered, and the next one does not repeat it",
        "a tool call that a crash left open gets its result before the next run says anything",
      ],
    },
  },
  {
    id: "C5",
    fault: "Killed between the answer and the settle",
    promise: "The answer is not repeated",
    heldBy: {
      "scenarios/crash.test.ts": [
        "a process killed between its reply and the mark has answered, and the next one does not repeat it",
      ],
    },
  },
  {
    id: "C6",
    fault: "Killed while it settles",
    promise: "Settled, and not run",
    heldBy: {
      "scenarios/crash.test.ts": ["a process killed after the mark has finished, and the next one runs nothing"],
    },
  },
  {
    id: "C7",
    fault: "Killed after the settle",
    promise: "Nothing is run",
    heldBy: {
      "scenarios/crash.test.ts": ["a process killed after the mark has finished, and the next one runs nothing"],
    },
  },
  {
    id: "C8",
    fault: "The handler throws anything",
    promise: "`failed` with a bounded text; other rooms go on",
    heldBy: {
      "scenarios/failure.test.ts": [
        "%s is run four times, then its message is given up in the open",
        "holds up neither other rooms nor, once it is given up, the messages behind it",
      ],
    },
  },
  {
    id: "C9",
    fault: "The handler ignores its abort",
    promise: "Its room goes on without it, and it has no voice",
    heldBy: {
      "scenarios/failure.test.ts": [
        "loses its turn at `turnTimeoutMs`: its room goes on, and nothing it says later goes out",
      ],
    },
    note: "How many such handlers a process gathers is not counted, and it does not exit because of them",
  },
  {
    id: "C10",
    fault: "A promise speaks after its turn",
    promise: "Nothing goes out",
    heldBy: { "scenarios/reporting.test.ts": ["by a promise that outlives it"] },
  },
  {
    id: "C11",
    fault: "A rejection that nobody handles",
    promise: "One of ours never ends the process",
    heldBy: { "scenarios/reporting.test.ts": ["and trying without waiting does not end the process"] },
  },
  {
    id: "C12",
    fault: "The process is busy for seconds",
    promise: "A late answer to a heartbeat counts",
    heldBy: {
      "socket/heartbeat.test.ts": [
        "an answer that is only read after its deadline still counts, when this process was what was late",
      ],
    },
  },
  {
    id: "C13",
    fault: "A message that always fails",
    promise: "Four tries, then an error in the room, and the room goes on",
    heldBy: { "scenarios/failure.test.ts": ["%s is run four times, then its message is given up in the open"] },
    figure: "given up within 100 s, others not delayed by 50 ms: `pnpm measure:poison`",
  },
  {
    id: "C14",
    fault: "A message that kills its process",
    promise: "Given up before a fourth run",
    heldBy: {
      "scenarios/crash.test.ts": [
        "a message that kills its process three times is given up in the open before a fourth run",
      ],
    },
  },
  {
    id: "C15",
    fault: "The room is deleted",
    promise: "The turn is cut and the room forgotten",
    heldBy: { "scenarios/rooms.test.ts": ["nothing is said in a room that is %s in the middle of a turn"] },
  },
  {
    id: "C16",
    fault: "The agent is removed in a turn",
    promise: "The same",
    heldBy: { "scenarios/rooms.test.ts": ["nothing is said in a room that is %s in the middle of a turn"] },
  },
  {
    id: "C17",
    fault: "The key is revoked",
    promise: "The agent ends with code 77; a new key takes a new process",
    heldBy: { "scenarios/identity.test.ts": ["ends its process with code 77, and nothing more is claimed"] },
  },
  {
    id: "C18",
    fault: "Two processes with one key",
    promise: "The newer goes on, the older ends",
    heldBy: {
      "scenarios/identity.test.ts": ["takes over a turn that runs, and what the first still says does not go out"],
    },
  },
  {
    id: "C19",
    fault: "Two passes without a socket",
    promise: "One skips what the other has",
    heldBy: { "scenarios/serverless.test.ts": ["skips a message that another run has, and goes on in other rooms"] },
  },
  {
    id: "C20",
    fault: "The platform's clock is an hour off",
    promise: "Nothing is lost, doubled or reordered",
    heldBy: {
      "scenarios/odd-platforms.test.ts": [
        "a platform whose clock is %s loses, doubles and reorders nothing, an unanswered post included",
      ],
    },
  },
  {
    id: "C21",
    fault: "SIGTERM during a long turn",
    promise: "The turn is cut in time and its message given back; exit code 0",
    heldBy: {
      "scenarios/shutdown.test.ts": [
        "cuts a turn that takes too long, gives its message back uncharged, and the next process answers",
      ],
    },
  },
  {
    id: "C22",
    fault: "A second signal",
    promise: "The end at once, with 130",
    heldBy: { "scenarios/shutdown.test.ts": ["twice exits at once with 130, whatever runs"] },
  },
  {
    id: "C23",
    fault: "A supervisor that restarts in a loop",
    heldBy: {},
    untested:
      "Nothing is kept on disk, so a new process knows of no earlier one: how fast it is restarted is the supervisor's to limit",
  },
  {
    id: "C24",
    fault: "A journal that is full, broken or gone",
    heldBy: {},
    untested: "There is no journal: the platform's record of attempts is the only one",
  },
  {
    id: "C25",
    fault: "Stop between the claim and the run",
    promise: "Not run until `play`, uncharged",
    heldBy: {
      "scenarios/control.test.ts": [
        "that comes between the claim and the run keeps the message from being run until play, uncharged",
      ],
    },
  },
  {
    id: "C26",
    fault: "The message is deleted while it waits",
    promise: "Not run",
    heldBy: {
      "scenarios/settling.test.ts": [
        "is told that the message is gone, nothing is run for it, and the room is looked at again",
      ],
    },
    note: "The platform has no way to edit a text",
  },
  {
    id: "C27",
    fault: "Told to end while a post is unanswered",
    promise: "Said once",
    heldBy: {
      "chaos/chaos.test.ts": [
        "through kills, pauses, terms and a bad network, each message is answered once and in order",
      ],
    },
  },
  {
    id: "C28",
    fault: "Memory runs out",
    heldBy: {},
    untested: "No limit of its own: the process is the user's; a crash is C1 to C7",
  },
];
