/** The points of a turn at which a process may die, in their order. */
export const steps = [
  "before the claim",
  "while claiming",
  "after the claim",
  "in the run",
  "before the post",
  "while posting",
  "after the post",
  "before the settle",
  "while settling",
  "after the settle",
] as const;

export type Step = (typeof steps)[number];

export function isStep(value: unknown): value is Step {
  return steps.some((step) => step === value);
}
