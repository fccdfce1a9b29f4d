import { type Sandbox, type SocketOptions, startSandbox } from "../../../src/index.ts";

const agent = "dana/agent-1";

/**
 * The sandbox as the server of the recordings: in its `phoenix` profile, with their agent. Can go down and come up again on its port.
 *
 * The agent is called `agent-1` there, and here has an id that only the sandbox knows: `read` and `write` turn one into the other.
 */
export class RecordedServer implements AsyncDisposable {
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

  /** Down, and up again with other settings. */
  async restart(settings: SocketOptions): Promise<void> {
    this.#settings = { ...this.#settings, ...settings };
    await this.stop();
    await this.start();
  }

  async stop(): Promise<void> {
    await this.#sandbox.stop();
  }

  async start(): Promise<void> {
    const port = Number(new URL(this.url).port);
    this.#sandbox = await startSandbox({ profile: "phoenix", ...this.#settings, port });
    this.#agentId = this.#enrol();
  }

  disconnect(code?: number): void {
    this.#sandbox.faults.closeSockets({ agent, ...(code !== undefined && { code }) });
  }

  cut(): void {
    this.#sandbox.faults.cutSockets({ agent });
  }

  refuseKey(): void {
    this.#sandbox.revoke(agent);
  }

  acceptKey(): void {
    this.#key = this.#sandbox.credentials(agent).apiKey;
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

  /** From the sandbox's words to those of the recording. */
  read = (text: string): string => text.replaceAll(this.#agentId, "agent-1");

  write(text: string): string {
    return text.replace(/agent-1(?!\d)/g, this.#agentId).replace("api_key=test-key", `api_key=${this.#key}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #enrol(): string {
    this.#sandbox.registerUser("dana");
    return this.#sandbox.registerAgent(agent, { apiKey: this.#key }).agentId;
  }
}
