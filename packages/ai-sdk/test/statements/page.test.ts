import { test } from "vitest";
import { statement } from "./kit/versions.ts";

statement(20, "UI stays consistent", () => {
  test.todo("one room message is one assistant message, and what else `@thenvoi/ai-sdk/ui` will promise");
});
