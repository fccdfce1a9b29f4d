import * as z from "zod";
import { ConfigError } from "../errors.ts";
import type { Json } from "../model/room-event.ts";
import type { ObjectJsonSchema, StandardSchema } from "./standard-schema.ts";
import { type ToolFailure, toolError } from "./tool-error.ts";
import type { Toolbox } from "./toolbox.ts";

const resultsAtMost = 1_000;
/** The longest name that every provider takes. */
const nameAtMost = 64;
const prefixAtMost = 21;
/** How long the name of a tool may be without its prefix. */
export const bareNameAtMost = nameAtMost - prefixAtMost;

/**
 * Something a model can do on the platform, bound to one room.
 *
 * The room is fixed; who is meant is resolved to ids. Executing never throws: what went wrong comes back as a
 * {@link ToolFailure} that a model can act on.
 */
export interface PlatformTool {
  /** Unique and valid for every provider: letters, digits and `_`, at most 64. */
  readonly name: string;
  /** Written for a model. */
  readonly description: string;
  readonly inputSchema: StandardSchema;
  /** The same as JSON Schema. */
  readonly inputJsonSchema: ObjectJsonSchema;
  /** Checks the input and does it. Two calls with one `toolCallId` have one effect and one result. */
  execute(input: unknown, options?: ExecuteOptions): Promise<ToolResult>;
}

/** What comes with a call of a tool. */
export interface ExecuteOptions {
  /** The id that the model gave the call. */
  readonly toolCallId?: string;
  /** Ends a wait with an error result. */
  readonly signal?: AbortSignal;
  /** Told in a few words what is waited for. */
  readonly onProgress?: (text: string) => void;
}

/** What a tool answers: plain JSON, an object with `error` when it failed. */
export type ToolResult = { readonly [key: string]: Json } | ToolFailure;

/** A tool before it is bound to a room. */
export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  readonly schema: z.ZodObject;
  readonly run: (
    input: unknown,
    toolbox: Toolbox,
    options: ExecuteOptions,
  ) => Promise<{ readonly [key: string]: Json }>;
}

/** A tool whose name and input are known to the compiler. */
export interface TypedTool<Name extends string, Schema extends z.ZodObject> extends ToolDefinition {
  readonly name: Name;
  readonly schema: Schema;
}

/** Defines a tool once, with the type of its input taken from its schema. */
export function defineTool<const Name extends string, Schema extends z.ZodObject>(definition: {
  readonly name: Name;
  readonly description: string;
  readonly schema: Schema;
  readonly run: (
    input: z.output<Schema>,
    toolbox: Toolbox,
    options: ExecuteOptions,
  ) => Promise<{ readonly [key: string]: Json }>;
}): TypedTool<Name, Schema> {
  const { name, description, schema, run } = definition;
  return {
    name,
    description,
    schema,
    run: async (input, toolbox, options) => run(schema.parse(input), toolbox, options),
  };
}

/** Binds a tool to a room. */
export function bindTool(definition: ToolDefinition, toolbox: Toolbox, prefix: string): PlatformTool {
  const { schema, description } = definition;
  const name = `${prefix}${definition.name}`;
  const done = resultsOf(toolbox);
  const call = async (input: unknown, options: ExecuteOptions): Promise<ToolResult> => {
    try {
      return await definition.run(input, toolbox, options);
    } catch (error) {
      return toolError(error, { tool: name });
    }
  };
  return {
    name,
    description,
    inputSchema: schema,
    inputJsonSchema: jsonSchemaOf(schema),
    execute(input, options = {}) {
      const { toolCallId } = options;
      if (toolCallId === undefined) return call(input, options);
      const key = `${name} ${toolCallId}`;
      const result = done.get(key) ?? call(input, options);
      done.set(key, result);
      const [oldest] = done.keys();
      if (done.size > resultsAtMost && oldest !== undefined) done.delete(oldest);
      return result;
    },
  };
}

/**
 * What was already done for each toolbox, and so for each turn: a call that is executed again, if by a tool that was
 * bound anew, has the result of the first time.
 */
const results = new WeakMap<Toolbox, Map<string, Promise<ToolResult>>>();

function resultsOf(toolbox: Toolbox): Map<string, Promise<ToolResult>> {
  const known = results.get(toolbox) ?? new Map<string, Promise<ToolResult>>();
  results.set(toolbox, known);
  return known;
}

/** What the name of a tool may begin with, so that the whole is valid for every provider. Throws {@link ConfigError} otherwise. */
export function checkPrefix(prefix: string): void {
  if (prefix === "" || (prefix.length <= prefixAtMost && /^[A-Za-z_][A-Za-z0-9_]*$/u.test(prefix))) return;
  throw new ConfigError(
    "config.invalid",
    `The prefix of tools must be at most ${prefixAtMost} letters, digits and underscores, and not start with a digit.`,
  );
}

const jsonSchemas = new WeakMap<z.ZodObject, ObjectJsonSchema>();

/** Input as a model writes it: what has a default need not be given. */
function jsonSchemaOf(schema: z.ZodObject): ObjectJsonSchema {
  const known = jsonSchemas.get(schema);
  if (known !== undefined) return known;
  const { $schema: _dialect, ...keywords } = z.toJSONSchema(schema, { io: "input" });
  const made: ObjectJsonSchema = { ...keywords, type: "object" };
  jsonSchemas.set(schema, made);
  return made;
}
