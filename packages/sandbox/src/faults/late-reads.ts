import { z } from "zod";
import type { Principal, World } from "../world/world.ts";

const posted = z.object({ data: z.object({ id: z.string() }) });
const mark = /\/messages\/([^/]+)\/(?:processing|processed|failed)$/;

/**
 * Serves a write whose effect reads don't show for a while, as a platform does whose reads come from a replica: what was posted is in no
 * list, and `messages/next` offers what was marked as it was before. Frames go out as always.
 */
export async function serveUnseen(
  {
    request,
    path,
    principal,
  }: { readonly request: Request; readonly path: string; readonly principal: Principal | undefined },
  {
    world,
    serve,
    forMs,
  }: {
    readonly world: World;
    readonly serve: (request: Request) => Response | Promise<Response>;
    readonly forMs: number;
  },
): Promise<Response> {
  const before = world.messages.message(mark.exec(path)?.[1] ?? "");
  const answer = await serve(request);
  if (!answer.ok) return answer;
  if (before && principal?.kind === "Agent")
    world.unseen.offerAsBefore({ agentId: principal.agent.id, message: before, forMs });
  else {
    const body = posted.safeParse(
      await answer
        .clone()
        .json()
        .catch(() => undefined),
    ); // an answer without JSON posted nothing
    if (body.success) world.unseen.hide(body.data.data.id, forMs);
  }
  return answer;
}
