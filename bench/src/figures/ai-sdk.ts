import { adapterRows } from "../adapters/rows.ts";
import type { Figure } from "../figure.ts";

/** What a room adds to a `ToolLoopAgent`. */
export const aiSdk: Figure = {
  name: "ai-sdk",
  title: "An agent of the Vercel AI SDK in a room, beside the same agent alone",
  runs: 15,
  measure: (runs) => adapterRows("ai-sdk", runs),
};
