import { describe, expect, test } from "vitest";
import { ConfigError, MentionError } from "../errors.ts";
import { bindSelection, type ToolSelection } from "./selection.ts";
import type { Toolbox } from "./toolbox.ts";

/** A toolbox that is not to be used, of a turn or not. */
function unused(inTurn: boolean): Toolbox {
  const never = () => {
    throw new MentionError("mention.missing", "not to be used", []);
  };
  return {
    identity: never,
    send: never,
    report: never,
    participants: never,
    findParticipant: never,
    findPeer: never,
    add: never,
    remove: never,
    peers: never,
    createRoom: never,
    contacts: never,
    memories: never,
    tasks: never,
    board: never,
    ask: inTurn ? never : undefined,
    staySilent: inTurn ? never : undefined,
  };
}

function names(selection: ToolSelection, inTurn = true): string[] {
  return bindSelection(selection, unused(inTurn), "thenvoi_").map(({ name }) => name);
}

const unasked = ["send_message", "no_reply", "get_participants", "lookup_peers", "ask_peer"];
const all = [
  "send_message",
  "send_event",
  "no_reply",
  "get_participants",
  "lookup_peers",
  "add_participant",
  "remove_participant",
  "create_chatroom",
  "ask_peer",
  "list_contacts",
  "add_contact",
  "remove_contact",
  "list_contact_requests",
  "respond_contact_request",
  "list_tasks",
  "create_task",
  "update_task",
  "get_board",
  "set_goal",
  "list_memories",
  "store_memory",
  "get_memory",
  "supersede_memory",
  "archive_memory",
];
const prefixed = (prefix: string, bare: readonly string[]) => bare.map((name) => `${prefix}${name}`);

describe("tools are offered", () => {
  test.each<[string, ToolSelection, string[]]>([
    ["unasked", {}, prefixed("thenvoi_", unasked)],
    [
      "by name besides",
      { include: ["send_event"] },
      prefixed("thenvoi_", ["send_message", "send_event", ...unasked.slice(1)]),
    ],
    ["all", { include: "all" }, prefixed("thenvoi_", all)],
    [
      "all but some",
      { include: "all", exclude: ["remove_participant", "ask_peer"] },
      prefixed(
        "thenvoi_",
        all.filter((name) => name !== "remove_participant" && name !== "ask_peer"),
      ),
    ],
    [
      "unasked but some",
      { exclude: ["no_reply"] },
      prefixed(
        "thenvoi_",
        unasked.filter((name) => name !== "no_reply"),
      ),
    ],
    ["under another prefix", { prefix: "band_" }, prefixed("band_", unasked)],
    ["under none", { prefix: "" }, unasked],
    ["once, when named that are offered anyway", { include: ["send_message"] }, prefixed("thenvoi_", unasked)],
  ])("%s", (_, selection, expected) => {
    expect(names(selection)).toEqual(expected);
  });

  test("without those of a turn where there is none", () => {
    expect(names({}, false)).toEqual(prefixed("thenvoi_", ["send_message", "get_participants", "lookup_peers"]));
    expect(names({ include: ["ask_peer", "no_reply"] }, false)).toEqual(names({}, false));
  });

  test("under a name they have not, never: the error tells those there are", () => {
    for (const selection of [{ include: ["sendMessage"] }, { exclude: ["thenvoi_no_reply"] }] as const) {
      // As from a program without types.
      const asked: ToolSelection = JSON.parse(JSON.stringify(selection));
      expect(() => names(asked)).toThrow(ConfigError);
      expect(() => names(asked)).toThrow(/There is no tool ".*"; there are send_message, send_event, /u);
    }
  });

  test.each(["thenvoi-", "1st_", "a".repeat(22), "ä_"])("not under the prefix %j", (prefix) => {
    expect(() => names({ prefix })).toThrow(ConfigError);
  });

  test("with names of at most 64 characters under the longest prefix", () => {
    for (const name of names({ include: "all", prefix: "p".repeat(21) })) expect(name.length).toBeLessThanOrEqual(64);
  });
});
