import type { FaultRow } from "./row.ts";

export const socket: readonly FaultRow[] = [
  {
    id: "A1",
    fault: "The peer is gone and TCP stays up",
    promise: "Missed heartbeats end the connection without a goodbye; what came meanwhile is answered",
    heldBy: {
      "socket/heartbeat.test.ts": ["a dead peer is noticed after twice the interval and not before"],
      "scenarios/network.test.ts": ["when the server falls silent and its TCP connection stays up"],
    },
    figure: "noticed at most 24 s after the last heartbeat was due: `pnpm measure:detection`",
  },
  {
    id: "A2",
    fault: "Heartbeats are answered, pushes are lost",
    promise: "The audit finds the message, the connection is kept",
    heldBy: {
      "scenarios/bad-frames.test.ts": [
        "a socket that brings heartbeats and nothing else is kept, and the audit finds what is said",
      ],
    },
  },
  {
    id: "A3",
    fault: "Pushes come, heartbeats are not answered",
    promise: "Only an answer counts as life: the connection is had anew",
    heldBy: {
      "socket/heartbeat.test.ts": [
        "a server that answers no heartbeat is dropped without a goodbye, although it still talks",
      ],
    },
  },
  {
    id: "A4",
    fault: "The server closes with 1000",
    promise: "Connected again: only our own close is the end",
    heldBy: { "socket/connecting.test.ts": ["a server that closes with %i is connected to again"] },
  },
  {
    id: "A5",
    fault: "It closes with 1001 or 1012",
    promise: "Connected again; after 1012 everyone comes back spread over five seconds",
    heldBy: {
      "socket/connecting.test.ts": ["a server that closes with %i is connected to again"],
      "../src/socket/reconnection.test.ts": [
        "after a restart of the service everyone comes back within five seconds, not one",
      ],
    },
  },
  {
    id: "A6",
    fault: "The connection is reset",
    promise: "Connected again, at random within a window that doubles",
    heldBy: {
      "socket/connecting.test.ts": ["a connection cut without a word is had again"],
      "scenarios/network.test.ts": ["after close code %i, idle or in the middle of a turn"],
    },
  },
  {
    id: "A7",
    fault: "It closes with 1002, 1003, 1007, 1008 or 1009",
    promise: "Connected again, never faster than the backoff",
    heldBy: { "socket/connecting.test.ts": ["a server that closes with %i is connected to again"] },
  },
  {
    id: "A8",
    fault: "It closes with 1011 at once, as without `vsn`",
    promise: "The client always says `vsn`; a 1011 is connected again, by the backoff",
    heldBy: { "socket/connecting.test.ts": ["a server that closes with %i is connected to again"] },
  },
  {
    id: "A9",
    fault: "It closes with 4000 to 4099",
    promise: "Connected again by the backoff; no such code is known to be final",
    heldBy: { "socket/connecting.test.ts": ["a server that closes with %i is connected to again"] },
  },
  {
    id: "A10",
    fault: "The opening is refused with 401 or 403",
    promise: "Three tries, then the agent ends and says what to check; the key is in no text",
    heldBy: {
      "socket/refusals.test.ts": ["an upgrade refused with %i is tried three times"],
      "scenarios/identity.test.ts": ["ends its process with code 77, and nothing more is claimed"],
    },
  },
  {
    id: "A11",
    fault: "It is refused with 409",
    promise: "The end, at once, with exit code 75",
    heldBy: {
      "socket/refusals.test.ts": ["an upgrade refused with %i is not tried again"],
      "scenarios/identity.test.ts": ["is turned away with code 75 where it asks to be, and the first goes on"],
    },
  },
  {
    id: "A12",
    fault: "It is refused with 429 or 503, with a time to wait",
    promise: "No earlier try than that",
    heldBy: { "socket/refusals.test.ts": ["a %s is waited out"] },
  },
  {
    id: "A13",
    fault: "Another process takes over",
    promise: "The end for this one: turns are cut, nothing more is said, exit code 75",
    heldBy: {
      "scenarios/identity.test.ts": ["takes over a turn that runs, and what the first still says does not go out"],
      "socket/ending.test.ts": ["an agent that is superseded stays away, also when the connection is then closed"],
    },
    figure: "obeyed within 100 ms: `pnpm measure:detection`",
  },
  {
    id: "A14",
    fault: "No name, no port, no TLS",
    promise: "Tried again by the backoff; never without TLS where it was asked for",
    heldBy: {
      "socket/refusals.test.ts": ["a server that is not there yet is connected to once it is"],
      "scenarios/odd-platforms.test.ts": [
        "an address that speaks no TLS is tried again, and never spoken to without it",
      ],
    },
  },
  {
    id: "A15",
    fault: "Connections that open and close at once",
    promise: "The waits start anew only after thirty seconds of health",
    heldBy: {
      "../src/socket/reconnection.test.ts": [
        "health counts once: a connection that was never had does not start the waits anew",
        "an outage of any length ends in a try every thirty seconds at most, without a last one",
      ],
    },
  },
  {
    id: "A16",
    fault: "A join is never answered, or late",
    promise: "Asked again; a late answer to the given-up one does not count",
    heldBy: {
      "socket/joins.test.ts": [
        "a join that crashes or gets no reply is tried again until it succeeds",
        "an answer to a join that was given up does not count",
      ],
    },
  },
  {
    id: "A17",
    fault: "A join is refused",
    promise: "For good: reported and left, and the room is read over REST; no other room waits",
    heldBy: {
      "socket/joins.test.ts": ["a room refused as %s is reported, left and not asked for again"],
      "scenarios/many-rooms.test.ts": [
        "a room whose join is refused with %j holds up no other, and is read over REST or joined later",
      ],
    },
  },
  {
    id: "A18",
    fault: "One channel crashes",
    promise: "Joined again, alone, and its room is looked at",
    heldBy: {
      "socket/joins.test.ts": ["a channel that crashes is joined again, alone, and told again"],
      "scenarios/network.test.ts": ["when the room's channel crashes"],
    },
  },
  {
    id: "A19",
    fault: "A frame with an old `join_ref`",
    promise: "Dropped; one without a reference is not",
    heldBy: {
      "socket/frames.test.ts": ["a frame with another join's reference is dropped, one without a reference is not"],
    },
  },
  {
    id: "A20",
    fault: "A topic is left and joined at once",
    promise: "Ends joined",
    heldBy: { "socket/joins.test.ts": ["setRooms leaves what it does not name, and a left room can be joined again"] },
  },
  {
    id: "A21",
    fault: "Frames come twice",
    promise: "One turn for each message",
    heldBy: { "scenarios/network.test.ts": ["each message is answered once when every frame comes twice"] },
  },
  {
    id: "A22",
    fault: "Frames come late or out of order",
    promise: "The platform's queue says the order",
    heldBy: { "scenarios/network.test.ts": ["messages are answered in order when a frame %s"] },
  },
  {
    id: "A23",
    fault: "Frames of rooms that were left, or never joined",
    promise: "Dropped",
    heldBy: { "socket/frames.test.ts": ["a frame of a topic that is left, closed or was never joined is dropped"] },
  },
  {
    id: "A24",
    fault: "A push comes before the answer to the join",
    promise: "Its message is answered, once",
    heldBy: {
      "scenarios/bad-frames.test.ts": ["a message that is pushed before the join is answered is answered once"],
    },
  },
  {
    id: "A25",
    fault: "A frame that is no frame",
    promise: "Costs that frame; its room is looked at",
    heldBy: {
      "socket/frames.test.ts": ["%s costs one frame, and its room is told"],
      "scenarios/bad-frames.test.ts": ["a message whose frame %s is answered, once and in its place"],
    },
  },
  {
    id: "A26",
    fault: "A payload without an id, or with another type",
    promise: "The same",
    heldBy: {
      "scenarios/bad-frames.test.ts": ["a message whose frame %s is answered, once and in its place"],
      "../src/wire/socket-event.test.ts": ["reading an event never throws"],
    },
  },
  {
    id: "A27",
    fault: "A frame above 1 MiB",
    promise: "Ends that connection and no more; the message is answered",
    heldBy: {
      "socket/frames.test.ts": ["a frame over 1 MiB ends that connection and no more"],
      "scenarios/bad-frames.test.ts": ["a message whose frame %s is answered, once and in its place"],
    },
  },
  {
    id: "A28",
    fault: "A burst of frames",
    promise: "No message, no connection, no second answer",
    heldBy: {
      "scenarios/bad-frames.test.ts": [
        "a burst of 3,000 frames in 60 rooms costs no message, no answer twice and no connection",
      ],
    },
  },
  {
    id: "A29",
    fault: "The server restarts under 10,000 clients",
    promise: "Each comes back at a random time of its window",
    heldBy: {
      "../src/socket/reconnection.test.ts": [
        "after a restart of the service everyone comes back within five seconds, not one",
      ],
    },
    note: "Ten thousand connections do not fit on one machine beside their server; what each client draws is tested instead",
  },
  {
    id: "A30",
    fault: "The machine sleeps",
    promise: "What was late is not taken for dead; what came meanwhile is answered",
    heldBy: {
      "socket/heartbeat.test.ts": [
        "an answer that is only read after its deadline still counts, when this process was what was late",
      ],
      "chaos/chaos.test.ts": [
        "through kills, pauses, terms and a bad network, each message is answered once and in order",
      ],
    },
  },
  {
    id: "A31",
    fault: "Added, removed and added again",
    promise: "The last word counts",
    heldBy: {
      "scenarios/bad-frames.test.ts": [
        "an agent that is added and removed again and again ends where the last word left it",
      ],
    },
  },
  {
    id: "A32",
    fault: "The list of rooms changes while it is read",
    promise: "No room is missing",
    heldBy: {
      "rest/lists.test.ts": [
        "%s between two pages hides no other",
        "a list that never holds still is walked twice, and nothing seen is forgotten",
      ],
    },
  },
  {
    id: "A33",
    fault: "Interrupt, stop and play at any point, also twice",
    promise: "Obeyed at once, once, and never charged",
    heldBy: {
      "scenarios/control-points.test.ts": ["a word of control aborts what runs within 100 ms of being said"],
      "scenarios/control.test.ts": ["ends one turn, however often the same word arrives"],
    },
    figure: "within 100 ms: `pnpm measure:detection`",
  },
  {
    id: "A34",
    fault: "Events nobody knows",
    promise: "Passed on as unrecognised",
    heldBy: { "socket/frames.test.ts": ["events nobody here knows are passed on as unrecognised"] },
  },
];
