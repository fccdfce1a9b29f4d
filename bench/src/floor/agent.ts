import { once } from "node:events";
import { WebSocket } from "ws";
import { reporting } from "../reporting.ts";

// The floor: the smallest program that answers every message. No retries, no deadlines, no checks; rooms one message at a time.
const notes = reporting();
const { THENVOI_BASE_URL: baseUrl = "", THENVOI_API_KEY: apiKey = "" } = process.env;
const headers = { "x-api-key": apiKey, "content-type": "application/json" };

interface Message {
  readonly id: string;
  readonly sender_id: string;
}

async function call(method: string, path: string, body?: object) {
  const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
  const response = await fetch(`${baseUrl}/api/v1/agent${path}`, init);
  return response.status === 204 ? undefined : JSON.parse(await response.text()).data;
}

async function answer(room: string, message: Message): Promise<void> {
  await Promise.all([
    call("POST", `/chats/${room}/messages/${message.id}/processing`),
    call("GET", `/chats/${room}/messages/next`),
  ]);
  notes.started(message.id);
  const reply = { content: "Fine, until it isn't.", mentions: [{ id: message.sender_id }] };
  await call("POST", `/chats/${room}/messages`, { message: reply });
  await call("POST", `/chats/${room}/messages/${message.id}/processed`);
}

async function drain(room: string): Promise<void> {
  for (;;) {
    const message = await call("GET", `/chats/${room}/messages/next`);
    if (message === undefined) return;
    await answer(room, message);
  }
}

/** What each room is at: the next thing begins when it has ended. */
const work = new Map<string, Promise<void>>();
function then(room: string, task: () => Promise<void>): void {
  work.set(room, (work.get(room) ?? Promise.resolve()).then(task));
}

async function connect(agentId: string): Promise<void> {
  const url = `${baseUrl.replace("http", "ws")}/api/v1/socket/websocket?agent_id=${agentId}&vsn=2.0.0`;
  const socket = new WebSocket(url, { headers: { "x-api-key": apiKey } });
  let refs = 0;
  const push = (topic: string, event: string): void => {
    refs += 1;
    socket.send(JSON.stringify([String(refs), String(refs), topic, event, {}]));
  };
  socket.on("message", (data) => {
    const [, , topic, event, payload] = JSON.parse(String(data));
    const room = topic.slice("chat_room:".length);
    if (event === "message_created") then(room, () => answer(room, payload));
    if (event === "phx_reply" && topic.startsWith("chat_room:")) then(room, () => drain(room));
  });
  await once(socket, "open");
  const heartbeat = setInterval(() => push("phoenix", "heartbeat"), 12_000);
  socket.once("close", () => {
    clearInterval(heartbeat);
    void connect(agentId);
  });
  for (let page = 1, rooms = [{ id: "" }]; rooms.length > 0; page += 1) {
    rooms = await call("GET", `/chats?page=${page}&page_size=100`);
    for (const { id } of rooms) push(`chat_room:${id}`, "phx_join");
  }
}

notes.began();
const me = await call("GET", "/me");
await connect(me.id);
