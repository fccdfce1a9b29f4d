import type { RoomSummary } from "./room.ts";

/** The account of a person. @see PROTOCOL.md, "the person's side" */
export interface Profile {
  readonly id: string;
  readonly handle: string;
  /** First and last name, else the handle. */
  readonly name: string;
  readonly email: string | undefined;
}

/** A room as the platform lists it to a person. */
export interface MyRoom extends RoomSummary {
  /** When something was last said or reported there; undefined when nothing was. */
  readonly lastMessageAt: string | undefined;
}
