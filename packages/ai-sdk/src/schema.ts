import type { ObjectJsonSchema, PlatformTool, StandardSchema } from "@thenvoi/core";

/** What the SDK knows its own schemas by. The symbol is registered, so that `ai` need not be imported for it. */
const sdkBrand = Symbol.for("vercel.ai.schema");

/**
 * The schema of a tool's input, for the SDK twice over: at run time by its brand, which every version takes as it is, and
 * for TypeScript as a Standard Schema that can tell its JSON Schema.
 */
export interface SdkSchema<Input> {
  readonly "~standard": StandardSchema<Input>["~standard"] & {
    readonly jsonSchema: {
      readonly input: () => Record<string, unknown>;
      readonly output: () => Record<string, unknown>;
    };
    readonly types?: { readonly input: Input; readonly output: Input };
  };
}

/** The schema of a tool. The tool itself checks its input and answers in words a model can act on, so all is let through. */
export function schemaOf<Input>(tool: Pick<PlatformTool, "inputJsonSchema">): SdkSchema<Input>;
export function schemaOf(tool: Pick<PlatformTool, "inputJsonSchema">): SdkSchema<unknown> {
  const json: ObjectJsonSchema = tool.inputJsonSchema;
  const schema: SdkSchema<unknown> = {
    "~standard": {
      version: 1,
      vendor: "thenvoi",
      validate: (value) => ({ value }),
      jsonSchema: { input: () => ({ ...json }), output: () => ({ ...json }) },
    },
  };
  return Object.assign(schema, {
    [sdkBrand]: true,
    jsonSchema: json,
    validate: (value: unknown) => ({ success: true, value }),
  });
}
