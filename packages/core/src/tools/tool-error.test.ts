import { describe, expect, test } from "vitest";
import * as z from "zod";
import {
  ApiError,
  AskError,
  ConfigError,
  MentionError,
  NetworkError,
  SocketError,
  TurnClosedError,
  WireError,
} from "../errors.ts";
import { isToolFailure, toolError } from "./tool-error.ts";

const key = "band_a_0123456789";
const request = `POST /api/v1/agent/chats/1f0c2a54-8d0e-4b7e-9a51-3d6f0f3c1a01/messages`;

function refused(status: number, reason: string, message: string): ApiError {
  return new ApiError(request, { status, reason, message, requestId: "request-7" });
}

function rejectedInput(): unknown {
  return z.strictObject({ content: z.string() }).safeParse({ text: 1 }).error;
}

const failures: [string, unknown, string, RegExp][] = [
  ["400", refused(400, "bad_request", "Malformed"), "bad_request", /^Malformed$/u],
  ["401", refused(401, "unauthorized", "Invalid key"), "unauthorized", /^Invalid key$/u],
  ["403", refused(403, "forbidden", "Only admins can"), "forbidden", /^Not allowed: Only admins can$/u],
  ["403 for a quota", refused(403, "limit_reached", "Plan used up."), "limit_reached", /^Plan used up\. This can't/u],
  ["404", refused(404, "not_found", "Chat not found"), "not_found", /^Not found, or not visible from this room/u],
  ["409", refused(409, "conflict", "Already there"), "conflict", /^Already so: Already there$/u],
  [
    "422",
    refused(422, "mentions_required", "Mention someone"),
    "mentions_required",
    /^Not accepted: Mention someone$/u,
  ],
  ["429", refused(429, "rate_limited", "Slow down"), "rate_limited", /slow down\. Try again later, or go on/u],
  ["500", refused(500, "", "Oops"), "api.unavailable", /not available now\. Go on without it, or try once more/u],
  ["503 with a code", refused(503, "maintenance", "Back soon"), "maintenance", /not available now/u],
  [
    "no connection",
    new NetworkError("network.unreachable", `${request}: ECONNREFUSED`),
    "network.unreachable",
    /gave no answer/u,
  ],
  [
    "no answer in time",
    new NetworkError("network.no-answer", `${request}: 30000 ms`),
    "network.no-answer",
    /gave no answer/u,
  ],
  [
    "a turn that is over",
    new TurnClosedError("The turn is over."),
    "turn.closed",
    /^The turn is over\. Nothing was sent or changed; end your work\.$/u,
  ],
  [
    "an agent that was stopped",
    new TurnClosedError("The agent was stopped in this room."),
    "turn.closed",
    /stopped.*Nothing was sent/u,
  ],
  [
    "an ask that timed out",
    new AskError("ask.timed-out", "No answer. Ask someone else."),
    "ask.timed-out",
    /Ask someone else/u,
  ],
  ["a peer that left", new AskError("ask.peer-left", "It left."), "ask.peer-left", /It left/u],
  ["a setting", new ConfigError("config.missing", "Set THENVOI_API_KEY."), "config.missing", /Set/u],
  ["an id that is none", new WireError("a participant id must be a UUID"), "wire.malformed", /must be a UUID/u],
  ["a connection", new SocketError("socket.refused", "refused"), "socket.refused", /refused/u],
  ["input that does not fit", rejectedInput(), "invalid_input", /^thenvoi_send_message: .*content/su],
  ["anything else", new Error(`secret ${key}`), "failed", /^thenvoi_send_message failed\.$/u],
  ["what is no error", key, "failed", /^thenvoi_send_message failed\.$/u],
];

describe("what a model is told of a failure", () => {
  test.each(failures)("%s", (_, error, code, text) => {
    const told = toolError(error, { tool: "thenvoi_send_message" });
    expect(told.error.code).toBe(code);
    expect(told.error.message).toMatch(text);
    expect(isToolFailure(told)).toBe(true);
    expect(JSON.parse(JSON.stringify(told))).toEqual(told);
    expect(JSON.stringify(told)).not.toMatch(new RegExp(`${key}|/api/v1|request-7|\\bat .*:\\d+|stack`, "u"));
  });

  test("a mention that fits several or none names who could be meant", () => {
    const error = new MentionError("mention.ambiguous", '"weather" fits two', ["@ada/weather", "@bob/weather"]);
    expect(toolError(error, { tool: "t" })).toEqual({
      error: { code: "mention.ambiguous", message: '"weather" fits two', candidates: ["@ada/weather", "@bob/weather"] },
    });
    expect(toolError(new MentionError("mention.missing", "nobody", []), { tool: "t" })).toEqual({
      error: { code: "mention.missing", message: "nobody" },
    });
  });

  test.each([[{ sent: true }], [null], ["error"], [undefined], [[]]])("%j is no failure", (result) => {
    expect(isToolFailure(result)).toBe(false);
  });
});
