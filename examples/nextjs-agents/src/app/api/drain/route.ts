import { createAgents } from "../../../agents/agents.ts";
import { same } from "../../../people.ts";

/** What the platform that runs this allows a request, in seconds. */
export const maxDuration = 60;

/**
 * The serverless way: a cron job calls this, the agents answer what waits for them and are gone again. For servers that do
 * not live long enough for a connection, with AGENTS=drain. The job shows CRON_SECRET, as those of Vercel do.
 */
export async function GET(request: Request): Promise<Response> {
  const secret = process.env.CRON_SECRET ?? "";
  if (secret === "" || !same(request.headers.get("authorization") ?? "", `Bearer ${secret}`))
    return Response.json({ error: "This is for the cron job." }, { status: 401 });
  if (process.env.AGENTS !== "drain")
    return Response.json({ error: "The agents are live here; set AGENTS=drain to call them." }, { status: 409 });
  const results = await Promise.all(
    createAgents().map((agent) => agent.drain({ timeoutMs: (maxDuration - 5) * 1_000 })),
  );
  return Response.json({ results });
}
