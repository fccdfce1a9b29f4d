import type { Memory } from "./model.ts";
import { invalid } from "./refusal.ts";

export const memorySystems = ["sensory", "working", "long_term"] as const;
export const memoryTypes = ["iconic", "echoic", "haptic", "episodic", "semantic", "procedural"] as const;
export const memorySegments = ["user", "agent", "tool", "guideline"] as const;
export const memoryScopes = ["subject", "organization"] as const;
export const memoryStatuses = ["active", "superseded", "archived"] as const;

const lasting = ["episodic", "semantic", "procedural"] as const;
const typesOf: Readonly<Record<Memory["system"], readonly Memory["type"][]>> = {
  sensory: ["iconic", "echoic", "haptic"],
  working: lasting,
  long_term: lasting,
};

/** Throws a 422 when the system has no such type. */
export function checkTaxonomy(system: Memory["system"], type: Memory["type"]): void {
  const types = typesOf[system];
  if (!types.includes(type))
    throw invalid("/memory/type", `must be one of ${types.join(", ")} in the ${system} system`);
}
