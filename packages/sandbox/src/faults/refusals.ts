import { errorBody } from "../socket/refused-upgrade.ts";
import type { RefusalFault, RequestFault } from "./fault.ts";

/** The answer that takes the place of the platform's, when this fault gives one by itself. */
export function refusalOf(fault: RequestFault): RefusalFault | undefined {
  if ("status" in fault) return fault;
  if ("redirect" in fault) return { status: fault.as ?? 307, headers: { location: fault.redirect }, body: "" };
  if (!("quota" in fault)) return undefined;
  const message = `Your plan does not allow more ${fault.quota}`;
  return {
    status: 403,
    body: errorBody(403, { code: "limit_reached", message, details: { resource: fault.quota, limit: 0 } }),
  };
}

export function refusalResponse(fault: RefusalFault): Response {
  const retryAfter = fault.retryAfterSeconds;
  const body = fault.body ?? errorBody(fault.status, retryAfter === undefined ? {} : { retryAfterSeconds: retryAfter });
  const hasBody = fault.status !== 204 && fault.status !== 304;
  return new Response(hasBody ? (typeof body === "string" ? body : JSON.stringify(body)) : null, {
    status: fault.status,
    headers: {
      "content-type": "application/json; charset=utf-8",
      ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
      ...fault.headers,
    },
  });
}
