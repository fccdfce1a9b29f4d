import core from "@langchain/core/package.json" with { type: "json" };
import graph from "@langchain/langgraph/package.json" with { type: "json" };
import langchain from "langchain/package.json" with { type: "json" };
import { expect, inject, test } from "vitest";

/** The three sets of versions that all these tests are run on. */
const columns: Readonly<Record<string, readonly string[]>> = {
  floor: ["1.1.48", "1.3.0", "1.4.0"],
  middle: ["1.2.13", "1.4.18", "1.5.14"],
};

test("these tests run on the versions that their column names", () => {
  const installed = [core.version, graph.version, langchain.version];
  const column = inject("column");
  if (column !== "latest") expect(installed).toEqual(columns[column]);
  else expect(Object.values(columns)).not.toContainEqual(installed);
});

declare module "vitest" {
  interface ProvidedContext {
    column: "floor" | "middle" | "latest";
  }
}
