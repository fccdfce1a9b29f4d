import type { LanguageModel } from "ai";
import { scriptedModel } from "./scripted-model.ts";

interface Provider {
  readonly key: string;
  readonly package: string;
  readonly factory: string;
  readonly model: string;
}

const providers: readonly Provider[] = [
  { key: "ANTHROPIC_API_KEY", package: "@ai-sdk/anthropic", factory: "anthropic", model: "claude-sonnet-4-5" },
  { key: "OPENAI_API_KEY", package: "@ai-sdk/openai", factory: "openai", model: "gpt-5-mini" },
];

/**
 * A real model where the environment holds a key for one: ANTHROPIC_API_KEY or OPENAI_API_KEY with its provider package
 * installed, or AI_GATEWAY_API_KEY; MODEL names another one. Otherwise a model that plays a script and needs no key.
 */
export async function chooseModel(): Promise<LanguageModel> {
  const provider = providers.find(({ key }) => (process.env[key] ?? "") !== "");
  if (provider !== undefined) return providerModel(provider);
  if ((process.env.AI_GATEWAY_API_KEY ?? "") !== "") return process.env.MODEL ?? "anthropic/claude-sonnet-4.5";
  return scriptedModel();
}

async function providerModel(provider: Provider): Promise<LanguageModel> {
  const module: unknown = await import(provider.package).catch(() => undefined);
  const create: unknown =
    typeof module === "object" && module !== null ? Reflect.get(module, provider.factory) : undefined;
  if (typeof create !== "function")
    throw new Error(`${provider.key} is set; to use it, install its provider: pnpm add ${provider.package}`);
  const model: unknown = Reflect.apply(create, undefined, [process.env.MODEL ?? provider.model]);
  if (!isModel(model)) throw new Error(`${provider.package} gave no model; its version does not fit that of ai`);
  return model;
}

function isModel(value: unknown): value is Exclude<LanguageModel, string> {
  return typeof value === "object" && value !== null && "specificationVersion" in value && "doStream" in value;
}
