import type { Approver, Decision } from "@thenvoi/core";
import { isRecord } from "./shape.ts";

/** A question of a graph that waits for its answer. */
export interface PendingInterrupt {
  readonly id: string | undefined;
  readonly value: unknown;
  /** What an answer must look like, where the graph says so. */
  readonly schema: Readonly<Record<string, unknown>> | undefined;
}

/** Interrupts as LangGraph lists them, in a result or in a task of a thread. */
export function interruptsOf(list: unknown): readonly PendingInterrupt[] {
  if (!Array.isArray(list)) return [];
  return list.filter(isRecord).map(({ id, interrupt_id: olderId, value, response_schema: schema }) => ({
    id: [id, olderId].find((each) => typeof each === "string"),
    value,
    schema: isRecord(schema) ? schema : undefined,
  }));
}

/** The interrupts with which a run has ended; none where it came to its end. */
export function interruptsIn(result: unknown): readonly PendingInterrupt[] {
  return isRecord(result) ? interruptsOf(result.__interrupt__) : [];
}

const triesAtMost = 3;

/**
 * Asks people what a graph wants to know; what it is to be resumed with, or undefined when there is no answer that fits.
 *
 * Calls held back by `humanInTheLoopMiddleware` are asked about one by one, with their exact input. Anything else is asked as it
 * is; an answer that doesn't fit is asked for again, twice at most.
 */
export async function answerInterrupt(
  interrupt: PendingInterrupt,
  approver: Approver,
): Promise<{ readonly resume: unknown } | undefined> {
  const requests = requestsIn(interrupt.value);
  if (requests !== undefined) return reviewed(requests, approver);
  const question = questionOf(interrupt.value);
  const options = optionsOf(interrupt);
  const hint = options === undefined ? "" : ` (${options.join(", ")})`;
  for (let tries = 0, asked = `${question}${hint}`; tries < triesAtMost; tries += 1) {
    const answer = await approver.ask(asked);
    if (answer === undefined) return undefined;
    const text = answer.replace(/^(?:\s*@\S+[,:]?)+/u, "").trim();
    const fitting = text === "" ? undefined : fit(text, interrupt.schema, options);
    if (fitting !== undefined) return fitting;
    asked = `${options === undefined ? "That could not be read." : `Please answer with one of these: ${options.join(", ")}.`} ${question}`;
  }
  return undefined;
}

interface ReviewRequest {
  readonly name: string;
  readonly input: unknown;
  readonly allowed: readonly unknown[];
}

/** What `humanInTheLoopMiddleware` wants to be decided. */
function requestsIn(value: unknown): readonly ReviewRequest[] | undefined {
  if (!isRecord(value) || !Array.isArray(value.actionRequests) || !Array.isArray(value.reviewConfigs)) return undefined;
  const configs = value.reviewConfigs.filter(isRecord);
  const requests = value.actionRequests.filter(isRecord).map(({ name, args, arguments: olderArgs }) => {
    const allowed = configs.find(({ actionName }) => actionName === name)?.allowedDecisions;
    return {
      name: String(name),
      input: args ?? olderArgs,
      allowed: Array.isArray(allowed) ? allowed : ["approve", "reject"],
    };
  });
  return requests.length === 0 ? undefined : requests;
}

/**
 * One decision for each call, in order: a wrong number of them would break the thread for good. After one refusal all are
 * refused, because LangChain drops the approved calls of such a step without a word to the model.
 */
async function reviewed(
  requests: readonly ReviewRequest[],
  approver: Approver,
): Promise<{ readonly resume: unknown } | undefined> {
  let refused: Extract<Decision, { approved: false }> | undefined;
  let refusedName = "";
  for (const { name, input, allowed } of requests) {
    const decision: Decision = allowed.includes("approve")
      ? await approver.decide({ name, input })
      : { approved: false, reason: "It can't be approved as it is." };
    if (decision.approved) continue;
    refused = decision;
    refusedName = name;
    break;
  }
  if (refused === undefined) return { resume: { decisions: requests.map(() => ({ type: "approve" })) } };
  if (requests.some(({ allowed }) => !allowed.includes("reject"))) return undefined;
  const { reason } = refused;
  const decisions = requests.map(({ name }) => ({
    type: "reject",
    message: name === refusedName ? `Not approved. ${reason}` : `Not run, because ${refusedName} was not approved.`,
  }));
  return { resume: { decisions } };
}

function questionOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (isRecord(value)) {
    const words = [value.question, value.message, value.prompt, value.description].find(
      (each) => typeof each === "string",
    );
    if (words !== undefined) return words;
  }
  return `I need an answer to go on: ${JSON.stringify(value) ?? "nothing said"}`;
}

/** The answers that are possible, where the question or the schema lists them. */
function optionsOf({ value, schema }: PendingInterrupt): readonly string[] | undefined {
  const listed: unknown = isRecord(value) && Array.isArray(value.options) ? value.options : schema?.enum;
  if (!Array.isArray(listed) || listed.length === 0) return undefined;
  return listed.every((each) => typeof each === "string") ? listed : undefined;
}

/** An answer as the graph wants it; undefined for one that doesn't fit. */
function fit(
  text: string,
  schema: PendingInterrupt["schema"],
  options: readonly string[] | undefined,
): { readonly resume: unknown } | undefined {
  if (options !== undefined) {
    const plain = text.replace(/[\s.!]+$/u, "").toLowerCase();
    const chosen = options.find((option) => option.toLowerCase() === plain);
    return chosen === undefined ? undefined : { resume: chosen };
  }
  switch (schema?.type) {
    case "boolean":
      if (/^(?:yes|y|true|ok)\W*$/iu.test(text)) return { resume: true };
      return /^(?:no|n|false)\W*$/iu.test(text) ? { resume: false } : undefined;
    case "number":
    case "integer": {
      const value = Number(text);
      const fits = Number.isFinite(value) && (schema.type === "number" || Number.isInteger(value));
      return fits ? { resume: value } : undefined;
    }
    case "object":
    case "array":
      return json(text, schema);
    default:
      return { resume: text };
  }
}

function json(text: string, schema: Readonly<Record<string, unknown>>): { readonly resume: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (schema.type === "array") return Array.isArray(value) ? { resume: value } : undefined;
    const required: readonly unknown[] = Array.isArray(schema.required) ? schema.required : [];
    const fits = isRecord(value) && required.every((name) => typeof name === "string" && Object.hasOwn(value, name));
    return fits ? { resume: value } : undefined;
  } catch {
    return undefined;
  }
}

/** What resumes exactly this interrupt. Through the compiled graph a command of any copy of LangGraph counts. */
export async function resumeCommand(interrupt: PendingInterrupt, resume: unknown): Promise<object> {
  const addressed = interrupt.id === undefined ? resume : { [interrupt.id]: resume };
  try {
    const { Command } = await import("@langchain/langgraph");
    return new Command({ resume: addressed });
  } catch {
    return new ResumeCommand(addressed);
  }
}

/** For apps in which LangGraph can't be found from here, because only `langchain` is listed. */
class ResumeCommand {
  readonly lg_name = "Command";
  readonly lc_direct_tool_output = true;
  readonly goto: readonly string[] = [];
  readonly resume: unknown;

  constructor(resume: unknown) {
    this.resume = resume;
  }
}
