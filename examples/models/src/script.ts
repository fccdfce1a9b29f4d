/** What a model without a key goes by: what it was asked last, and what its tools gave since, oldest first. */
export interface Scene {
  readonly asked: string;
  readonly results: readonly ToolOutcome[];
}

export interface ToolOutcome {
  readonly tool: string;
  /** As the model is shown it: text, or JSON. */
  readonly output: string;
  readonly failed: boolean;
}

/** What it does in one step. A step that uses no tool is its last. */
export interface Step {
  readonly thinks?: string;
  readonly says?: string;
  readonly uses?: readonly ToolUse[];
}

export interface ToolUse {
  readonly tool: string;
  readonly input: Readonly<Record<string, string | number>>;
}

/** The part that a model without a key plays: the next step, by what it has before it. */
export type Script = (scene: Scene) => Step;

/** About the pace of a real model, in milliseconds. */
export const pace = { firstWordMs: 300, wordMs: 20 };

export function words(text: string): string[] {
  return text.match(/\S+\s*/gu) ?? [];
}
