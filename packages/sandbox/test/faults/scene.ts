import { type RoomHandle, type Sandbox, startSandbox } from "../../src/index.ts";
import { keyOf } from "../support/raw-client.ts";

/** A room of Ada with Weather and Planner, and one message that waits for Weather. */
export async function scene() {
  const sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada"], agents: ["weather", "planner"] });
  const { id: messageId } = await room.as("ada").say("@weather will it rain?");
  return { sandbox, room, messageId };
}

interface Call {
  readonly as?: string;
  readonly body?: object;
  readonly signal?: AbortSignal;
  readonly redirect?: "manual";
}

/** A request of an agent, below `agent/`: `call(sandbox, "GET me")`. */
export function call(sandbox: Sandbox, request: string, options: Call = {}): Promise<Response> {
  const [method = "GET", path = ""] = request.split(" ");
  const { as = "weather", body, ...rest } = options;
  return fetch(`${sandbox.url}/api/v1/agent/${path}`, {
    method,
    headers: { "x-api-key": keyOf(sandbox, as), "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
    ...rest,
  });
}

/** Weather says something to Ada. */
export function say(sandbox: Sandbox, room: RoomHandle, text: string): Promise<Response> {
  const [ada] = sandbox.users;
  return call(sandbox, `POST chats/${room.id}/messages`, {
    body: { message: { content: text, mentions: [{ id: ada?.id }] } },
  });
}

/** A request below `/sandbox`, with its answer read. */
export async function script(sandbox: Sandbox, request: string, body?: unknown) {
  const [method = "GET", path = ""] = request.split(" ");
  const answer = await fetch(`${sandbox.url}/sandbox${path}`, {
    method,
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  const value: unknown = text === "" ? undefined : JSON.parse(text);
  return { status: answer.status, value };
}
