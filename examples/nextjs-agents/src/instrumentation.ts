/** Next.js calls this once when a server starts, so an edit of an agent takes effect with the next start. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs" || process.env.AGENTS === "drain") return;
  const { startAgents } = await import("./agents/live.ts");
  startAgents();
}
