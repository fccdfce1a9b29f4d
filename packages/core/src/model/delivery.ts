/** Where a message stands for one recipient. Absent means: new, not pushed to anyone yet. */
export interface Delivery {
  readonly status: "new" | "delivered" | "processing" | "processed" | "failed";
  readonly attempts: readonly DeliveryAttempt[];
}

/** One claim of a message, as the platform counts them. */
export interface DeliveryAttempt {
  /** From 1, one more for each claim. */
  readonly number: number;
  readonly status: "processing" | "success" | "failed";
  readonly startedAt: string | undefined;
  readonly completedAt: string | undefined;
  readonly error: string | undefined;
}
