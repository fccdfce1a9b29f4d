import * as z from "zod";
import type { Delivery } from "../model/delivery.ts";
import { optionalText } from "./fields.ts";

const attempt = z
  .looseObject({
    attempt_number: z.number().int(),
    status: z.enum(["processing", "success", "failed"]),
    started_at: optionalText,
    completed_at: optionalText,
    error: optionalText,
  })
  .transform(({ attempt_number, status, started_at, completed_at, error }) => ({
    number: attempt_number,
    status,
    startedAt: started_at,
    completedAt: completed_at,
    error,
  }));

const attempts = z
  .array(attempt.optional().catch(undefined))
  .catch([])
  .transform((rows) => rows.filter((row) => row !== undefined));

/** One entry of `delivery_status`. A state without a name we know, such as `pending`, reads as `new`; an unreadable attempt is left out. */
const delivery = z.object({
  status: z.enum(["new", "delivered", "processing", "processed", "failed"]).catch("new"),
  attempts,
});

/** Where a message stands, by recipient id. @see PROTOCOL.md, "delivery state" */
export const deliveriesField = z
  .record(z.string(), delivery.optional().catch(undefined))
  .catch({})
  .transform(
    (entries): Readonly<Record<string, Delivery>> =>
      Object.fromEntries(Object.entries(entries).flatMap(([id, entry]) => (entry === undefined ? [] : [[id, entry]]))),
  );
