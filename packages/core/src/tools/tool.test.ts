import { describe, expect, test } from "vitest";
import type { Participant } from "../model/participant.ts";
import { bindSelection } from "./selection.ts";
import type { PlatformTool } from "./tool.ts";
import type { Toolbox } from "./toolbox.ts";

const bob: Participant = {
  id: "bob",
  kind: "user",
  name: "Bob",
  handle: "bob",
  role: "member",
  description: undefined,
};

/** A toolbox that notes what was done with it. */
function noted() {
  const done: unknown[] = [];
  const found = { ...bob, isHere: true };
  const toolbox: Toolbox = {
    identity: async () => ({
      id: "self",
      name: "Planner",
      handle: "ada/planner",
      description: undefined,
      ownerId: "ada",
    }),
    send: async (message) => {
      done.push(["send", message]);
      return { id: "message", recipients: [{ id: "bob", handle: "bob", name: "Bob" }], adopted: false };
    },
    report: (event) => void done.push(["report", event]),
    participants: async () => [bob],
    findParticipant: async () => bob,
    findPeer: async () => found,
    add: async () => bob,
    remove: async () => bob,
    async *peers() {
      yield { ...bob, isContact: false };
    },
    createRoom: async ({ title }) => ({ id: "room", title, insertedAt: "", updatedAt: "" }),
    ask: async (who, question, options) => {
      done.push(["ask", who, question, Object.keys(options ?? {})]);
      return {
        peer: { id: "bob", kind: "user", name: "Bob", handle: "bob" },
        answer: "Yes.",
        messageId: "m",
        waitedMs: 1.5,
      };
    },
    staySilent: () => void done.push(["silent"]),
  };
  return { done, toolbox, tools: bindSelection({ include: "all", prefix: "" }, toolbox, "") };
}

function tool(tools: readonly PlatformTool[], name: string): PlatformTool {
  const found = tools.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no tool ${name}`);
  return found;
}

test("what models are told of each tool changes only on purpose", () => {
  const { tools } = noted();
  expect(Object.fromEntries(tools.map(({ name, inputJsonSchema }) => [name, inputJsonSchema]))).toMatchInlineSnapshot(`
    {
      "add_participant": {
        "additionalProperties": false,
        "properties": {
          "identifier": {
            "description": "Handle, such as @dana/weather; or name or id",
            "minLength": 1,
            "type": "string",
          },
          "role": {
            "default": "member",
            "enum": [
              "member",
              "admin",
            ],
            "type": "string",
          },
        },
        "required": [
          "identifier",
        ],
        "type": "object",
      },
      "ask_peer": {
        "additionalProperties": false,
        "properties": {
          "peer": {
            "description": "Handle, such as @dana/weather; or name or id",
            "minLength": 1,
            "type": "string",
          },
          "question": {
            "description": "The question, complete by itself: the other one sees only this text",
            "minLength": 1,
            "type": "string",
          },
        },
        "required": [
          "peer",
          "question",
        ],
        "type": "object",
      },
      "create_chatroom": {
        "additionalProperties": false,
        "properties": {
          "title": {
            "description": "One line, at most 120 characters",
            "maxLength": 120,
            "minLength": 1,
            "type": "string",
          },
        },
        "type": "object",
      },
      "get_participants": {
        "additionalProperties": false,
        "properties": {},
        "type": "object",
      },
      "lookup_peers": {
        "additionalProperties": false,
        "properties": {
          "page": {
            "default": 1,
            "description": "Page of the list, from 1",
            "maximum": 1000,
            "minimum": 1,
            "type": "integer",
          },
          "query": {
            "description": "Only those whose name, handle or description contains this text",
            "type": "string",
          },
        },
        "type": "object",
      },
      "no_reply": {
        "additionalProperties": false,
        "properties": {
          "reason": {
            "description": "Why, in a few words; shown to people as a thought",
            "type": "string",
          },
        },
        "type": "object",
      },
      "remove_participant": {
        "additionalProperties": false,
        "properties": {
          "identifier": {
            "description": "Handle, name or id of someone in the room",
            "minLength": 1,
            "type": "string",
          },
        },
        "required": [
          "identifier",
        ],
        "type": "object",
      },
      "send_event": {
        "additionalProperties": false,
        "properties": {
          "content": {
            "minLength": 1,
            "type": "string",
          },
          "message_type": {
            "default": "thought",
            "enum": [
              "thought",
              "error",
              "task",
            ],
            "type": "string",
          },
          "metadata": {
            "additionalProperties": {},
            "description": "Anything worth keeping with a task note",
            "properties": {},
            "type": "object",
          },
        },
        "required": [
          "content",
        ],
        "type": "object",
      },
      "send_message": {
        "additionalProperties": false,
        "properties": {
          "content": {
            "description": "The text, Markdown allowed",
            "minLength": 1,
            "type": "string",
          },
          "mentions": {
            "description": "Who it is for: handles of people or agents in this room, such as ["@dana"]; at least one",
            "items": {
              "type": "string",
            },
            "type": "array",
          },
        },
        "required": [
          "content",
          "mentions",
        ],
        "type": "object",
      },
    }
  `);
  for (const { description } of tools) expect(description).toMatch(/^[A-Z].{40,}\.$/su);
});

describe("input that does not fit is told, and nothing is done", () => {
  test.each<[string, unknown, string]>([
    ["send_message", { mentions: ["@bob"] }, "content"],
    ["send_message", { content: "", mentions: ["@bob"] }, "content"],
    ["send_message", { content: "hi" }, "mentions"],
    ["send_message", { content: "hi", mentions: "@bob" }, "mentions"],
    ["send_message", { content: "hi", mentions: ["@bob"], room: "another" }, "room"],
    ["send_message", "hi", "object"],
    ["send_message", undefined, "object"],
    ["send_event", { content: "hi", message_type: "tool_call" }, "message_type"],
    ["no_reply", { reason: 7 }, "reason"],
    ["get_participants", { room: "another" }, "room"],
    ["lookup_peers", { page: 0 }, "page"],
    ["add_participant", { identifier: "" }, "identifier"],
    ["add_participant", { identifier: "bob", role: "owner" }, "role"],
    ["remove_participant", {}, "identifier"],
    ["create_chatroom", { title: "a".repeat(121) }, "title"],
    ["ask_peer", { peer: "@bob" }, "question"],
    ["ask_peer", { peer: "@bob", question: "  " }, "question"],
    ["ask_peer", { peer: "@bob", question: "?", chat_id: "another" }, "chat_id"],
  ])("%s %j", async (name, input, about) => {
    const { tools, done } = noted();
    const result = await tool(tools, name).execute(input);
    expect(result).toMatchObject({ error: { code: "invalid_input", message: expect.stringContaining(about) } });
    expect(done).toEqual([]);
    const checked = await tool(tools, name).inputSchema["~standard"].validate(input);
    expect(checked.issues?.length).toBeGreaterThan(0);
  });
});

describe("execute", () => {
  test("answers with plain JSON", async () => {
    const { tools } = noted();
    const inputs: Record<string, unknown> = {
      send_message: { content: "hi", mentions: ["@bob"] },
      send_event: { content: "hm" },
      no_reply: {},
      get_participants: {},
      lookup_peers: {},
      add_participant: { identifier: "bob" },
      remove_participant: { identifier: "bob" },
      create_chatroom: {},
      ask_peer: { peer: "bob", question: "Really?" },
    };
    for (const { name, execute } of tools) {
      const result = await execute(inputs[name]);
      expect(result).not.toHaveProperty("error");
      expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    }
  });

  test("does the same call once, and different calls each", async () => {
    const { tools, toolbox, done } = noted();
    const send = tool(tools, "send_message");
    const again = tool(bindSelection({ prefix: "" }, toolbox, ""), "send_message");
    const hi = { content: "hi", mentions: ["@bob"] };
    const results = await Promise.all([
      send.execute(hi, { toolCallId: "1" }),
      again.execute(hi, { toolCallId: "1" }),
      send.execute(hi, { toolCallId: "2" }),
    ]);
    expect(results[1]).toBe(results[0]);
    expect(done.length).toBe(2);
    await send.execute(hi);
    await send.execute(hi);
    expect(done.length).toBe(4);
    await tool(tools, "no_reply").execute({}, { toolCallId: "1" });
    expect(done.at(-1)).toEqual(["silent"]);
  });

  test("hands the caller's signal and ear for progress to the question", async () => {
    const { tools, done } = noted();
    const ask = tool(tools, "ask_peer");
    await ask.execute({ peer: "bob", question: "Really?" }, { signal: new AbortController().signal, onProgress() {} });
    expect(done).toEqual([["ask", "bob", "Really?", ["signal", "onProgress"]]]);
  });

  test("reports what fits the kind of event, and a reason to be silent as a thought", async () => {
    const { tools, done } = noted();
    await tool(tools, "send_event").execute({ content: "one", metadata: { ignored: true } });
    await tool(tools, "send_event").execute({ content: "two", message_type: "task", metadata: { kept: true } });
    await tool(tools, "no_reply").execute({ reason: "not my business" });
    expect(done).toEqual([
      ["report", { type: "thought", text: "one" }],
      ["report", { type: "task", text: "two", metadata: { kept: true } }],
      ["report", { type: "thought", text: "not my business" }],
      ["silent"],
    ]);
  });
});
