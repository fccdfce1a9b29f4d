import { once } from "node:events";
import { createServer } from "node:http";
import { connect, createServer as createProxy, type Server, type Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { RoomChatTransport, type RoomUIMessage } from "@thenvoi/ai-sdk/ui";
import { createPerson, createRoomHandler, type Person } from "@thenvoi/ai-sdk/ui/server";
import type { Sandbox } from "@thenvoi/sandbox";
import type { AiVersion, Chat } from "./ai-version.ts";

/**
 * An app with a page: a server on the loopback that serves rooms to whoever names themselves in a header, and between it and
 * the browser a line that can be cut anywhere.
 */
export class App implements AsyncDisposable {
  /** Every answer the server gave, as text. */
  readonly answered: string[] = [];
  /** Bytes of one connection after which it is cut; undefined: never. */
  cutAfter: () => number | undefined = () => undefined;
  cuts = 0;
  readonly #persons = new Map<string, Person>();
  readonly #opened = new Set<Disposable | AsyncDisposable>();
  readonly #servers: readonly Server[];
  readonly #lines = new Set<Socket>();
  #port = 0;

  private constructor(sandbox: Sandbox, mayRead: (request: Request) => boolean) {
    const handle = createRoomHandler({
      authorize: (request) => {
        const name = request.headers.get("x-signed-in-as") ?? "";
        if (!["ada", "ben", "cleo"].includes(name)) return undefined;
        const person = this.#persons.get(name) ?? createPerson(personOf(sandbox, name));
        this.#persons.set(name, person);
        return { person, maySpeak: !mayRead(request) };
      },
    });
    const serve = async (request: Request) => {
      const response = await handle(request, new URL(request.url).pathname.split("/").at(-1) ?? "");
      const [kept, sent] = response.body?.tee() ?? [null, null];
      const copy = new Response(kept);
      void copy.text().then(
        (text) => this.answered.push(text),
        () => undefined,
      );
      return new Response(sent, response);
    };
    const server = createServer((incoming, outgoing) => void getRequestListener(serve)(incoming, outgoing));
    const line = createProxy((browser) => {
      const address = server.address();
      const upstream = connect(typeof address === "object" && address !== null ? address.port : 0, "127.0.0.1");
      for (const socket of [browser, upstream]) {
        this.#lines.add(socket);
        socket.on("error", () => undefined);
        socket.on("close", () => {
          this.#lines.delete(socket);
          browser.destroy();
          upstream.destroy();
        });
      }
      browser.pipe(upstream);
      let left: number | undefined;
      upstream.on("data", (data: Buffer) => {
        if (left === undefined && data.includes("text/event-stream")) left = this.cutAfter();
        if (left !== undefined && data.length >= left) {
          this.cuts += 1;
          browser.write(data.subarray(0, left), () => browser.destroy());
          upstream.destroy();
          return;
        }
        if (left !== undefined) left -= data.length;
        browser.write(data);
      });
    });
    this.#servers = [server, line];
  }

  static async start(sandbox: Sandbox, mayOnlyRead: (request: Request) => boolean = () => false): Promise<App> {
    const app = new App(sandbox, mayOnlyRead);
    for (const server of app.#servers) {
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const address = server.address();
      if (typeof address === "object" && address !== null) app.#port = address.port;
    }
    return app;
  }

  url(roomId: string): string {
    return `http://127.0.0.1:${this.#port}/rooms/${roomId}`;
  }

  /** Asks as a browser of that person would; without a name, as a stranger. */
  ask(roomId: string, as: string | undefined, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (as !== undefined) headers.set("x-signed-in-as", as);
    return fetch(this.url(roomId), { ...init, headers });
  }

  say(roomId: string, as: string | undefined, body: object): Promise<Response> {
    const headers = { "content-type": "application/json" };
    return this.ask(roomId, as, { method: "POST", headers, body: JSON.stringify(body) });
  }

  /** Opens the page of a room in a browser of that person. */
  open(ai: AiVersion, roomId: string, as = "ada"): Page {
    const page = new Page(ai, new RoomChatTransport({ api: this.url(roomId), headers: { "x-signed-in-as": as } }));
    this.#opened.add(page);
    return page;
  }

  /** Cuts every connection there is. */
  cut(): void {
    for (const socket of this.#lines) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const page of this.#opened) if (Symbol.dispose in page) page[Symbol.dispose]();
    for (const person of this.#persons.values()) await person.close();
    this.cut();
    for (const server of this.#servers) await new Promise((resolve) => server.close(resolve));
  }
}

/** A page with a chat of some version, that shows one room. */
export class Page implements Disposable {
  readonly transport: RoomChatTransport;
  readonly chat: Chat;
  readonly errors: Error[] = [];
  readonly states: string[] = [];
  people: readonly string[] = [];
  /** Ids that were on the page twice at one time. */
  readonly doubles: string[] = [];
  readonly #leave: () => void;

  constructor(ai: AiVersion, transport: RoomChatTransport) {
    this.transport = transport;
    const chat = ai.chat(transport, (error) => this.errors.push(error));
    this.chat = chat;
    this.#leave = transport.follow({
      setMessages: (update) => {
        chat.messages = update(chat.messages);
        const texts = chat.messages.map(shown);
        const ids = chat.messages.map(({ id }) => id);
        this.doubles.push(...ids.filter((id, at) => ids.indexOf(id) !== at));
        this.doubles.push(...texts.filter((text, at) => text !== "" && texts.indexOf(text) !== at));
      },
      onPeople: (people) => {
        this.people = people.map(({ handle, name }) => handle ?? name);
      },
      onState: (state) => this.states.push(state),
    });
  }

  /** What stands on the page: who said it, and the parts in short. */
  get lines(): string[] {
    return this.chat.messages.map(
      (message) => `${message.metadata?.sender.handle ?? "(sending)"}: ${partsOf(message)}`,
    );
  }

  [Symbol.dispose](): void {
    this.#leave();
    this.transport.close();
  }
}

/** The words of a message without the names in front. */
export function shown(message: RoomUIMessage): string {
  const text = message.parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join(" ");
  return text.replace(/^(?:@\S+\s+)+/u, "");
}

function partsOf(message: RoomUIMessage): string {
  const parts = message.parts.map((part) => {
    switch (part.type) {
      case "text":
        return shown(message);
      case "reasoning":
        return `(${part.text})`;
      case "dynamic-tool":
        return `[${part.toolName} ${part.state}]`;
      case "data-attention":
        return `{${part.data.kind} ${part.data.resolution ?? "open"}}`;
      case "data-error":
        return `!${part.data.text}`;
      default:
        return part.type;
    }
  });
  return parts.join(" ");
}

function personOf(sandbox: Sandbox, name: string) {
  const { apiKey } = sandbox.registerUser(name);
  return {
    apiKey,
    baseUrl: sandbox.url,
    logger: false,
    timing: { firstReconnectMs: 20, retryBaseMs: 10, readBackMs: 50 },
  } as const;
}
