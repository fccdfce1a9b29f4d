import type { Participant } from "../model/participant.ts";

/** Who is in the room, for resolving mentions. */
export interface Directory {
  list(): Promise<readonly Participant[]>;
  /** The same, asked anew. */
  refresh(): Promise<readonly Participant[]>;
}
