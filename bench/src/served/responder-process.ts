import { once } from "node:events";
import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { listeners, show } from "./stage.ts";

/** The least that could stand in the sandbox's place: bare `node:http` and `ws`, the same answer to everything, nothing kept. */
const body = JSON.stringify({
  data: { id: crypto.randomUUID(), name: "agent0", handle: "ada/agent0", content: "x".repeat(500) },
});
const frame = JSON.stringify([null, null, `chat_room:${crypto.randomUUID()}`, "message_created", JSON.parse(body)]);
const sockets = new WebSocketServer({ noServer: true });

const server = createServer((request, response) => {
  request.resume().on("end", () => {
    if (request.url?.endsWith("/messages") === true) for (const socket of sockets.clients) socket.send(frame);
    response.writeHead(200, { "content-type": "application/json" }).end(body);
  });
});
server.on("upgrade", (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (opened) => {
    opened.on("message", (data) => {
      const [joinRef, ref, topic] = JSON.parse(String(data));
      opened.send(JSON.stringify([joinRef, ref, topic, "phx_reply", { status: "ok", response: {} }]));
    });
  });
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const address = server.address();
const port = typeof address === "object" ? address?.port : undefined;
show({
  url: `http://127.0.0.1:${port}`,
  roomId: "room",
  personKey: "key",
  agents: Array.from({ length: listeners }, (_, index) => ({ id: `agent${index}`, apiKey: "key" })),
});
