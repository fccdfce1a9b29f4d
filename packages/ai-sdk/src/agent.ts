import { ConfigError } from "@thenvoi/core";
import type { Agent, ToolSet } from "ai";

/** Anything with the SDK's `Agent` interface: a `ToolLoopAgent`, or your own. */
export interface AnyAgent extends Pick<Agent, "version" | "id"> {
  readonly tools: ToolSet;
  stream(options: never): unknown;
}

/** The same, as it is called: with what the SDK reads at run time, which is more than it declares. */
export interface CallableAgent {
  readonly tools: ToolSet;
  /** What the agent was made with; empty where it does not show it. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Whether it is one of the SDK's own, whose settings can be replaced for one call. */
  readonly isToolLoop: boolean;
  stream(options: Readonly<Record<string, unknown>>): unknown;
}

/**
 * What was handed over as an agent, ready to be called. Throws a {@link ConfigError} of one sentence for what isn't one: no
 * object, a bare model, something without `stream`, an agent of `ai` 5.
 */
export function callableAgent(value: unknown): CallableAgent {
  if (typeof value === "string" || isModel(value))
    throw invalid("aiSdkHandler takes an agent, not a model: wrap it as `new ToolLoopAgent({ model })`.");
  if (typeof value !== "object" || value === null)
    throw invalid(`aiSdkHandler takes an agent such as \`new ToolLoopAgent({ … })\`, not ${kindOf(value)}.`);
  if (!hasStream(value))
    throw invalid(
      "The agent handed to aiSdkHandler has no `stream` method: hand over a `ToolLoopAgent`, or an object with the `Agent` interface of ai 6 or 7.",
    );
  if (Reflect.get(value, "version") !== "agent-v1")
    throw invalid(
      'The agent handed to aiSdkHandler is not of ai 6 or 7 (its `version` is not "agent-v1"): ai 5 runs tools that wait for approval, so it is not supported; upgrade `ai`.',
    );
  const settings: unknown = Reflect.get(value, "settings");
  return {
    tools: toolsIn(Reflect.get(value, "tools")),
    settings: isRecord(settings) ? settings : {},
    isToolLoop: isRecord(settings),
    stream: (options) => value.stream(options),
  };
}

/** An object of tools, or none. */
export function toolsIn(value: unknown): ToolSet {
  return isToolSet(value) ? value : {};
}

function invalid(text: string): ConfigError {
  return new ConfigError("config.invalid", text);
}

function isModel(value: unknown): boolean {
  return typeof value === "object" && value !== null && ("doStream" in value || "specificationVersion" in value);
}

function hasStream(value: object): value is { stream(options: Readonly<Record<string, unknown>>): unknown } {
  return "stream" in value && typeof value.stream === "function";
}

function isToolSet(value: unknown): value is ToolSet {
  return isRecord(value) && Object.values(value).every((tool) => typeof tool === "object" && tool !== null);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  return value === null ? "null" : value === undefined ? "nothing" : `a ${typeof value}`;
}
