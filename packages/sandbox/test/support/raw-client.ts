import { once } from "node:events";
import { type RawData, WebSocket } from "ws";
import type { Sandbox } from "../../src/index.ts";

/** A frame as it came: `[join_ref, ref, topic, event, payload]`. */
export type Frame = readonly [joinRef: unknown, ref: unknown, topic: unknown, event: unknown, payload: unknown];

/** What a refused upgrade answered. */
export interface Refused {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

interface Opening {
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
}

/** A WebSocket that writes and reads frames by hand, so that nothing of a client library stands between test and platform. */
export class RawClient implements AsyncDisposable {
  readonly webSocket: WebSocket;
  /** The code the connection closed with. */
  readonly closed: Promise<number>;
  readonly #frames: Frame[] = [];
  readonly #arrived = new EventTarget();
  #lastRef = 1000;

  constructor(webSocket: WebSocket) {
    this.webSocket = webSocket;
    webSocket.on("message", (data: RawData) => {
      this.#frames.push(readFrame(data));
      this.#arrived.dispatchEvent(new Event("frame"));
    });
    this.closed = new Promise((resolve) => {
      webSocket.once("close", (code) => {
        resolve(code);
        this.#arrived.dispatchEvent(new Event("frame"));
      });
    });
  }

  /** Connects with the key of an agent or user, V2 frames. */
  static async as(sandbox: Sandbox, name: string, opening: Opening = {}): Promise<RawClient> {
    const key = keyOf(sandbox, name);
    return RawClient.open(sandbox, { ...opening, headers: { "x-api-key": key, ...opening.headers } });
  }

  static async open(sandbox: Sandbox, opening: Opening): Promise<RawClient> {
    const webSocket = dial(sandbox, opening);
    const client = new RawClient(webSocket); // listens before the first frame can come
    await once(webSocket, "open");
    return client;
  }

  send(...frame: readonly unknown[]): void {
    this.webSocket.send(JSON.stringify(frame));
  }

  /** Joins with `ref` as join_ref; the reply. */
  async join(topic: string, ref: string): Promise<Frame> {
    this.send(ref, ref, topic, "phx_join", {});
    return this.frame((frame) => frame[1] === ref && frame[2] === topic && frame[3] === "phx_reply");
  }

  /** Takes the first frame that fits, now or when it comes; those before it stay. */
  async frame(fits: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const index = this.#frames.findIndex(fits);
      const [found] = index < 0 ? [] : this.#frames.splice(index, 1);
      if (found) return found;
      if (this.webSocket.readyState >= WebSocket.CLOSING)
        throw new Error(`closed before it came; got ${JSON.stringify(this.#frames)}`);
      await once(this.#arrived, "frame");
    }
  }

  /** Everything that came up to now: a heartbeat goes there and back, and frames don't overtake each other. */
  async received(): Promise<Frame[]> {
    const ref = String(++this.#lastRef);
    this.send(null, ref, "phoenix", "heartbeat", {});
    await this.frame((frame) => frame[1] === ref && frame[2] === "phoenix");
    return this.#frames.splice(0);
  }

  /** What came before the connection closed, and the code. */
  async untilClosed(): Promise<{ readonly frames: Frame[]; readonly code: number }> {
    const code = await this.closed;
    return { frames: this.#frames.splice(0), code };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.webSocket.terminate();
    await this.closed;
  }
}

/** Tries to connect and is refused; the plain HTTP answer. */
export async function refusedUpgrade(sandbox: Sandbox, opening: Opening): Promise<Refused> {
  const webSocket = dial(sandbox, opening);
  webSocket.on("error", () => {}); // ws reports the refusal once more when the connection ends
  return new Promise((resolve, reject) => {
    webSocket.once("open", () => reject(new Error("the upgrade was accepted")));
    webSocket.once("unexpected-response", (_request, response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: text === "" ? undefined : JSON.parse(text),
        });
        webSocket.terminate();
      });
    });
  });
}

export function keyOf({ users, agents }: Sandbox, name: string): string {
  const account = [...users, ...agents].find(({ handle }) => handle === name || handle.endsWith(`/${name}`));
  if (!account) throw new Error(`nobody called ${name}`);
  return account.apiKey;
}

function dial(sandbox: Sandbox, { query = {}, headers = {}, path = "/api/v1/socket/websocket" }: Opening): WebSocket {
  const parameters = new URLSearchParams({ vsn: "2.0.0", ...query });
  for (const [name, value] of Object.entries(query)) if (value === "") parameters.delete(name);
  return new WebSocket(`${sandbox.url.replace("http", "ws")}${path}?${parameters.toString()}`, { headers });
}

function readFrame(data: RawData): Frame {
  const text = Buffer.isBuffer(data) ? data.toString("utf8") : "";
  const value: unknown = JSON.parse(text);
  if (!Array.isArray(value) || value.length !== 5) throw new Error(`not a frame of five: ${text}`);
  const [joinRef, ref, topic, event, payload]: unknown[] = value;
  return [joinRef, ref, topic, event, payload];
}
