import { WebSocket } from "ws";
import type { SocketError } from "../../src/errors.ts";
import { type Environment, systemEnvironment } from "../../src/internal/environment.ts";
import { defaultTiming, type Timing } from "../../src/internal/timing.ts";
import type { Logger } from "../../src/logger.ts";
import { AccountSocket, type AccountSocketListener, type AccountSocketOptions } from "../../src/socket/socket.ts";
import type { SocketEvent } from "../../src/wire/socket-event.ts";

export const agentId = "a0000000-0000-4000-8000-000000000000";
export const apiKey = "key-of-the-weather-agent";

/** The id of room number `index`. */
export function roomId(index: number): string {
  return `c0000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
}

export function chatRoom(index: number): string {
  return `chat_room:${roomId(index)}`;
}

export const agentTopics = [`agent_control:${agentId}`, `agent_rooms:${agentId}`, `agent_contacts:${agentId}`];

/** Everything quick, for tests that wait for conditions. */
export const quickTiming: Timing = {
  ...defaultTiming,
  handshakeTimeoutMs: 2_000,
  joinTimeoutMs: 2_000,
  heartbeatMs: 2_000,
  firstReconnectMs: 5,
  firstReconnectAfterRestartMs: 5,
  reconnectBaseMs: 5,
  reconnectCapMs: 20,
};

/** Writes down what the socket tells, and what it logs. */
export class Recorder implements AccountSocketListener, Logger {
  readonly told: string[] = [];
  readonly events: SocketEvent[] = [];
  readonly errors: SocketError[] = [];
  readonly logged: string[] = [];
  /** Called after each `connected`. */
  onConnected: () => void = () => {};

  connected(): void {
    this.told.push("connected");
    this.onConnected();
  }
  disconnected(reason: { readonly code: number | undefined; readonly text: string }): void {
    this.told.push(`disconnected ${reason.code ?? "without a code"}`);
  }
  joined(room: string): void {
    this.told.push(`joined ${room}`);
  }
  refused(room: string, reason: string): void {
    this.told.push(`refused ${room} ${reason}`);
  }
  event(event: SocketEvent): void {
    this.events.push(event);
  }
  ended(error: SocketError): void {
    this.told.push(`ended ${error.code}`);
    this.errors.push(error);
  }
  debug(message: string): void {
    this.logged.push(`debug ${message}`);
  }
  info(message: string): void {
    this.logged.push(`info ${message}`);
  }
  warn(message: string): void {
    this.logged.push(`warn ${message}`);
  }
  error(message: string): void {
    this.logged.push(`error ${message}`);
  }

  count(told: string): number {
    return this.told.filter((line) => line === told).length;
  }
}

/** A socket to `socketUrl` that has been opened; its listener is `recorder`. */
export function openSocket(
  socketUrl: string,
  recorder: Recorder,
  changes: Partial<Omit<AccountSocketOptions, "timing">> & { readonly timing?: Partial<Timing> } = {},
): AccountSocket {
  const environment: Environment = systemEnvironment;
  const socket = new AccountSocket(
    {
      socketUrl,
      apiKey,
      account: { kind: "agent", id: agentId, onConflict: "supersede" },
      WebSocket,
      environment,
      logger: recorder,
      ...changes,
      timing: { ...quickTiming, ...changes.timing },
    },
    recorder,
  );
  socket.open();
  return socket;
}

/** The system's environment, and how many of its calls are still to come. */
export function countingEnvironment(): { readonly environment: Environment; readonly pending: () => number } {
  const calls = new Set<object>();
  const environment: Environment = {
    ...systemEnvironment,
    schedule(delayMs, run) {
      const call = {};
      calls.add(call);
      const cancel = systemEnvironment.schedule(delayMs, () => {
        calls.delete(call);
        run();
      });
      return () => {
        calls.delete(call);
        cancel();
      };
    },
  };
  return { environment, pending: () => calls.size };
}
