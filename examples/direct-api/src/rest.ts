import { at, textAt } from "./json.ts";

/** Where the agent lives, and its key. */
export interface Account {
  readonly baseUrl: string;
  readonly apiKey: string;
}

/** One REST call below `/api/v1/agent/`. The body of the answer; undefined for 204. Throws for every status that is no success. */
export async function call(account: Account, method: "GET" | "POST", path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${account.baseUrl}/api/v1/agent/${path}`, {
    method,
    headers: { "x-api-key": account.apiKey, "content-type": "application/json" },
    redirect: "error", // the key goes nowhere else
    signal: AbortSignal.timeout(30_000),
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

/** The ids of all rooms the agent is in, page by page. */
export async function roomIds(account: Account): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await call(account, "GET", `chats?page=${page}&page_size=100`);
    const rooms = at(answer, "data");
    if (!Array.isArray(rooms)) throw new Error("the list of rooms is no list");
    for (const room of rooms) ids.push(textAt(room, "id"));
    if (page >= Number(at(answer, "metadata", "total_pages") ?? 1)) return ids;
  }
}
