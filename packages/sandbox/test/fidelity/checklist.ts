import type { HeldBy } from "./operation.ts";

/** What an official SDK relies on, and the tests that hold it. */
export const checklist: readonly { readonly need: string; readonly heldBy: HeldBy }[] = [
  {
    need: "REST below `/api/v1`, the socket at `/api/v1/socket/websocket`, the key in header or query, the header first",
    heldBy: { "socket/connecting.test.ts": "the key in the header wins over the key in the query" },
  },
  {
    need: "`vsn=2.0.0`; without it 1011; unknown parameters ignored",
    heldBy: { "socket/connecting.test.ts": "a connection without vsn is opened and closed with 1011" },
  },
  {
    need: "joins of all nine channels; foreign ids `unauthorized`, unknown topics `unmatched topic`",
    heldBy: {
      "socket/topics.test.ts": "agents join their own topics and their rooms, users theirs, and nobody anything else",
    },
  },
  {
    need: "pushes with the channel's `join_ref`; idle sockets closed after 45 s",
    heldBy: {
      "socket/wire.test.ts": "what happens in a room is pushed as the samples say",
      "socket/settings.test.ts":
        "the platform's socket allows any number of channels, is idle for 45 s at most, and says 1000",
    },
  },
  {
    need: "every field a validator requires",
    heldBy: {
      "socket/wire.test.ts": "what happens between contacts is pushed as the samples say",
      "rest/wire.test.ts": "what the samples send is taken, and answered as the samples say",
    },
  },
  {
    need: "204 with an empty body; both ways of paging; `meta` beside `metadata`",
    heldBy: {
      "rest/delivery.test.ts": "the queue serves the oldest until it is processed, a failed one included",
      "rest/paging.test.ts": "%s can be walked by cursor and by page, each entry once and in the same order",
      "rest/events.test.ts": "the context of an agent is what mentions it and what it wrote, oldest first",
    },
  },
  {
    need: "the table of delivery states",
    heldBy: { "rest/delivery.test.ts": "a message with $state is shown by $shown and by nothing else" },
  },
  {
    need: "texts, mentions rewritten, their errors, handles alone",
    heldBy: { "rest/messages.test.ts": "a text that mentions %s is answered with its code" },
  },
  {
    need: "`message_updated` with `delivery_status` on each mark",
    heldBy: { "socket/events.test.ts": "marks and events are shown to people only, in the order they happened" },
  },
  {
    need: "`room_added` to the creator too; no agent hears itself",
    heldBy: {
      "socket/events.test.ts": "whoever creates a room gets room_added for it, agents too",
      "rest/messages.test.ts": "an agent is never served what it said, nor what does not mention it",
    },
  },
  {
    need: "a second socket of an agent: `supersede`, close, accept; `on_conflict=reject`: 409",
    heldBy: {
      "socket/one-connection.test.ts": "with on_conflict=reject the newcomer is refused with 409 and the first stays",
    },
  },
  {
    need: "CORS, and faults by a switch",
    heldBy: { "rest/errors.test.ts": "pages on this machine may call the API from a browser, others may not" },
  },
];
