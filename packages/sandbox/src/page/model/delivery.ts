import { deliveryStatus, mentions, type Row } from "../platform/wire.ts";

/** Someone a text names, by what the platform knew of them then. */
export interface Mentioned {
  readonly id: string;
  readonly handle: string | undefined;
  readonly name: string;
}

/** Where a text stands for one agent it is meant for. */
export interface Delivery {
  readonly agent: Mentioned;
  readonly status: "waiting" | "delivered" | "processing" | "processed" | "failed";
  /** How often the agent has begun to work on it. */
  readonly attempt: number;
  readonly error: string | undefined;
}

const statuses = ["delivered", "processing", "processed", "failed"] as const;

export function mentionsOf({ metadata }: Row): readonly Mentioned[] {
  const read = mentions.safeParse(metadata.mentions);
  if (!read.success) return [];
  return read.data.map(({ id, handle, name }) => ({ id, handle, name: name ?? handle ?? "someone" }));
}

/** One for each agent mentioned; people's reading is not tracked by the platform. */
export function deliveriesOf(row: Row): readonly Delivery[] {
  const read = deliveryStatus.safeParse(row.metadata.delivery_status);
  const entries = read.success ? read.data : {};
  return mentionsOf(row).flatMap((agent) => {
    const entry = entries[agent.id];
    if (!entry) return agent.handle?.includes("/") ? [{ agent, status: "waiting", attempt: 0, error: undefined }] : [];
    const last = entry.attempts?.at(-1);
    const status = statuses.find((each) => each === entry.status) ?? "waiting";
    const error = status === "failed" ? (last?.error ?? undefined) : undefined;
    return [{ agent, status, attempt: last?.attempt_number ?? 0, error }];
  });
}
