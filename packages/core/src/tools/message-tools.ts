import * as z from "zod";
import { defineTool } from "./tool.ts";

/** Saying something. */
const sendMessage = defineTool({
  name: "send_message",
  description:
    "Posts a message in this room. Everyone you mention receives it, and an agent you mention starts to work on it, so mention only who is meant. Your final answer is sent to who asked you by itself; use this to address others, or to say something before you are done.",
  schema: z.strictObject({
    content: z.string().min(1).describe("The text, Markdown allowed"),
    mentions: z
      .array(z.string())
      .describe('Who it is for: handles of people or agents in this room, such as ["@dana"]; at least one'),
  }),
  run: async ({ content, mentions }, toolbox) => {
    const sent = await toolbox.send({ content, mentions });
    return {
      sent: true,
      messageId: sent.id,
      to: sent.recipients.map(({ handle, name, id }) => (handle === undefined ? (name ?? id) : `@${handle}`)),
    };
  },
});

/** Reporting something. */
const sendEvent = defineTool({
  name: "send_event",
  description:
    "Shows the people in this room a note that is addressed to no one and wakes no one: a thought, a problem, or the state of a task.",
  schema: z.strictObject({
    content: z.string().trim().min(1),
    message_type: z.enum(["thought", "error", "task"]).default("thought"),
    metadata: z.looseObject({}).optional().describe("Anything worth keeping with a task note"),
  }),
  run: async ({ content, message_type: type, metadata }, toolbox) => {
    toolbox.report(
      type === "task" ? { type, text: content, ...(metadata !== undefined && { metadata }) } : { type, text: content },
    );
    return { reported: true };
  },
});

/** Saying nothing. */
const noReply = defineTool({
  name: "no_reply",
  description:
    "Ends your turn without a message. Use it when nothing needs to be said: no answer is better than an empty one.",
  schema: z.strictObject({
    reason: z.string().optional().describe("Why, in a few words; shown to people as a thought"),
  }),
  run: async ({ reason }, toolbox) => {
    if (reason !== undefined && reason.trim() !== "") toolbox.report({ type: "thought", text: reason });
    toolbox.staySilent?.();
    return { silent: true };
  },
});

/** The tools for what is said in a room. */
export const messageToolDefinitions = [sendMessage, sendEvent, noReply] as const;
