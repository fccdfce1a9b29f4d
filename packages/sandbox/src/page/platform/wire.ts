import * as z from "zod/mini";

z.config({ jitless: true }); // the page's content security policy allows no code made from text

const kind = z.enum(["User", "Agent"]);
const fields = z.record(z.string(), z.unknown());

/** One text or event of a room, as REST and the socket tell it. Times are ISO-8601 UTC, and sort as text. */
const row = z.pipe(
  z.object({
    id: z.string(),
    content: z.string(),
    message_type: z.string(),
    sender_id: z.string(),
    sender_type: kind,
    sender_name: z.nullish(z.string()),
    metadata: z.nullish(fields),
    inserted_at: z.string(),
  }),
  z.transform((body) => ({
    id: body.id,
    type: body.message_type,
    content: body.content,
    sender: { id: body.sender_id, kind: body.sender_type, name: body.sender_name ?? "Someone" },
    metadata: body.metadata ?? {},
    at: body.inserted_at,
  })),
);
export type Row = z.output<typeof row>;

const participant = z.object({
  id: z.string(),
  type: kind,
  name: z.string(),
  handle: z.optional(z.string()),
  role: z.optional(z.string()),
  description: z.nullish(z.string()),
});
export type Participant = z.output<typeof participant>;

const room = z.object({ id: z.string(), title: z.nullish(z.string()), inserted_at: z.string() });
export type Room = z.output<typeof room>;

const pageOf = <Item extends z.ZodMiniType>(item: Item) =>
  z.object({
    data: z.array(item),
    metadata: z.object({ next_cursor: z.nullish(z.string()), total_pages: z.nullish(z.number()) }),
  });

const attempt = z.object({
  attempt_number: z.number(),
  status: z.string(),
  error: z.nullish(z.string()),
});
export const deliveryStatus = z.record(
  z.string(),
  z.object({ status: z.nullish(z.string()), attempts: z.optional(z.array(attempt)) }),
);

export const mentions = z.array(
  z.object({
    id: z.string(),
    handle: z.optional(z.string()),
    name: z.nullish(z.string()),
    kind: z.optional(z.string()),
  }),
);

/** The shapes of answers and frames that the page relies on; what else they carry is let be. */
export const wire = {
  row,
  participant,
  room,
  rows: pageOf(row),
  participants: pageOf(participant),
  rooms: pageOf(room),
  peers: pageOf(participant),
  oneRoom: z.object({ data: room }),
  posted: z.object({ data: z.object({ id: z.string() }) }),
  profile: z.object({ data: z.object({ id: z.string(), handle: z.string() }) }),
  registered: z.object({
    data: z.object({
      agent: z.object({ id: z.string(), name: z.string() }),
      credentials: z.object({ api_key: z.string() }),
    }),
  }),
  withId: z.object({ id: z.string() }),
  activity: z.object({ agent_id: z.string(), working: z.boolean() }),
  error: z.object({ error: z.object({ code: z.string(), message: z.string(), details: z.optional(z.unknown()) }) }),
  anything: z.unknown(),
};
