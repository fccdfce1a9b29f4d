import type { Principal } from "../world/world.ts";
import type { RequestFault } from "./fault.ts";
import type { Counted } from "./rules.ts";
import { ScriptError } from "./script-error.ts";

/**
 * Which requests a fault is for.
 *
 * `"POST messages/:id/processed"`: a method (or `*`) and a path below `/api/v1/agent/chats/:room/` or `/api/v1/agent/`; a path that
 * starts with `/` is the whole one, with or without `/api/v1`. `:name` stands for one segment, a last `*` for any rest.
 * `"UPGRADE"` is the opening of a socket. As an object it can also name the room, the caller and the first call to hit.
 */
export type RequestWhere =
  | string
  | (Counted & { readonly request: string; readonly room?: string; readonly agent?: string });

/** Which frames to clients a fault is for: an event, or topic (a last `*` for any rest), room and receiver. Without an event, any push. */
export type FrameWhere =
  | string
  | (Counted & { readonly event?: string; readonly topic?: string; readonly room?: string; readonly agent?: string });

/** Which joins a fault is for: a topic, a last `*` for any rest; as an object also by agent and first call. */
export type JoinWhere = string | (Counted & { readonly topic: string; readonly agent?: string });

/** One request at the door, or one socket being opened (`method` is then `UPGRADE`). */
export interface RequestSubject {
  readonly method: string;
  readonly path: string;
  readonly principal: Principal | undefined;
}

/** One frame about to leave for a client. */
export interface FrameSubject {
  readonly event: string;
  readonly topic: string;
  /** Not an answer to something the client sent. */
  readonly isPush: boolean;
  readonly principal: Principal;
}

/** One join that arrived. */
export interface JoinSubject {
  readonly topic: string;
  readonly principal: Principal;
}

interface Compiled<Subject> extends Counted {
  readonly matches: (subject: Subject) => boolean;
}

export function compileRequest(where: RequestWhere): Compiled<RequestSubject> {
  const { request, room, agent, ...counted } = typeof where === "string" ? { request: where } : where;
  checkCounted(counted);
  if (!/^[A-Za-z*]+(?: +\S+)?$/.test(request)) {
    throw new ScriptError(
      `A request is written "POST messages/:id/processed", "* chats/*" or "UPGRADE", not ${JSON.stringify(request)}`,
    );
  }
  const space = request.indexOf(" ");
  const method = (space < 0 ? request : request.slice(0, space)).toUpperCase();
  const path = space < 0 ? "/*" : request.slice(space + 1).trim();
  const prefixes = path.startsWith("/") ? ["", "/api/v1"] : ["/api/v1/agent/chats/:room/", "/api/v1/agent/"];
  const paths = prefixes.map((prefix) => segmentsMatcher(`${prefix}${path}`));
  return {
    ...counted,
    matches: (subject) =>
      (method === "*" ? subject.method !== "UPGRADE" : method === subject.method) &&
      paths.some((matches) => matches(subject.path)) &&
      (room === undefined || subject.path.split("/").includes(room)) &&
      isNamed(subject.principal, agent),
  };
}

export function compileFrame(where: FrameWhere): Compiled<FrameSubject> {
  const { event, topic, room, agent, ...counted } = typeof where === "string" ? { event: where } : where;
  checkCounted(counted);
  return {
    ...counted,
    matches: (subject) =>
      (event === undefined ? subject.isPush : subject.event === event) &&
      (topic === undefined || glob(topic, subject.topic)) &&
      (room === undefined || subject.topic.endsWith(`:${room}`)) &&
      isNamed(subject.principal, agent),
  };
}

export function compileJoin(where: JoinWhere): Compiled<JoinSubject> {
  const { topic, agent, ...counted } = typeof where === "string" ? { topic: where } : where;
  checkCounted(counted);
  return { ...counted, matches: (subject) => glob(topic, subject.topic) && isNamed(subject.principal, agent) };
}

/** Throws a {@link ScriptError} when the fault can't be done to what it is for: an upgrade has no answer to spoil. */
export function checkFault(where: RequestWhere, fault: RequestFault): void {
  const request = typeof where === "string" ? where : where.request;
  if (!/^upgrade\b/i.test(request)) return;
  const possible = ["status", "quota", "redirect", "delayMs", "cut", "hang"];
  const wrong = Object.keys(fault).some((key) => ["delayAnswerMs", "after"].includes(key));
  if (!wrong && possible.some((key) => key in fault)) return;
  throw new ScriptError(`What opens a socket can be given ${possible.join(", ")}, not ${JSON.stringify(fault)}`);
}

/** Whether a pattern with an optional last `*` covers the text. */
export function glob(pattern: string, text: string): boolean {
  return pattern.endsWith("*") ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}

/** Whether `name` (a handle, the slug of an agent, or an id) is this caller; no name is anyone. */
export function isNamed(principal: Principal | undefined, name: string | undefined): boolean {
  if (name === undefined) return true;
  if (!principal) return false;
  if (principal.kind === "User") return principal.user.handle === name || principal.user.id === name;
  const { agent } = principal;
  return agent.handle === name || agent.slug === name || agent.id === name;
}

function segmentsMatcher(pattern: string): (path: string) => boolean {
  const open = pattern.endsWith("*");
  const wanted = (open ? pattern.slice(0, -1) : pattern).split("/");
  if (open) wanted.pop();
  return (path) => {
    const segments = path.split("/");
    if (open ? segments.length < wanted.length : segments.length !== wanted.length) return false;
    return wanted.every((part, index) => part.startsWith(":") || part === segments[index]);
  };
}

function checkCounted({ call, probability, seed, abovePerSecond }: Counted): void {
  const check = (name: string, value: number | undefined, fits: (value: number) => boolean, what: string): void => {
    if (value !== undefined && !fits(value)) throw new ScriptError(`${name} is ${what}, not ${value}`);
  };
  check("call", call, (value) => Number.isInteger(value) && value > 0, "a whole number from 1");
  check("probability", probability, (value) => value >= 0 && value <= 1, "a number from 0 to 1");
  check("seed", seed, Number.isInteger, "a whole number");
  check("abovePerSecond", abovePerSecond, (value) => value > 0, "a number above 0");
}
