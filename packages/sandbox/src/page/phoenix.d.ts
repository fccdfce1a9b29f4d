/** What the page uses of the official Phoenix client, in a browser. */
declare module "phoenix" {
  export interface SocketOptions {
    params: Readonly<Record<string, string>>;
    /** Milliseconds before the given try at connecting, or joining, anew. */
    reconnectAfterMs: (tries: number) => number;
    rejoinAfterMs: (tries: number) => number;
  }

  export class Socket {
    constructor(endPoint: string, options: SocketOptions);
    connect(): void;
    disconnect(): void;
    channel(topic: string): Channel;
    onOpen(callback: () => void): string;
    onClose(callback: () => void): string;
  }

  export class Channel {
    join(): Push;
    leave(): Push;
    on(event: string, callback: (payload: unknown) => void): number;
  }

  export class Push {
    receive(status: "ok" | "error" | "timeout", callback: (response: unknown) => void): this;
  }
}
