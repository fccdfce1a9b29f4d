import { type Sandbox, type SocketOptions, startSandbox } from "../../../src/index.ts";

const agent = "dana/agent-1";

/** A sandbox in the place of a recording's server. Ends when disposed of. */
export interface PlayedServer extends AsyncDisposable {
  readonly url: string;
  /** From the sandbox's words to those of the recording: its agent is called `agent-1` there, and here has an id of its own. */
  read(text: string): string;
  /** And back. */
  write(text: string): string;
  /** Does what a remark of the recording says was done to the server; nothing for any other remark. */
  control(remark: string): Promise<void>;
  broadcast(topic: string, event: string, payload: unknown, from: "server" | "channel"): void;
  crash(topic: string): void;
  closeChannel(topic: string): void;
}

/** In its `phoenix` profile, with the agent of the recordings. Can go down and come up again on its port. */
export class RecordedServer implements PlayedServer {
  #sandbox: Sandbox;
  #settings: SocketOptions;
  #agentId: string;
  #key = "test-key";

  private constructor(sandbox: Sandbox, settings: SocketOptions) {
    this.#sandbox = sandbox;
    this.#settings = settings;
    this.#agentId = this.#enrol();
  }

  static async start(settings: SocketOptions): Promise<RecordedServer> {
    return new RecordedServer(await startSandbox({ profile: "phoenix", ...settings }), settings);
  }

  get url(): string {
    return this.#sandbox.url;
  }

  async control(remark: string): Promise<void> {
    const { faults } = this.#sandbox;
    if (/"disconnect"|^disconnect/.test(remark)) faults.closeSockets({ agent });
    else if (remark.startsWith("transport process killed")) faults.cutSockets({ agent });
    else if (remark.startsWith("transport told to drain")) faults.closeSockets({ agent, code: 1012 });
    else if (remark.startsWith("SIGTERM")) await this.#sandbox.stop();
    else if (remark.startsWith("SIGKILL")) {
      faults.cutSockets({ agent });
      await this.#sandbox.stop();
    } else if (remark === "server answers health") await this.#start();
    else if (remark.startsWith("server with the default limit")) {
      this.#settings = { ...this.#settings, maxFrameBytes: 10_000_000 };
      await this.#sandbox.stop();
      await this.#start();
    } else if (remark.startsWith("key refused")) {
      this.#sandbox.revoke(agent);
      faults.closeSockets({ agent });
    } else if (remark === "key accepted again") this.#key = this.#sandbox.credentials(agent).apiKey;
  }

  broadcast(topic: string, event: string, payload: unknown, from: "server" | "channel"): void {
    this.#sandbox.broadcast(this.write(topic), event, payload, { from });
  }

  crash(topic: string): void {
    this.#sandbox.faults.crashChannels({ topic: this.write(topic) });
  }

  closeChannel(topic: string): void {
    this.#sandbox.faults.closeChannels({ topic: this.write(topic) });
  }

  read(text: string): string {
    return text.replaceAll(this.#agentId, "agent-1");
  }

  write(text: string): string {
    return text.replace(/agent-1(?!\d)/g, this.#agentId).replace("api_key=test-key", `api_key=${this.#key}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sandbox.stop();
  }

  async #start(): Promise<void> {
    const port = Number(new URL(this.url).port);
    this.#sandbox = await startSandbox({ profile: "phoenix", ...this.#settings, port });
    this.#agentId = this.#enrol();
  }

  #enrol(): string {
    this.#sandbox.registerUser("dana");
    return this.#sandbox.registerAgent(agent, { apiKey: this.#key }).agentId;
  }
}
