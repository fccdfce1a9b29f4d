import { adapterRows } from "../adapters/rows.ts";
import type { Figure } from "../figure.ts";

/** What a room adds to a `createAgent`. */
export const langchain: Figure = {
  name: "langchain",
  title: "An agent of LangChain in a room, beside the same agent alone",
  runs: 15,
  measure: (runs) => adapterRows("langchain", runs),
};
