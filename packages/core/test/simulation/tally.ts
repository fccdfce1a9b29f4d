import * as fc from "fast-check";
import { leaksOf } from "./isolation.ts";
import { anyPlan, type Plan } from "./plan.ts";
import { play } from "./play.ts";
import { type Figures, figuresOf, type Violation, violationsOf } from "./properties.ts";

/** One schedule in so many is also played for what a failing room does to the others, which takes two more histories. */
const isolatedEvery = 10;

/** What a number of schedules came to. */
export interface Tally {
  schedules: number;
  messages: number;
  lost: number;
  reordered: number;
  doubled: number;
  doubledByLateCommit: number;
  crashes: number;
  /** Schedules in which at least one fault struck. */
  struck: number;
  readonly faults: { [what: string]: number };
  readonly broken: { readonly seed: number; readonly violations: readonly Violation[] }[];
}

export function emptyTally(): Tally {
  return {
    schedules: 0,
    messages: 0,
    lost: 0,
    reordered: 0,
    doubled: 0,
    doubledByLateCommit: 0,
    crashes: 0,
    struck: 0,
    faults: {},
    broken: [],
  };
}

/** The plan that a seed stands for. */
export function planOf(seed: number): Plan {
  const [plan] = fc.sample(anyPlan, { seed, numRuns: 1 });
  if (plan === undefined) throw new Error(`seed ${seed} stands for no plan`);
  return plan;
}

/** Plays the plan of a seed and adds what came of it. */
export async function playInto(tally: Tally, seed: number): Promise<void> {
  const plan = planOf(seed);
  const played = await play(plan);
  const violations = [...violationsOf(plan, played), ...(seed % isolatedEvery === 0 ? await leaksOf(plan) : [])];
  mergeInto(tally, tallyOf(figuresOf(plan, played)));
  if (violations.length > 0) tally.broken.push({ seed, violations });
}

function tallyOf({ faults, ...counts }: Figures): Tally {
  return { schedules: 1, struck: Object.keys(faults).length > 0 ? 1 : 0, ...counts, faults, broken: [] };
}

/** Adds what other schedules came to. */
export function mergeInto(tally: Tally, other: Tally): void {
  tally.schedules += other.schedules;
  tally.messages += other.messages;
  tally.lost += other.lost;
  tally.reordered += other.reordered;
  tally.doubled += other.doubled;
  tally.doubledByLateCommit += other.doubledByLateCommit;
  tally.crashes += other.crashes;
  tally.struck += other.struck;
  for (const [what, count] of Object.entries(other.faults)) tally.faults[what] = (tally.faults[what] ?? 0) + count;
  tally.broken.push(...other.broken);
}

/** A tally as text, a line each. */
export function tallyText(tally: Tally, seconds: number): string {
  const faults = Object.entries(tally.faults)
    .sort(([, one], [, other]) => other - one)
    .map(([what, count]) => `${what} ${count}`);
  return [
    `${tally.schedules} schedules, ${tally.messages} messages, ${tally.crashes} crashes, faults in ${tally.struck} schedules`,
    `faults: ${faults.join(", ")}`,
    `lost ${tally.lost}, reordered ${tally.reordered}, said twice ${tally.doubled} (and ${tally.doubledByLateCommit} by commits too late to be found)`,
    `schedules that break a property: ${tally.broken.length}`,
    `${(tally.schedules / seconds).toFixed(1)} schedules a second`,
  ].join("\n");
}
