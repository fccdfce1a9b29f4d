import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tableRows } from "./markdown.ts";
import { ReadmePrograms } from "./readme-programs.ts";

const read = (path: string): string => readFileSync(join(import.meta.dirname, "..", path), "utf8");
const page = read("packages/ai-sdk/README.md");

test("every program of ai-sdk's README compiles", async () => {
  await using programs = await ReadmePrograms.write({ page }, "ai-sdk");
  await using compiler = programs.tool("typescript/bin/tsc", ["-p", "."]);
  expect(await compiler.ended).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("ai-sdk's README has every option", () => {
  const declared = [
    ...members("packages/core/src/adapter/options.ts", "AdapterOptions"),
    ...members("packages/ai-sdk/src/handler.ts", "AiSdkHandlerOptions"),
  ];
  const told = tableRows(page, "option").map(([option = ""]) => option.replaceAll("`", ""));
  expect(declared.length).toBeGreaterThan(5);
  expect(told.toSorted()).toEqual(declared.toSorted());
});

/** The members of an interface, by the text that declares it. */
function members(file: string, name: string): string[] {
  const [, body = ""] = new RegExp(`export interface ${name}[^{]*\\{\\n([\\s\\S]*?)\\n\\}`, "u").exec(read(file)) ?? [];
  return [...body.matchAll(/^ {2}readonly (\w+)\??:/gmu)].map(([, member = ""]) => member);
}
