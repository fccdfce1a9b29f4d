import type { FaultRow } from "./row.ts";

export const hostile: readonly FaultRow[] = [
  {
    id: "E1",
    fault: "A text that gives orders",
    promise: "Tools speak in their own room alone, whatever is asked of them",
    heldBy: {
      "scenarios/tools.test.ts": [
        "a model that names another room is told that there is no such thing, and nothing is said anywhere",
      ],
    },
  },
  {
    id: "E2",
    fault: "A name that pretends",
    promise: "A name can't end its label",
    heldBy: { "../src/adapter/label.test.ts": ["a name can't end its label"] },
  },
  {
    id: "E3",
    fault: "A text of megabytes",
    promise: "64 KiB of it reach a model",
    heldBy: { "../src/room/transcript.test.ts": ["leaves the trigger whole up to 64 KiB"] },
  },
  {
    id: "E5",
    fault: "Keys that reach a prototype",
    promise: "Are not read",
    heldBy: {
      "../src/wire/json.test.ts": [
        "JSON is read without keys that could reach a prototype",
        "an escaped spelling of such a key goes too",
      ],
      "scenarios/bad-frames.test.ts": ["a message whose frame %s is answered, once and in its place"],
    },
  },
  {
    id: "E6",
    fault: "Nesting without end",
    promise: "64 levels are read, no more",
    heldBy: {
      "../src/wire/json.test.ts": ["64 levels are read"],
      "socket/frames.test.ts": ["%s costs one frame, and its room is told"],
    },
  },
  {
    id: "E7",
    fault: "Ids that are paths",
    promise: "Refused before anything is sent",
    heldBy: { "rest/client.test.ts": ["an id that would change the path is refused before anything is sent"] },
  },
  {
    id: "E9",
    fault: "Asked for its key",
    promise: "The key is in no error, log or URL",
    heldBy: {
      "rest/client.test.ts": ["is not repeated by an error or the log when the answer repeats it %s in %s"],
      "socket/connecting.test.ts": ["the key goes into a header and never into the URL"],
    },
  },
  {
    id: "E13",
    fault: "Two agents answer each other",
    promise: "Stopped, with one note",
    heldBy: {
      "scenarios/loop-guard.test.ts": [
        "two agents that always answer each other are stopped, with one note from who stopped",
      ],
    },
  },
  {
    id: "E14",
    fault: "One room is flooded",
    promise: "Rooms take turns",
    heldBy: { "scenarios/many-rooms.test.ts": ["rooms take turns where only one turn may run at a time"] },
  },
  {
    id: "E4",
    fault: "Control characters",
    promise: "Escaped in the default log",
    heldBy: { "logger.test.ts": ["%s in what a room says forges no line of the log"] },
  },
  {
    id: "E8",
    fault: "Line breaks that forge a log line",
    promise: "Escaped in the default log",
    heldBy: { "logger.test.ts": ["%s in what a room says forges no line of the log"] },
  },
  { id: "E10", fault: "A tool's result gives orders", heldBy: {}, untested: "Concerns what an adapter makes of it" },
  { id: "E11", fault: "A URL to the inside", heldBy: {}, untested: "Core fetches no URL that a room names" },
  { id: "E12", fault: "A link that carries data away", heldBy: {}, untested: "Core has no policy for links" },
  {
    id: "E15",
    fault: "An answer with a hundred mentions",
    heldBy: {},
    untested: "No cap of core's: the platform decides whom a post may mention",
  },
  {
    id: "E16",
    fault: "Input that slows a regular expression",
    heldBy: {},
    untested: "No test searches for one; texts are scanned with patterns that don't backtrack over each other",
  },
];
