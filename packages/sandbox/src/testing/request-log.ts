import { compileRequest, type RequestWhere } from "../faults/where.ts";
import { accountOf } from "../socket/topic.ts";
import type { Principal } from "../world/world.ts";

/** A request the sandbox answered, or cut. */
export interface ServedRequest {
  /** `UPGRADE` for the opening of a socket. */
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** What the client was told; 0 when the connection was cut or left hanging. */
  readonly status: number;
  /** The handle of the agent or user whose key it carried. */
  readonly by: string | undefined;
  /** Milliseconds since the epoch, when it arrived. */
  readonly at: number;
}

/** How many requests are remembered; the oldest go first. */
const kept = 10_000;

/** The requests served so far, for tests that count them. */
export class RequestLog {
  readonly #entries: { readonly request: ServedRequest; readonly principal: Principal | undefined }[] = [];

  /** Those that match, oldest first; all when nothing is asked for. */
  matching(where?: RequestWhere): ServedRequest[] {
    if (where === undefined) return this.#entries.map(({ request }) => request);
    const { matches } = compileRequest(where);
    const chosen = this.#entries.filter(({ request, principal }) => matches({ ...request, principal }));
    return chosen.map(({ request }) => request);
  }

  add({ principal, ...request }: Omit<ServedRequest, "by"> & { readonly principal: Principal | undefined }): void {
    this.#entries.push({ request: { ...request, by: principal && accountOf(principal).handle }, principal });
    if (this.#entries.length > kept) this.#entries.splice(0, kept / 10);
  }

  clear(): void {
    this.#entries.length = 0;
  }
}
