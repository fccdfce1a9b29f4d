/** A room as the platform lists it. */
export interface RoomSummary {
  readonly id: string;
  readonly title: string | undefined;
  /** ISO-8601 UTC. */
  readonly insertedAt: string;
  readonly updatedAt: string;
}
