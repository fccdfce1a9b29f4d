/** What the platform says, built once or from constant parts: it must cost as little as can be. */

export const agentId = "a0000000-0000-4000-8000-000000000001";
export const apiKey = "bench-key";
const askerId = "b0000000-0000-4000-8000-000000000001";

const asker = { id: askerId, type: "User", name: "Ada Lane", handle: "ada" };
const itself = { id: agentId, type: "Agent", name: "Bench", handle: "ada/bench" };
const bornAt = "2026-01-01T00:00:00.000000Z";
const bornMs = Date.parse(bornAt);

/** Ids of rooms differ from their first digits on, as real ones do: who looks for one compares few of them. */
export const roomId = (index: number): string =>
  `${(Math.imul(index + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, "0")}-0000-4000-8000-${hex(index)}`;
export const messageId = (number: number): string => `d0000000-0000-4000-8000-${hex(number)}`;
export const postedId = (number: number): string => `e0000000-0000-4000-8000-${hex(number)}`;

/** The number that an id was made of. */
export const numberOf = (id: string): number => Number.parseInt(id.slice(-12), 16);

export const me = JSON.stringify({ data: { ...itself, description: "Answers", owner_uuid: askerId } });
export const participants = JSON.stringify({
  data: [
    { ...itself, role: "owner", status: "active" },
    { ...asker, role: "member", status: "active" },
  ],
});
export const emptyList = JSON.stringify({
  data: [],
  metadata: { page: 1, page_size: 100, total_count: 0, total_pages: 0, has_more: false, next_cursor: null },
});
export const marked = (id: string, status: string): string =>
  `{"data":{"id":"${id}","success":true,"status":"${status}","attempt_number":1}}`;
export const posted = (number: number): string =>
  `{"data":{"id":"${postedId(number)}","success":true,"recipients":[{"id":"${askerId}","handle":"ada","name":"Ada Lane"}]}}`;

export function roomsPage(total: number, page: number, pageSize: number): string {
  const first = (page - 1) * pageSize;
  const count = Math.max(0, Math.min(pageSize, total - first));
  const data = Array.from({ length: count }, (_, index) => ({
    id: roomId(first + index),
    title: `Room ${first + index}`,
    task_id: null,
    inserted_at: bornAt,
    updated_at: bornAt,
  }));
  const about = { page, page_size: pageSize, total_count: total, total_pages: Math.ceil(total / pageSize) };
  return JSON.stringify({ data, metadata: about });
}

/** A message as the queue serves it and as a frame carries it. */
export function message(number: number, room: number): string {
  const at = `${new Date(bornMs + Math.floor(number / 1_000)).toISOString().slice(0, -1)}${String(number % 1_000).padStart(3, "0")}Z`;
  return `{"id":"${messageId(number)}","content":"@[[${agentId}]] what will the weather be on Sunday?","message_type":"text","sender_id":"${askerId}","sender_type":"User","sender_name":"Ada Lane","chat_room_id":"${roomId(room)}","thread_id":null,"metadata":{"status":"sent","mentions":[{"id":"${agentId}","handle":"ada/bench","name":"Bench"}],"delivery_status":{"${agentId}":{"status":"delivered","delivered_at":"${at}","attempts":[]}}},"inserted_at":"${at}","updated_at":"${at}"}`;
}

export const frameOf = (joinRef: string, room: number, body: string): string =>
  `["${joinRef}",null,"chat_room:${roomId(room)}","message_created",${body}]`;
/** News that no agent has a use for, with a whole message in it. */
export const updateOf = (joinRef: string, room: number, body: string): string =>
  `["${joinRef}",null,"chat_room:${roomId(room)}","message_updated",${body}]`;
export const replyTo = (joinRef: string | null, ref: string, topic: string): string =>
  JSON.stringify([joinRef, ref, topic, "phx_reply", { status: "ok", response: {} }]);

function hex(number: number): string {
  return number.toString(16).padStart(12, "0");
}
