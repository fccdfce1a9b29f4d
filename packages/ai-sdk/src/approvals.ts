import type { Reporter } from "@thenvoi/core";
import { type ApproveOptions, type Approver, ConfigError } from "@thenvoi/core";
import type { ToolApprovalResponse, ToolSet } from "ai";
import { type CallableAgent, isRecord } from "./agent.ts";
import type { PendingApproval, StreamReader } from "./stream.ts";

/**
 * Checks that what is to be approved can be held back. Throws a {@link ConfigError} of one sentence where it can't be: better
 * not to start than to run a tool that someone wanted to be asked about.
 */
export function checkApprovals(
  agent: CallableAgent,
  approve: ApproveOptions | undefined,
  roomToolNames: readonly string[],
): void {
  const guarded = approve?.tools ?? [];
  for (const name of guarded) {
    if (Object.hasOwn(agent.tools, name) || roomToolNames.includes(name)) continue;
    throw new ConfigError(
      "config.invalid",
      `approve.tools names ${JSON.stringify(name)}, which the agent does not have; it has ${Object.keys(agent.tools).join(", ") || "none"}.`,
    );
  }
  const unheld = guarded.filter((name) => !isHeldBack(agent.tools[name]));
  if (unheld.length === 0) return;
  const why = agent.isToolLoop
    ? typeof agent.settings.prepareCall === "function" &&
      "an agent with `prepareCall` may replace its tools for each call"
    : "only a `ToolLoopAgent` lets its tools be changed for a call";
  if (why === false) return;
  throw new ConfigError(
    "config.invalid",
    `approve.tools can't be kept for ${unheld.map((name) => JSON.stringify(name)).join(", ")}: ${why}; set \`needsApproval: true\` on the tool itself.`,
  );
}

/**
 * Settings for one call that hold the named tools back where the agent's own `toolApproval` (`ai` 7) would decide without
 * looking at the tool: it may still refuse, but no longer let them run unasked.
 */
export function guardedApproval(agent: CallableAgent, guarded: ReadonlySet<string>): Readonly<Record<string, unknown>> {
  const own = agent.settings.toolApproval;
  if (guarded.size === 0 || own === undefined || own === null) return {};
  if (typeof own === "function") {
    return {
      toolApproval: async (call: { readonly toolCall: { readonly toolName: string } }) =>
        strictest(await Reflect.apply(own, undefined, [call]), guarded.has(call.toolCall.toolName)),
    };
  }
  if (!isRecord(own)) return {};
  const entries = Object.keys(own)
    .concat(...guarded)
    .map((name): [string, unknown] => {
      const status = Object.hasOwn(own, name) ? own[name] : undefined;
      if (!guarded.has(name)) return [name, status];
      return [
        name,
        async (...args: readonly unknown[]) =>
          strictest(typeof status === "function" ? await Reflect.apply(status, undefined, args) : status, true),
      ];
    });
  return { toolApproval: Object.fromEntries(entries) };
}

/** Asks about each call that is held back, one at a time; the answers as the message by which the SDK goes on. */
export async function decideAll(
  pending: readonly PendingApproval[],
  by: { readonly approver: Approver; readonly reader: StreamReader; readonly report: Reporter },
): Promise<object> {
  const content: ToolApprovalResponse[] = [];
  for (const { approvalId, toolCallId, toolName, input, providerExecuted } of pending) {
    const decision = await by.approver.decide({ name: toolName, input });
    if (!decision.approved)
      for (const event of by.reader.deny(toolCallId, `Not approved. ${decision.reason}`)) by.report(event);
    content.push({
      type: "tool-approval-response",
      approvalId,
      approved: decision.approved,
      ...(!decision.approved && { reason: decision.reason }),
      ...(providerExecuted && { providerExecuted }),
    });
  }
  return { role: "tool", content };
}

function strictest(status: unknown, isGuarded: boolean): unknown {
  const type = isRecord(status) ? status.type : status;
  return isGuarded && type !== "denied" ? "user-approval" : status;
}

function isHeldBack(tool: ToolSet[string] | undefined): boolean {
  return tool?.needsApproval === true;
}
