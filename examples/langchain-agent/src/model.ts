import type { ToolLoopOptions } from "@thenvoi/langchain";
import { ScriptedModel } from "./scripted-model.ts";

const providers = [
  { key: "ANTHROPIC_API_KEY", package: "@langchain/anthropic", model: "ChatAnthropic", name: "claude-sonnet-4-5" },
  { key: "OPENAI_API_KEY", package: "@langchain/openai", model: "ChatOpenAI", name: "gpt-5-mini" },
] as const;

/**
 * A real model where the environment holds a key for one, ANTHROPIC_API_KEY or OPENAI_API_KEY, with its package installed;
 * MODEL names another one. Otherwise a model that plays a script and needs no key.
 */
export async function chooseModel(): Promise<ToolLoopOptions["model"]> {
  const provider = providers.find(({ key }) => (process.env[key] ?? "") !== "");
  if (provider === undefined) return new ScriptedModel();
  const module: unknown = await import(provider.package).catch(() => undefined);
  const model: unknown =
    typeof module === "object" && module !== null ? Reflect.get(module, provider.model) : undefined;
  if (typeof model !== "function")
    throw new Error(`${provider.key} is set; to use it, install its package: pnpm add ${provider.package}`);
  return Reflect.construct(model, [{ model: process.env.MODEL ?? provider.name }]);
}
