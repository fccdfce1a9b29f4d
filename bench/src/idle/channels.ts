import { Socket } from "phoenix";
import { WebSocket } from "ws";
import { holding } from "./holding.ts";

// The floor: a bare Phoenix client with a joined channel for each room, and nothing that would do anything with its news.
const { THENVOI_BASE_URL: baseUrl = "", THENVOI_API_KEY: apiKey = "" } = process.env;
const joinsInFlight = 32;

let socket: Socket | undefined = new Socket(`${baseUrl.replace("http", "ws")}/api/v1/socket`, { transport: WebSocket });
holding(async () => {
  socket?.disconnect();
  socket = undefined;
});
const opened = new Promise<void>((resolve) => socket?.onOpen(resolve));
socket.connect();
await opened;

const unheard = (_event: string, payload: unknown) => payload;
const rooms: string[] = [];
for (let page = 1, rows = [{ id: "" }]; rows.length > 0; page += 1) {
  const url = `${baseUrl}/api/v1/agent/chats?page=${page}&page_size=100`;
  const response = await fetch(url, { headers: { "x-api-key": apiKey } });
  ({ data: rows } = JSON.parse(await response.text()));
  rooms.push(...rows.map(({ id }) => id));
}
const joinNext = (): void => {
  const room = rooms.shift();
  const channel = room === undefined ? undefined : socket?.channel(`chat_room:${room}`);
  if (channel === undefined) return;
  channel.onMessage = unheard;
  channel.join().receive("ok", joinNext);
};
for (let join = 0; join < joinsInFlight; join += 1) joinNext();
