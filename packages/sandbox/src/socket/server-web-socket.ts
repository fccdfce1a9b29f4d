import { WebSocket } from "ws";

/** A server's end of a WebSocket that answers a client's closing frame as Bandit does: with 1000, whatever it said. */
export class BanditWebSocket extends WebSocket {
  /** `ws` calls this with the client's code and reason to answer a closing frame, and with a code alone to close by itself. */
  override close(code?: number, reason?: string | Buffer): void {
    if (code !== undefined && reason === undefined) super.close(code);
    else super.close(1000);
  }
}

/** One that answers as Cowboy does: with the client's code, without its reason. */
export class CowboyWebSocket extends WebSocket {
  override close(code?: number): void {
    super.close(code);
  }
}
