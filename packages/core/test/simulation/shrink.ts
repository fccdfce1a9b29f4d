import * as fc from "fast-check";
import { anyPlan, type Plan } from "./plan.ts";
import { play } from "./play.ts";
import { type Violation, violationsOf } from "./properties.ts";

/** A plan that breaks a property, as small as it was found, and what it breaks. */
export interface Shrunk {
  readonly plan: Plan;
  readonly violations: readonly Violation[];
}

/** Takes from the plan of a seed what its violation does not need, for at most this long. Undefined when it breaks nothing. */
export async function shrink(seed: number, limitMs: number): Promise<Shrunk | undefined> {
  const violationsIn = async (plan: Plan) => violationsOf(plan, await play(plan));
  const holds = fc.asyncProperty(anyPlan, async (plan) => (await violationsIn(plan)).length === 0);
  const { counterexample } = await fc.check(holds, { seed, numRuns: 1, interruptAfterTimeLimit: limitMs });
  if (counterexample === null) return undefined;
  const [plan] = counterexample;
  return { plan, violations: await violationsIn(plan) };
}
