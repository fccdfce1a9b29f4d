import type { FaultRow } from "./row.ts";

export const resources: readonly FaultRow[] = [
  {
    id: "F1",
    fault: "Days of work",
    promise: "Heap, sockets, timers and listeners stay flat",
    heldBy: { "socket/many-rooms.test.ts": ["two hundred reconnects leave no timer behind"] },
    figure: "first against last quarter: `pnpm soak 60`",
  },
  {
    id: "F2",
    fault: "Many idle rooms",
    promise: "A few KiB each",
    heldBy: {},
    figure: "`pnpm bench memory`",
    untested: "A figure rather than a test: it takes processes of their own and their collected heap",
  },
  {
    id: "F3",
    fault: "Reconnecting with a thousand rooms",
    promise: "All joined again",
    heldBy: {
      "socket/many-rooms.test.ts": ["a thousand rooms are joined, heard, left and joined again after a reconnect"],
    },
  },
  {
    id: "F4",
    fault: "More arrives than is answered",
    promise: "All of it, in order",
    heldBy: {
      "scenarios/counts.test.ts": [
        "500 messages, during which the socket is cut 20 times, are answered once each and in order",
      ],
    },
  },
  {
    id: "F5",
    fault: "A noisy room beside quiet ones",
    promise: "Rooms take turns",
    heldBy: { "scenarios/many-rooms.test.ts": ["rooms take turns where only one turn may run at a time"] },
  },
  {
    id: "F6",
    fault: "Many turns at once",
    promise: "Fifty through four places",
    heldBy: { "scenarios/asking.test.ts": ["fifty rooms can ask at once through four places"] },
  },
  {
    id: "F7",
    fault: "Events are throttled",
    promise: "Thoughts are dropped first, texts never",
    heldBy: {
      "scenarios/reporting.test.ts": [
        "thoughts that wait are dropped, tool calls and results are not, and all keep their order",
      ],
    },
  },
  {
    id: "F8",
    fault: "A storm of reconnects",
    promise: "No timer is left behind",
    heldBy: { "socket/many-rooms.test.ts": ["two hundred reconnects leave no timer behind"] },
  },
  {
    id: "F9",
    fault: "A cold start with many rooms",
    promise: "Turns start before the last join",
    heldBy: {
      "scenarios/many-rooms.test.ts": [
        "the first turns start while other rooms still wait for their join, and a join without an answer is repeated",
      ],
    },
    figure: "1,000 rooms: `pnpm bench start`",
  },
  {
    id: "F10",
    fault: "A long pause of the collector",
    promise: "As C12",
    heldBy: {
      "socket/heartbeat.test.ts": [
        "an answer that is only read after its deadline still counts, when this process was what was late",
      ],
    },
  },
];
