import { expect, test } from "vitest";
import { readModelFailure } from "./model-failure.ts";

const key = "sk-live-1234567890";
const refused = (status: number, headers?: object) =>
  Object.assign(new Error(`key ${key} of org-secret`), {
    statusCode: status,
    responseHeaders: headers,
    responseBody: key,
  });

test.each<[string, unknown, string, number | undefined]>([
  ["a wrong key", refused(401), "model.refused", undefined],
  ["too many requests", refused(429), "model.busy", undefined],
  ["too many requests, with a time in seconds", refused(429, { "Retry-After": "2" }), "model.busy", 2_000],
  ["overload, with a time in milliseconds", refused(529, { "retry-after-ms": "150" }), "model.busy", 150],
  ["a time as Headers hold it", { status: 429, headers: new Headers({ "retry-after": "1" }) }, "model.busy", 1_000],
  ["several tries", { name: "AI_RetryError", lastError: refused(503) }, "model.unavailable", undefined],
  ["a cause", new Error("no", { cause: refused(400) }), "model.rejected", undefined],
  ["an overload told in the stream", { type: "overloaded_error", message: key }, "model.busy", undefined],
  [
    "a network that is not there",
    new TypeError("fetch failed", { cause: { code: "ECONNREFUSED" } }),
    "model.unreachable",
    undefined,
  ],
  ["a time limit", new DOMException("late", "TimeoutError"), "model.timeout", undefined],
  ["anything else", new Error(key), "model.failed", undefined],
  ["a text", key, "model.failed", undefined],
  ["nothing", undefined, "model.failed", undefined],
])("%s is told in words that may be shown", (_, thrown, code, retryAfterMs) => {
  const failure = readModelFailure(thrown);
  expect(failure).toMatchObject({ code, retryAfterMs });
  expect(failure.text).not.toContain(key);
  expect(failure.text).not.toContain("secret");
});

test("a circle of causes ends", () => {
  const one: { cause?: unknown } = {};
  one.cause = { cause: one };
  expect(readModelFailure(one).code).toBe("model.failed");
});
