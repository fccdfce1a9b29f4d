import type { Message, Participant, Sender } from "@thenvoi/core";

/** Someone in the room, as a page is told of them. */
export type RoomPerson = Pick<Participant, "id" | "kind" | "name" | "handle" | "description">;

/** Where a text stands with an agent it is for. */
export type DeliveryStatus = "new" | "delivered" | "processing" | "processed" | "failed";

/** What every entry carries. */
interface Said {
  /** The platform's id: the same wherever and whenever the entry is read. */
  readonly id: string;
  /** When it was said, and when it last changed: ISO-8601 UTC. */
  readonly at: string;
  readonly updatedAt: string;
  readonly sender: Sender;
}

/** One thing said or reported in a room, as a page is told of it. */
export type RoomEntry = Said &
  (
    | {
        readonly type: "text";
        readonly text: string;
        readonly mentions: Message["mentions"];
        /** The agents it is for, by id. */
        readonly deliveries: Readonly<Record<string, DeliveryStatus>>;
      }
    | { readonly type: "thought" | "error" | "task"; readonly text: string }
    | { readonly type: "tool-call"; readonly callId: string; readonly toolName: string; readonly input: unknown }
    | {
        readonly type: "tool-result";
        /** Undefined where the agent did not say: its latest open call is meant. */
        readonly callId: string | undefined;
        readonly toolName: string;
        readonly output: unknown;
        readonly isError: boolean;
      }
    | {
        readonly type: "attention";
        readonly text: string;
        readonly kind: string;
        readonly blocking: boolean;
        /** The id of the entry that this one closes. */
        readonly resolves: string | undefined;
        readonly resolution: string | undefined;
      }
  );

/**
 * What the stream of a room carries, one JSON text an event.
 *
 * - `people`: who is in the room now, and which of them the page speaks as.
 * - `read`: the room was read. `ids` are all of its entries from `from` on (empty: from its first); those that are held of that
 *   time and are not among them are no longer there.
 * - `entry`: an entry that is new or changed, or was read again.
 * - `gone`: the room, or the person's place in it, is gone. Nothing follows.
 */
export type FeedEvent =
  | { readonly type: "people"; readonly people: readonly RoomPerson[]; readonly me: string }
  | { readonly type: "read"; readonly from: string; readonly ids: readonly string[] }
  | { readonly type: "entry"; readonly entry: RoomEntry }
  | { readonly type: "deleted"; readonly id: string }
  | { readonly type: "gone" };

/** What a page asks of the server. Nothing else that it sends is looked at. */
export type RoomRequest =
  | {
      readonly action: "say";
      readonly text: string;
      /** Made up by the page: the same text sent twice under one key is said once. */
      readonly key: string;
    }
  | { readonly action: "stop" };
