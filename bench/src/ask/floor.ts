import { WebSocket } from "ws";
import { noting, peer, question, where } from "./asking.ts";

// The floor: the smallest program that asks a peer and waits for its answer. No checks, no deadline, nothing is tried again.
const note = noting();
const { THENVOI_BASE_URL: baseUrl = "", THENVOI_API_KEY: apiKey = "" } = process.env;
const headers = { "x-api-key": apiKey, "content-type": "application/json" };

interface Message {
  readonly id: string;
  readonly sender_id: string;
}

interface Peer {
  readonly id: string;
  readonly handle: string;
}

async function call(method: string, path: string, body?: object) {
  const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
  const response = await fetch(`${baseUrl}/api/v1/agent${path}`, init);
  return response.status === 204 ? undefined : JSON.parse(await response.text()).data;
}

const me = await call("GET", "/me");
const url = `${baseUrl.replace("http", "ws")}/api/v1/socket/websocket?agent_id=${me.id}&vsn=2.0.0`;
const socket = new WebSocket(url, { headers });
let refs = 0;
const push = (topic: string, event: string): void => {
  refs += 1;
  socket.send(JSON.stringify([String(refs), String(refs), topic, event, {}]));
};

/** Who waits for the word of whom. */
const waiting = new Map<string, (answer: Message) => void>();

async function ask(room: string, people: Promise<readonly Peer[]>): Promise<Message> {
  let place = room;
  const others =
    where === "brought" ? await call("GET", `/peers?not_in_chat=${room}&page=1&page_size=100`) : await people;
  const asked = others.find(({ handle }: Peer) => handle === peer);
  if (where === "new-room") {
    ({ id: place } = await call("POST", "/chats", { chat: { title: question } }));
    push(`chat_room:${place}`, "phx_join");
  }
  if (where !== "here")
    await call("POST", `/chats/${place}/participants`, { participant: { participant_id: asked.id } });
  const answered = new Promise<Message>((resolve) => waiting.set(asked.id, resolve));
  await call("POST", `/chats/${place}/messages`, { message: { content: question, mentions: [{ id: asked.id }] } });
  const answer = await answered;
  void settle(place, answer);
  return answer;
}

async function settle(room: string, { id }: Message): Promise<void> {
  await call("POST", `/chats/${room}/messages/${id}/processing`);
  await call("POST", `/chats/${room}/messages/${id}/processed`);
}

async function take(room: string, message: Message): Promise<void> {
  const people = call("GET", `/chats/${room}/participants`);
  await Promise.all([people, call("POST", `/chats/${room}/messages/${message.id}/processing`)]);
  const startedMs = performance.now();
  await ask(room, people);
  note(performance.now() - startedMs);
  await call("POST", `/chats/${room}/messages/${message.id}/processed`);
}

socket.on("message", (data) => {
  const [, , topic, event, payload] = JSON.parse(String(data));
  if (event === "room_added") push(`chat_room:${payload.id}`, "phx_join");
  if (event !== "message_created") return;
  const taken = waiting.get(payload.sender_id);
  waiting.delete(payload.sender_id);
  if (taken !== undefined) taken(payload);
  else void take(topic.slice("chat_room:".length), payload);
});
socket.on("open", () => {
  setInterval(() => push("phoenix", "heartbeat"), 12_000);
  push(`agent_rooms:${me.id}`, "phx_join");
});
