import { once } from "node:events";
import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";
import { WebSocket } from "ws";
import type { Stage } from "./stage.ts";

const inFlight = 16;

/** A request that is made over and over. */
export interface Asked {
  readonly method: "GET" | "POST";
  /** Below `/api/v1`. */
  readonly path: string;
  readonly apiKey: string;
  readonly body?: object;
}

/** Makes the same request so many times, 16 at once over connections that stay open. Rejects when one is refused. */
export async function repeat({ url }: Stage, asked: Asked, times: number): Promise<void> {
  const { method, path, apiKey } = asked;
  const body = asked.body === undefined ? "" : JSON.stringify(asked.body);
  const headers = {
    "x-api-key": apiKey,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  };
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  let left = times;
  const callUntilDone = async () => {
    for (; left > 0; left -= 1) {
      const call = request(`${url}/api/v1${path}`, { method, headers, agent }).end(body);
      const [response] = await once(call, "response");
      const answer = await text(response);
      if (response.statusCode >= 300) throw new Error(`${method} ${path}: ${response.statusCode} ${answer}`);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, callUntilDone));
  agent.destroy();
}

/** The socket of every agent, joined to the room. `heard` counts the messages they were told of. */
export class Listeners implements Disposable {
  heard = 0;
  readonly #sockets: WebSocket[] = [];

  static async join({ url, roomId, agents }: Stage): Promise<Listeners> {
    const listeners = new Listeners();
    for (const { apiKey } of agents) {
      const socket = new WebSocket(`${url.replace("http", "ws")}/api/v1/socket/websocket?vsn=2.0.0`, {
        headers: { "x-api-key": apiKey },
      });
      listeners.#sockets.push(socket);
      await once(socket, "open");
      socket.send(JSON.stringify(["1", "1", `chat_room:${roomId}`, "phx_join", {}]));
      await once(socket, "message");
      socket.on("message", (frame) => {
        if (String(frame).includes('"message_created"')) listeners.heard += 1;
      });
    }
    return listeners;
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.terminate();
  }
}
