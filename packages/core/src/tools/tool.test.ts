import { describe, expect, test } from "vitest";
import type { Memory } from "../model/memory.ts";
import type { Participant } from "../model/participant.ts";
import type { RoomTask } from "../model/task.ts";
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

const sender = { id: "bob", kind: "user", name: "Bob", handle: "bob" } as const;
const contact = { ...sender, description: "Keeps books", tags: [], insertedAt: "" } as const;
const request = { ...sender, direction: "received", status: "pending", message: "Hi", insertedAt: "" } as const;
const task: RoomTask = {
  id: "task",
  number: 1,
  roomId: "room",
  subject: "Choose",
  detail: "",
  state: "active",
  status: "in_progress",
  assignments: [{ assignee: sender, status: "in_progress", activeForm: "Looking", linkedNativeId: "", updatedAt: "" }],
  createdBy: sender,
  supersededById: undefined,
  insertedAt: "",
  updatedAt: "",
};
const memory: Memory = {
  id: "memory",
  content: "Likes tea",
  thought: "For the menu",
  system: "long_term",
  type: "semantic",
  segment: "user",
  scope: "subject",
  status: "active",
  subjectId: "bob",
  sourceAgentId: "self",
  tags: ["tea"],
  metadata: {},
  insertedAt: "",
};
const board = { goalTitle: "A day out", goalSummary: undefined, createdBy: sender, updatedBy: sender } as const;

async function* once<Item>(item: Item): AsyncGenerator<Item, void> {
  yield item;
}

/** One of everything that outlives a conversation. */
function kept(): Pick<Toolbox, "contacts" | "tasks" | "board" | "memories"> {
  const goal = { ...board, insertedAt: undefined, updatedAt: undefined };
  return {
    contacts: async () => ({
      list: () => once(contact),
      add: async () => ({ id: "request", status: "pending" }),
      remove: async () => undefined,
      requests: () => once(request),
      respond: async () => ({ id: "request", status: "approved" }),
    }),
    tasks: async () => ({
      list: () => once(task),
      get: async () => task,
      create: async () => task,
      update: async () => task,
      history: () => once({ event: "created", actor: sender, at: "", payload: {} }),
    }),
    board: async () => ({ get: async () => goal, setGoal: async () => goal, history: async () => [] }),
    memories: async () => ({
      list: () => once(memory),
      get: async () => memory,
      store: async () => memory,
      supersede: async () => memory,
      archive: async () => memory,
    }),
  };
}

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
    ...kept(),
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
      "add_contact": {
        "additionalProperties": false,
        "properties": {
          "handle": {
            "description": "Handle, such as @miguel or @miguel/ledger",
            "minLength": 1,
            "type": "string",
          },
          "message": {
            "description": "A few words on why, at most 500 characters",
            "maxLength": 500,
            "type": "string",
          },
        },
        "required": [
          "handle",
        ],
        "type": "object",
      },
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
      "archive_memory": {
        "additionalProperties": false,
        "properties": {
          "memory_id": {
            "description": "The memory's id, as list_memories gives it",
            "minLength": 1,
            "type": "string",
          },
        },
        "required": [
          "memory_id",
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
      "create_task": {
        "additionalProperties": false,
        "properties": {
          "detail": {
            "type": "string",
          },
          "subject": {
            "description": "One line",
            "minLength": 1,
            "type": "string",
          },
          "supersedes": {
            "description": "The number of the task that this one replaces",
            "maximum": 9007199254740991,
            "minimum": 1,
            "type": "integer",
          },
        },
        "required": [
          "subject",
        ],
        "type": "object",
      },
      "get_board": {
        "additionalProperties": false,
        "properties": {},
        "type": "object",
      },
      "get_memory": {
        "additionalProperties": false,
        "properties": {
          "memory_id": {
            "description": "The memory's id, as list_memories gives it",
            "minLength": 1,
            "type": "string",
          },
        },
        "required": [
          "memory_id",
        ],
        "type": "object",
      },
      "get_participants": {
        "additionalProperties": false,
        "properties": {},
        "type": "object",
      },
      "list_contact_requests": {
        "additionalProperties": false,
        "properties": {
          "direction": {
            "default": "all",
            "enum": [
              "all",
              "received",
              "sent",
            ],
            "type": "string",
          },
          "page": {
            "default": 1,
            "description": "Page of the list, from 1",
            "maximum": 1000,
            "minimum": 1,
            "type": "integer",
          },
          "sent_status": {
            "default": "pending",
            "description": "Which of those you have made",
            "enum": [
              "pending",
              "approved",
              "rejected",
              "cancelled",
              "all",
            ],
            "type": "string",
          },
        },
        "type": "object",
      },
      "list_contacts": {
        "additionalProperties": false,
        "properties": {
          "page": {
            "default": 1,
            "description": "Page of the list, from 1",
            "maximum": 1000,
            "minimum": 1,
            "type": "integer",
          },
        },
        "type": "object",
      },
      "list_memories": {
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
            "description": "Words to look for",
            "type": "string",
          },
          "scope": {
            "enum": [
              "subject",
              "organization",
              "all",
            ],
            "type": "string",
          },
          "segment": {
            "enum": [
              "user",
              "agent",
              "tool",
              "guideline",
            ],
            "type": "string",
          },
          "status": {
            "default": "active",
            "enum": [
              "active",
              "superseded",
              "archived",
              "all",
            ],
            "type": "string",
          },
          "subject": {
            "description": "Whom it is about: handle, such as @dana; or name or id",
            "minLength": 1,
            "type": "string",
          },
          "system": {
            "enum": [
              "sensory",
              "working",
              "long_term",
            ],
            "type": "string",
          },
          "type": {
            "enum": [
              "iconic",
              "echoic",
              "haptic",
              "episodic",
              "semantic",
              "procedural",
            ],
            "type": "string",
          },
        },
        "type": "object",
      },
      "list_tasks": {
        "additionalProperties": false,
        "properties": {
          "page": {
            "default": 1,
            "description": "Page of the list, from 1",
            "maximum": 1000,
            "minimum": 1,
            "type": "integer",
          },
          "state": {
            "default": "active",
            "enum": [
              "active",
              "cancelled",
              "superseded",
              "archived",
              "all",
            ],
            "type": "string",
          },
        },
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
      "remove_contact": {
        "additionalProperties": false,
        "properties": {
          "handle": {
            "description": "Handle, such as @miguel or @miguel/ledger",
            "minLength": 1,
            "type": "string",
          },
        },
        "required": [
          "handle",
        ],
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
      "respond_contact_request": {
        "additionalProperties": false,
        "properties": {
          "action": {
            "enum": [
              "approve",
              "reject",
              "cancel",
            ],
            "type": "string",
          },
          "handle": {
            "description": "Handle, such as @miguel or @miguel/ledger",
            "minLength": 1,
            "type": "string",
          },
          "request_id": {
            "description": "In place of the handle",
            "type": "string",
          },
        },
        "required": [
          "action",
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
      "set_goal": {
        "additionalProperties": false,
        "properties": {
          "summary": {
            "minLength": 1,
            "type": "string",
          },
          "title": {
            "description": "One line",
            "minLength": 1,
            "type": "string",
          },
        },
        "type": "object",
      },
      "store_memory": {
        "additionalProperties": false,
        "properties": {
          "content": {
            "description": "What to keep, complete by itself",
            "minLength": 1,
            "type": "string",
          },
          "scope": {
            "default": "subject",
            "enum": [
              "subject",
              "organization",
            ],
            "type": "string",
          },
          "segment": {
            "description": "What it is about",
            "enum": [
              "user",
              "agent",
              "tool",
              "guideline",
            ],
            "type": "string",
          },
          "subject": {
            "description": "Whom it is about: handle, such as @dana; or name or id",
            "minLength": 1,
            "type": "string",
          },
          "system": {
            "default": "long_term",
            "enum": [
              "sensory",
              "working",
              "long_term",
            ],
            "type": "string",
          },
          "tags": {
            "items": {
              "type": "string",
            },
            "type": "array",
          },
          "thought": {
            "description": "Why it is worth keeping",
            "minLength": 1,
            "type": "string",
          },
          "type": {
            "default": "semantic",
            "description": "sensory: iconic, echoic, haptic; else episodic, semantic, procedural",
            "enum": [
              "iconic",
              "echoic",
              "haptic",
              "episodic",
              "semantic",
              "procedural",
            ],
            "type": "string",
          },
        },
        "required": [
          "content",
          "thought",
          "segment",
        ],
        "type": "object",
      },
      "supersede_memory": {
        "additionalProperties": false,
        "properties": {
          "memory_id": {
            "description": "The memory's id, as list_memories gives it",
            "minLength": 1,
            "type": "string",
          },
        },
        "required": [
          "memory_id",
        ],
        "type": "object",
      },
      "update_task": {
        "additionalProperties": false,
        "properties": {
          "active_form": {
            "description": "What you are doing, in a few words: "Comparing two parks"",
            "type": "string",
          },
          "comment": {
            "type": "string",
          },
          "detail": {
            "type": "string",
          },
          "state": {
            "enum": [
              "active",
              "cancelled",
              "archived",
            ],
            "type": "string",
          },
          "status": {
            "enum": [
              "pending",
              "in_progress",
              "blocked",
              "in_review",
              "failed",
              "completed",
            ],
            "type": "string",
          },
          "subject": {
            "minLength": 1,
            "type": "string",
          },
          "task": {
            "description": "The task's number, as list_tasks gives it",
            "maximum": 9007199254740991,
            "minimum": 1,
            "type": "integer",
          },
        },
        "required": [
          "task",
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
    ["list_contacts", { page: 0 }, "page"],
    ["add_contact", { message: "hi" }, "handle"],
    ["add_contact", { handle: "@bob", message: "a".repeat(501) }, "message"],
    ["remove_contact", { handle: " " }, "handle"],
    ["list_contact_requests", { direction: "in" }, "direction"],
    ["respond_contact_request", { action: "approve" }, "handle"],
    ["respond_contact_request", { action: "block", handle: "@bob" }, "action"],
    ["list_tasks", { state: "done" }, "state"],
    ["create_task", { subject: " " }, "subject"],
    ["update_task", { task: 1 }, "Say what is to be different"],
    ["update_task", { task: 0, comment: "hm" }, "task"],
    ["update_task", { task: 1, status: "done" }, "status"],
    ["set_goal", {}, "Give a title"],
    ["get_board", { room: "another" }, "room"],
    ["list_memories", { status: "old" }, "status"],
    ["store_memory", { content: "x", thought: "y", segment: "user" }, "subject"],
    ["store_memory", { content: "x", segment: "user", scope: "organization" }, "thought"],
    ["get_memory", {}, "memory_id"],
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
      list_contacts: {},
      add_contact: { handle: "@bob" },
      remove_contact: { handle: "@bob" },
      list_contact_requests: {},
      respond_contact_request: { action: "approve", handle: "@bob" },
      list_tasks: {},
      create_task: { subject: "Choose" },
      update_task: { task: 1, comment: "Done soon" },
      get_board: {},
      set_goal: { title: "A day out" },
      list_memories: {},
      store_memory: { content: "Likes tea", thought: "For the menu", segment: "user", subject: "@bob" },
      get_memory: { memory_id: "memory" },
      supersede_memory: { memory_id: "memory" },
      archive_memory: { memory_id: "memory" },
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
