import type { FaultRow } from "./row.ts";

export const tools: readonly FaultRow[] = [
  {
    id: "D7",
    fault: "An answer without end",
    promise: "Four parts to people, one cut message to agents",
    heldBy: {
      "scenarios/posting.test.ts": [
        "reaches a person in parts, whole and in order",
        "reaches an agent as one message, cut at 60,000 bytes",
      ],
    },
  },
  {
    id: "D11",
    fault: "A tool call without its result",
    promise: "Gets exactly one",
    heldBy: { "scenarios/reporting.test.ts": ["when the handler forgets it"] },
  },
  {
    id: "D12",
    fault: "A turn is cut in a tool call",
    promise: "The call is closed before anything else is said",
    heldBy: {
      "scenarios/reporting.test.ts": ["when a person interrupts"],
      "scenarios/crash.test.ts": [
        "a tool call that a crash left open gets its result before the next run says anything",
      ],
    },
  },
  {
    id: "D14",
    fault: "One tool call executed twice",
    promise: "One effect",
    heldBy: { "scenarios/tools.test.ts": ["one call id has one effect"] },
  },
];
