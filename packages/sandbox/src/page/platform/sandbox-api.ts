import * as z from "zod/mini";
import { request } from "./request.ts";

const account = z.object({ id: z.string(), handle: z.string(), apiKey: z.string() });
const accounts = z.object({ url: z.string(), users: z.array(account), agents: z.array(account) });
export type Account = z.output<typeof account>;
export type Accounts = z.output<typeof accounts>;

/** What only a sandbox tells, and only on this machine: who has an account here, with the keys. */
export function readAccounts(): Promise<Accounts> {
  return request("GET", "/sandbox", { schema: accounts });
}

/** Gives someone an account. */
export async function makePerson(handle: string): Promise<void> {
  await post("users", { handle });
}

/** The agents that were told to stop in a room, by handle. */
export async function readStopped(room: string): Promise<readonly string[]> {
  return (await request("GET", `/sandbox/rooms/${room}/stopped`, { schema: stopped })).agents;
}

const stopped = z.object({ agents: z.array(z.string()) });

/** Whose sockets, channels and requests: one agent's, by handle, or everyone's. */
export interface Whose {
  readonly agent?: string;
}

export async function cutSockets(whose: Whose): Promise<void> {
  await post("sockets/cut", whose);
}

export async function crashChannels(where: Whose & { readonly topic: string }): Promise<void> {
  await post("sockets/crash", where);
}

/** What can happen to requests. */
export type RequestFault =
  | { readonly status: number; readonly retryAfterSeconds?: number }
  | { readonly delayMs: number }
  | { readonly cut: "before" | "after" };

export async function strikeRequests(rule: {
  readonly times: number | "always";
  readonly where: Whose & { readonly request: string };
  readonly fault: RequestFault;
}): Promise<void> {
  await post("faults", { kind: "request", ...rule });
}

/** Slows every request and frame by so many milliseconds each way. */
export async function setLatency(ms: number): Promise<void> {
  await post("latency", { ms });
}

const active = z.object({
  id: z.number(),
  name: z.string(),
  where: z.optional(z.unknown()),
  fault: z.unknown(),
  left: z.union([z.number(), z.literal("always")]),
  hits: z.number(),
});
export type ActiveFault = z.output<typeof active>;

/** What may still strike, or lasts. */
export async function readFaults(): Promise<readonly ActiveFault[]> {
  return (await request("GET", "/sandbox/faults", { schema: z.object({ faults: z.array(active) }) })).faults;
}

/** How many milliseconds everything is slowed by, each way; 0 when it is not. */
export function latencyOf(faults: readonly ActiveFault[]): number {
  const latency = faults.find(({ name }) => name === "latency");
  const read = z.object({ ms: z.number() }).safeParse(latency?.fault);
  return read.success ? read.data.ms : 0;
}

export async function removeFault(id: number): Promise<void> {
  await request("DELETE", `/sandbox/faults/${id}`, { schema: z.unknown() });
}

/** Takes back every rule and the latency. */
export async function clearFaults(): Promise<void> {
  await request("DELETE", "/sandbox/faults", { schema: z.unknown() });
}

function post(path: string, body: unknown): Promise<unknown> {
  return request("POST", `/sandbox/${path}`, { schema: z.unknown(), body });
}
