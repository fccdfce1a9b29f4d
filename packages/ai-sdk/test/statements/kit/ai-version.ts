import type { toModelMessages } from "@thenvoi/ai-sdk";
import type { RoomChatTransport, RoomUIMessage } from "@thenvoi/ai-sdk/ui";
import type { OwnTool } from "@thenvoi/sandbox/contract";
import type { ToolLoopAgent as Agent6 } from "ai-6";
import type { ToolLoopAgent as Agent60 } from "ai-6-0-0";
import type { ToolLoopAgent as Agent7 } from "ai-7";
import type { ToolLoopAgent as Agent70 } from "ai-7-0-0";
import * as z from "zod";
import type { Provider } from "./model-stream.ts";

/** An agent of any of the versions. */
export type AnyAgent =
  | Agent60<never, Record<string, AiTool>>
  | Agent6<never, Record<string, AiTool>>
  | Agent70<never, Record<string, AiTool>>
  | Agent7<never, Record<string, AiTool>>;

/** One version of `ai`, with its own agent and its own mock model. */
export interface AiVersion {
  /** As installed: `6.0.326`. */
  readonly name: string;
  /** An agent that knows nothing of rooms. */
  agent(settings: AgentSettings): AnyAgent;
  /** What `useChat()` is made of, without React. */
  chat(transport: RoomChatTransport, onError: (error: Error) => void): Chat;
  /** What goes wrong, if anything, when an agent of this version is called with these messages. */
  problemsWith(messages: ReturnType<typeof toModelMessages>, provider: Provider): Promise<readonly unknown[]>;
}

/** A chat of any of the versions, as far as the tests use it. */
export interface Chat {
  messages: RoomUIMessage[];
  readonly status: string;
  sendMessage(message: { readonly text: string }): Promise<void>;
  resumeStream(): Promise<void>;
  regenerate(): Promise<void>;
  stop(): Promise<void>;
}

/** Parts of a stream that say what went wrong. */
export async function problemsIn(parts: AsyncIterable<{ readonly type: string; readonly error?: unknown }>) {
  const problems: unknown[] = [];
  for await (const part of parts) if (part.type === "error") problems.push(part.error);
  return problems;
}

/** Tools made for whichever version is installed, as those of the tests; throws for one that isn't a tool. */
export function written(tools: object): Record<string, AiTool> {
  return Object.fromEntries(
    Object.entries(tools).map(([name, tool]) => {
      if (!isTool(tool)) throw new TypeError(`${name} is not a tool`);
      return [name, tool];
    }),
  );
}

function isTool(value: unknown): value is AiTool {
  return typeof value === "object" && value !== null && "inputSchema" in value && "execute" in value;
}

/** What the tests set of an agent, the same in every version. */
export interface AgentSettings {
  readonly provider: Provider;
  readonly tools?: Record<string, AiTool>;
  readonly activeTools?: string[];
  /** Default: the SDK's own, 20. */
  readonly maxSteps?: number;
  readonly instructions?: string;
  /** Tries after the first, of the SDK's own; default 2. */
  readonly maxRetries?: number;
  /** Of `ai` 7: what is decided about a tool before anybody is asked. */
  readonly toolApproval?: Record<string, "approved" | "denied" | "user-approval">;
  readonly prepareCall?: <Call>(settings: Call) => Call;
}

/** A tool as users of every version write it. */
export interface AiTool {
  readonly description?: string;
  readonly inputSchema: z.ZodType;
  readonly execute?: (input: unknown, options: { readonly abortSignal?: AbortSignal }) => unknown;
  readonly needsApproval?: boolean | (() => boolean | Promise<boolean>);
}

/** The contract's tools as a user of the SDK writes them. */
export function toolSetOf(tools: readonly OwnTool[]): Record<string, AiTool> {
  return Object.fromEntries(
    tools.map((tool) => {
      const inputSchema = z.object(Object.fromEntries(tool.texts.map((name) => [name, z.string()])));
      const execute = (input: unknown) => tool.execute(inputSchema.parse(input));
      return [tool.name, { description: tool.description, inputSchema, execute }];
    }),
  );
}
