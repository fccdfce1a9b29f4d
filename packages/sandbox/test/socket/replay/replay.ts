import { isDeepStrictEqual } from "node:util";
import { Causes } from "./causes.ts";
import { differences } from "./comparison.ts";
import { partsOf } from "./frames.ts";
import { plainRequest } from "./plain-request.ts";
import type { Line, LineOf } from "./recording.ts";
import { type Opening, ReplayedClient } from "./replayed-client.ts";
import type { Scenario } from "./scenarios.ts";
import type { PlayedServer } from "./server.ts";

/** One recorded connection while it is played again. */
interface Conn {
  readonly client: ReplayedClient;
  readonly causes: Causes;
  readonly recorded: unknown[];
  readonly joinRefs: Set<unknown>;
  /** Messages that were sent for another connection of the same topic, and come here too. */
  readonly owed: unknown[];
}

/** Headers that are the same on every web server; the rest is its own business. */
const comparedHeaders = ["upgrade", "connection", "cache-control", "content-type", "content-length"];

/**
 * Plays a recording against the sandbox: does what its client did and what was done to its server, waits for what came, and notes what
 * comes differently.
 */
export class Replay {
  readonly #server: PlayedServer;
  readonly #scenario: Scenario;
  readonly #conns = new Map<number, Conn>();
  readonly #found: string[] = [];
  readonly #startedMs = performance.now();
  #remark = "";
  #pending: Promise<Opening> | undefined;

  constructor(server: PlayedServer, scenario: Scenario) {
    this.#server = server;
    this.#scenario = scenario;
  }

  /** What differed; nothing when the sandbox is what was recorded. */
  async play(lines: readonly Line[]): Promise<readonly string[]> {
    for (const [index, line] of lines.entries()) {
      if (this.#scenario.without !== undefined && line.conn === this.#scenario.without.conn) continue;
      await this.#keepTime(line);
      await this.#playLine(line, lines.slice(index + 1));
    }
    for (const conn of this.#conns.values()) conn.client.vanish();
    return this.#found;
  }

  async #playLine(line: Line, rest: readonly Line[]): Promise<void> {
    switch (line.dir) {
      case "http":
        return line.conn === undefined ? this.#plainHttp(line) : this.#connect(line, line.conn);
      case "c>s":
        return this.#send(line, this.#conn(line.conn));
      case "s>c":
        return this.#receive(line.frame, this.#conn(line.conn));
      case "close":
        return this.#close(line, this.#conn(line.conn));
      case "ctl":
        return this.#control(line, rest);
      case "app":
        return;
      default:
        line satisfies never;
    }
  }

  /** Waits until as much time has passed as when it was recorded, where that matters. */
  async #keepTime({ t }: Line): Promise<void> {
    const leftMs = t - (performance.now() - this.#startedMs);
    if (this.#scenario.keepsTime && leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs));
  }

  #conn(number: number | undefined): Conn {
    const conn = this.#conns.get(number ?? 0);
    if (!conn) throw new Error(`The recording uses connection ${number} before it opens it`);
    return conn;
  }

  async #connect({ frame }: LineOf<"http">, number: number): Promise<void> {
    if ("request" in frame) {
      const path = this.#server.write(frame.request.replace("GET ", ""));
      const offersCompression = this.#remark.includes("client offers permessage-deflate");
      const url = `${this.#server.url.replace("http", "ws")}${path}`;
      const client = new ReplayedClient(url, { read: (text) => this.#server.read(text), offersCompression });
      this.#conns.set(number, { client, causes: new Causes(), recorded: [], joinRefs: new Set(), owed: [] });
    } else if (!("error" in frame) || !frame.error.startsWith("Unexpected server response")) {
      this.#compareAnswer(`connection ${number}`, frame, await this.#conn(number).client.opened);
    }
  }

  async #plainHttp({ frame }: LineOf<"http">): Promise<void> {
    if ("request" in frame) {
      const [method = "", path = ""] = this.#server.write(frame.request).split(" ");
      const origin = frame.headers.origin?.startsWith("http://127.0.0.1") ? { origin: this.#server.url } : {};
      const headers = { ...frame.headers, ...origin };
      this.#pending = plainRequest(`${this.#server.url}${path}`, { method, headers });
    } else if (this.#pending) this.#compareAnswer("HTTP", frame, await this.#pending);
  }

  #compareAnswer(
    where: string,
    recorded: Exclude<LineOf<"http">["frame"], { readonly request: string }>,
    came: Opening,
  ): void {
    if ("error" in recorded || "error" in came) {
      if (!("error" in recorded && "error" in came))
        this.#differ(`${where}: ${JSON.stringify(recorded)} was recorded, ${JSON.stringify(came)} came`);
      return;
    }
    const isAppsOwn = recorded.status === 404; // what an application says of a path it does not know is not Phoenix's
    const part = ({ status, headers, body = "" }: typeof recorded) => ({
      status,
      extension: headers["sec-websocket-extensions"]?.split(";")[0],
      protocol: headers["sec-websocket-protocol"],
      ...(isAppsOwn ? { isError: body.includes('"code":"not_found"') } : { body, ...theSame(headers, status) }),
    });
    if (!isDeepStrictEqual(part(recorded), part(came)))
      this.#differ(`${where}: ${JSON.stringify(part(recorded))} was recorded, ${JSON.stringify(part(came))} came`);
  }

  async #send({ frame, raw }: LineOf<"c>s">, conn: Conn): Promise<void> {
    if (typeof frame === "object" && frame !== null && "opcode" in frame) {
      conn.client.ping(String(frame.data));
      return;
    }
    const parts = partsOf(frame);
    conn.causes.sent(frame);
    if (parts?.event === "phx_join") conn.joinRefs.add(parts.ref);
    if (parts?.ref === "100") await this.#joinsLeftOut(conn);
    if (typeof frame === "object" && frame !== null && "binary_base64" in frame) {
      const binary = !this.#remark.includes("text frame that is not valid UTF-8");
      await conn.client.send(Buffer.from(String(frame.binary_base64), "base64"), { binary });
      return;
    }
    await conn.client.send(this.#server.write(raw ?? (typeof frame === "string" ? frame : JSON.stringify(frame))));
  }

  /** The recording of the channel limit leaves out the joins 3 to 99. */
  async #joinsLeftOut(conn: Conn): Promise<void> {
    for (let number = 3; number < 100; number += 1) {
      const [ref, topic] = [String(number), `chat_room:r${number}`];
      conn.joinRefs.add(ref);
      await conn.client.send(JSON.stringify([ref, ref, topic, "phx_join", {}]));
      conn.recorded.push([ref, ref, topic, "phx_reply", { status: "ok", response: {} }]);
    }
  }

  async #receive(frame: unknown, conn: Conn): Promise<void> {
    const owed = conn.owed.findIndex((message) => isDeepStrictEqual(message, frame));
    if (owed >= 0) conn.owed.splice(owed, 1);
    else {
      this.#doServersPart(frame, conn);
      conn.recorded.push(frame);
    }
    await conn.client.untilReceived(conn.recorded.length);
    if (this.#remark.startsWith("fragmented message") && conn.recorded.length === 1)
      await this.#sendFragments(conn.client);
  }

  #doServersPart(frame: unknown, conn: Conn): void {
    const part = conn.causes.ofReceived(frame);
    const { topic = "", event, payload, joinRef } = partsOf(frame) ?? {};
    if (part === "crash") this.#server.crash(topic);
    if (part === "stop") this.#server.closeChannel(topic);
    if (part !== "broadcast") return;
    this.#server.broadcast(topic, String(event), payload, joinRef === null ? "server" : "channel");
    for (const other of this.#conns.values()) {
      if (other === conn || !other.client.isOpen) continue;
      other.owed.push(frame);
      other.recorded.push(frame);
    }
  }

  async #close({ frame, conn: number }: LineOf<"close">, conn: Conn): Promise<void> {
    if (frame.by === "client") {
      conn.client.close(frame.code, frame.reason);
      return;
    }
    if (this.#remark.includes("client vanishes")) conn.client.vanish();
    const code = await conn.client.closed;
    if (code !== frame.code) this.#differ(`connection ${number}: close code ${frame.code} was recorded, ${code} came`);
    for (const found of differences(
      conn.recorded,
      conn.client.received,
      conn.joinRefs,
      this.#scenario.isRaced ?? false,
    ))
      this.#differ(`connection ${number}, ${found}`);
  }

  async #control({ frame }: LineOf<"ctl">, rest: readonly Line[]): Promise<void> {
    const remark = frame.action ?? "";
    this.#remark = remark;
    await this.#server.control(remark);
    if (remark.startsWith("broadcast after leave"))
      this.#server.broadcast("chat_room:room-1", "too_late", {}, "server");
    else if (remark.startsWith("broadcast on a topic"))
      this.#server.broadcast("chat_room:nobody", "not_heard", {}, "server");
    else if (frame.count !== undefined) await this.#burst(Number(frame.count), rest);
    else if (remark === "channel killed") this.#killWhileNumbering(rest);
  }

  /** Thousands of messages in one go; the recording leaves out the middle ones. */
  async #burst(count: number, rest: readonly Line[]): Promise<void> {
    const pushes = rest.filter((line) => line.dir === "s>c");
    const [first] = pushes;
    const parts = partsOf(first?.frame);
    const conn = this.#conn(first?.conn);
    if (!parts || typeof parts.payload !== "object") return;
    for (let seq = 0; seq < count; seq += 1) {
      const payload = { ...parts.payload, seq };
      this.#server.broadcast(parts.topic, String(parts.event), payload, "server");
      conn.recorded.push([null, null, parts.topic, parts.event, payload]);
    }
    conn.owed.push(...pushes.map(({ frame }) => frame));
  }

  /** Kills a channel and goes on counting aloud: the numbers missing from the recording are lost on the way. */
  #killWhileNumbering(rest: readonly Line[]): void {
    const topic = "chat_room:room-1";
    const numberIn = (message: unknown): number | undefined => {
      const payload = partsOf(message)?.payload;
      return typeof payload === "object" && payload !== null && "n" in payload ? Number(payload.n) : undefined;
    };
    const told = [...this.#conns.values()].flatMap(({ recorded }) => recorded.map(numberIn));
    const last = Math.max(...told.filter((number) => number !== undefined));
    const next = rest.map(({ frame }) => numberIn(frame)).find((number) => number !== undefined) ?? last;
    this.#server.crash(topic);
    for (let n = last + 1; n < next; n += 1) this.#server.broadcast(topic, "message_created", { n }, "server");
  }

  async #sendFragments(client: ReplayedClient): Promise<void> {
    const text = JSON.stringify(["1", "2", "chat_room:room-1", "ping", { t: "y".repeat(9_000_000) }]);
    const thirds = [text.slice(0, 3_000_000), text.slice(3_000_000, 6_000_000), text.slice(6_000_000)];
    for (const [index, third] of thirds.entries()) await client.send(third, { fin: index === 2 });
  }

  #differ(what: string): void {
    this.#found.push(what);
  }
}

function theSame(headers: Readonly<Record<string, string>>, status: number): Record<string, string> {
  const names = comparedHeaders.filter((name) => name !== "connection" || status === 101);
  return Object.fromEntries(
    names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name].toLowerCase()]])),
  );
}
