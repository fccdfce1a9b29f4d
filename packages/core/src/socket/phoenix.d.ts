/**
 * What this package uses of the official Phoenix client.
 *
 * Written here because the published types lag behind the client and need the DOM's.
 */
declare module "phoenix" {
  export interface PhoenixFrame {
    join_ref: string | null;
    ref: string | null;
    topic: string;
    event: string;
    payload: unknown;
  }

  export interface SocketOptions {
    transport: new (url: string) => object;
    params?: Readonly<Record<string, string>>;
    /** How long a push waits for its reply, milliseconds; 10,000 unless given. */
    timeout?: number;
    /** How frames are read, where that is not left to the client. */
    decode?: (data: unknown, deliver: (frame: PhoenixFrame) => void) => void;
  }

  export class Socket {
    constructor(endPoint: string, options: SocketOptions);
    connect(): void;
    disconnect(): void;
    isConnected(): boolean;
    channel(topic: string): Channel;
    onOpen(callback: () => void): string;
    onClose(callback: (event: { code: number; reason: string }) => void): string;
    /** Asks for a sign of life; false when there is no connection to ask over. */
    ping(answered: () => void): boolean;
  }

  export class Channel {
    readonly topic: string;
    /** Sees every event of this topic and join; must return the payload. */
    onMessage: (event: string, payload: unknown) => unknown;
    join(): Push;
    leave(): Push;
    onError(callback: (reason: unknown) => void): number;
    onClose(callback: (reason: unknown) => void): void;
  }

  export class Push {
    receive(status: "ok" | "error" | "timeout", callback: (response: unknown) => void): this;
  }
}
