import type { ModelRequest, SeenMessage } from "./model.ts";

/** What is wrong with a prompt, as providers see it; empty when nothing is. */
export function flaws(request: ModelRequest): string[] {
  const talk = request.messages.filter(({ role }) => role !== "system");
  const found: string[] = [];
  const last = talk.at(-1);
  if (last === undefined || last.role === "assistant") found.push(`ends with ${last?.role ?? "nothing"}`);
  for (const [index, message] of talk.entries()) {
    if (isEmpty(message)) found.push(`an empty ${message.role} message at ${index}`);
    if (message.role === "assistant") found.push(...unanswered(message, talk.slice(index + 1)));
    for (const { id } of message.results)
      if (!talk.slice(0, index + 1).some(({ calls }) => calls.some((call) => call.id === id)))
        found.push(`the result ${id} has no call before it`);
  }
  const ids = talk.flatMap(({ results }) => results.map(({ id }) => id));
  for (const id of new Set(ids))
    if (ids.filter((other) => other === id).length > 1) found.push(`the result ${id} comes twice`);
  return found;
}

/** A prompt without what differs from run to run: ids. */
export function comparable(request: ModelRequest | undefined): unknown {
  return request?.messages.map(({ role, text, calls, results }) => ({
    role,
    text: text.replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gu, "<id>"),
    calls: calls.map(({ tool, input }) => ({ tool, input })),
    results: results.map(({ tool, output }) => ({ tool, output })),
  }));
}

/** Calls whose results do not come before anything else is said. */
function unanswered(message: SeenMessage, following: readonly SeenMessage[]): string[] {
  const next = following.findIndex(({ role }) => role !== "tool");
  const results = [message, ...following.slice(0, next < 0 ? undefined : next)].flatMap((each) => each.results);
  return message.calls.flatMap(({ id }) =>
    results.some((result) => result.id === id) ? [] : [`the call ${id} has no result after it`],
  );
}

function isEmpty({ text, calls, results }: SeenMessage): boolean {
  return text.trim() === "" && calls.length === 0 && results.length === 0;
}
