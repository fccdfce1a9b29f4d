/** A provider of models, and which of its models is used. */
export interface Provider {
  readonly api: "anthropic" | "openai-compatible";
  readonly apiKey: string;
  readonly model: string;
  /** Of an OpenAI-compatible API. */
  readonly baseUrl: string;
}

/**
 * The provider that the environment holds a key for: ANTHROPIC_API_KEY, OPENAI_API_KEY, or, with OPENAI_BASE_URL, whatever speaks
 * OpenAI's API there. MODEL names another of its models. Undefined without any; throws when it must be told which model.
 */
export function provider(env: NodeJS.ProcessEnv = process.env): Provider | undefined {
  const { ANTHROPIC_API_KEY = "", OPENAI_API_KEY = "", OPENAI_BASE_URL = "", MODEL = "" } = env;
  if (OPENAI_BASE_URL !== "") {
    if (MODEL === "") throw new Error("OPENAI_BASE_URL is set; say in MODEL which of the models there to use.");
    return { api: "openai-compatible", apiKey: OPENAI_API_KEY || "none", model: MODEL, baseUrl: OPENAI_BASE_URL };
  }
  if (ANTHROPIC_API_KEY !== "")
    return { api: "anthropic", apiKey: ANTHROPIC_API_KEY, model: MODEL || "claude-sonnet-4-5", baseUrl: "" };
  if (OPENAI_API_KEY === "") return undefined;
  const baseUrl = "https://api.openai.com/v1";
  return { api: "openai-compatible", apiKey: OPENAI_API_KEY, model: MODEL || "gpt-5-mini", baseUrl };
}
