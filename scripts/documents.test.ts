import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { resolveOptions } from "../packages/core/src/agent/options.ts";
import { type StopReason, stopReason } from "../packages/core/src/agent/stop-reason.ts";
import { anchor, codeSpans, headings, relativeLinks, tableRows } from "./markdown.ts";

const root = join(import.meta.dirname, "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const files = (...patterns: string[]): string[] =>
  execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", ...patterns], {
    cwd: root,
    encoding: "utf8",
  })
    .split("\n")
    .filter((file) => file !== "" && existsSync(join(root, file)));

const protocol = read("PROTOCOL.md");
const core = read("packages/core/README.md");
const sandbox = read("packages/sandbox/README.md");

test.each(files("*.md"))("every link of %s leads somewhere", (file) => {
  const broken = relativeLinks(read(file)).filter((target) => !leadsSomewhere(file, target));
  expect(broken).toEqual([]);
});

test("every reference to PROTOCOL.md names one of its headings", () => {
  const references = files("packages/*/src/*.ts", "packages/*/src/**/*.ts").flatMap((file) =>
    [...read(file).matchAll(/PROTOCOL\.md, "([^"]+)"/gu)].map(([, heading]) => ({ file, heading })),
  );
  expect(references.length).toBeGreaterThan(0);
  expect(references.filter(({ heading }) => !headings(protocol).some((each) => each === heading))).toEqual([]);
});

test("every fixture of what core sends and reads stands in PROTOCOL.md", () => {
  const others =
    /^(?:board|contact|handle|memor|my-|task)|^frame-(?:user|agent-contacts|chat-room-(?:event|message-[du]))/u;
  const names = fixtures().filter((name) => !others.test(name));
  expect(names.length).toBeGreaterThan(40);
  expect(names.filter((name) => !protocol.includes(`(fixtures/wire/${name})`))).toEqual([]);
});

test("the list of fixtures is complete, and names none that is missing", () => {
  const listed = tableRows(read("fixtures/wire/README.md"), "file").map(([file = ""]) => codeSpans(file).join());
  expect(listed.toSorted()).toEqual(fixtures().toSorted());
});

test("the root README is one screen", () => {
  expect(read("README.md").split("\n").length).toBeLessThanOrEqual(70);
});

test("core's README has every option, with its default", () => {
  const rows = tableRows(core, "option");
  const options = [
    ...members("packages/core/src/agent/options.ts", "PlatformOptions"),
    ...members("packages/core/src/agent/options.ts", "RoomAgentOptions"),
  ];
  expect(firstSpans(rows).toSorted()).toEqual(options.toSorted());

  const { concurrency, turnTimeoutMs, whileBusy, onConflict, loopGuard } = resolveOptions({ handler: () => {} });
  const defaults = Object.fromEntries(rows.map(([name = "", value]) => [codeSpans(name).join(), value]));
  expect(defaults).toMatchObject({
    concurrency: String(concurrency),
    turnTimeoutMs: turnTimeoutMs.toLocaleString("en-US"),
    whileBusy: `\`"${whileBusy}"\``,
    loopGuard: `\`{ finishAt: ${loopGuard.finishAt}, stopAt: ${loopGuard.stopAt} }\``,
    onConflict: `\`"${onConflict}"\``,
  });
});

test("core's README has every code of an error and every kind of notice", () => {
  const codes = [...read("packages/core/src/errors.ts").matchAll(/^ {2}\| "([^"]+)"/gmu)].map(([, code = ""]) => code);
  const told = tableRows(core, "class").flatMap(([, cell = ""]) => codeSpans(cell));
  expect(told.toSorted()).toEqual(codes.toSorted());

  const kinds = [...read("packages/core/src/model/notice.ts").matchAll(/readonly type: "([^"]+)"/gu)].map(
    ([, kind]) => kind,
  );
  expect(kinds.filter((kind) => !core.includes(`\`thenvoi:${kind}\``))).toEqual([]);
});

test("core's README has every tool for models", () => {
  const files = ["ask", "message", "room", "contact", "board", "memory"];
  const source = files.map((file) => read(`packages/core/src/tools/${file}-tools.ts`)).join("\n");
  const names = [...source.matchAll(/^ {2,4}name: "([^"]+)",$/gmu)].map(([, name]) => name);
  expect(names).toHaveLength(24);
  expect(names.filter((name) => !core.includes(`\`${name}\``))).toEqual([]);
});

test("core's README has every reason to end, with its exit code", () => {
  const kinds = [
    "requested",
    "signal",
    "failed",
    "superseded",
    "conflict",
    "unauthorized",
    "misconfigured",
  ] as const satisfies readonly StopReason["kind"][];
  const told = tableRows(core, "reason").flatMap(([cell = "", code]) =>
    codeSpans(cell).map((kind) => [kind, Number(code)]),
  );
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(kinds.map((kind) => [kind, stopReason(kind).exitCode])));
});

test("the sandbox's README has every option of startSandbox", () => {
  const options = members("packages/sandbox/src/sandbox.ts", "SandboxOptions");
  expect(firstSpans(tableRows(sandbox, "option of `startSandbox`")).toSorted()).toEqual(options.toSorted());
});

test.each([
  ["path of a machine", "(^|[^[:alnum:]_.-])/(home|root|Users|work|tmp|var)/[[:alnum:]]|[A-Z]:\\\\[[:alnum:]]"],
  ["host of packages", "registry[.][a-z]|npm[j]s|npm[m]irror|arti[f]actory|ver[d]accio|tarball[:]"],
])("no tracked file holds the %s", (_, pattern) => {
  const { status, stdout, stderr } = spawnSync("git", ["grep", "-nIE", pattern], { cwd: root, encoding: "utf8" });
  expect({ found: stdout, stderr }).toEqual({ found: "", stderr: "" });
  expect(status).toBe(1); // git's word for "looked, and found nothing"
});

function fixtures(): string[] {
  return readdirSync(join(root, "fixtures/wire")).filter((name) => name.endsWith(".json"));
}

function leadsSomewhere(file: string, target: string): boolean {
  const [path = "", heading] = target.split("#");
  const found = path === "" ? join(root, file) : join(root, dirname(file), path);
  if (!existsSync(found)) return false;
  return heading === undefined || headings(readFileSync(found, "utf8")).some((each) => anchor(each) === heading);
}

/** The names of an interface's members, from its source. */
function members(file: string, name: string): string[] {
  const [, body = ""] = new RegExp(`interface ${name} [^{]*\\{(.*?)^\\}`, "msu").exec(read(file)) ?? [];
  return [...body.matchAll(/^ {2}readonly (\w+)\??:/gmu)].map(([, member = ""]) => member);
}

function firstSpans(rows: readonly string[][]): string[] {
  return rows.flatMap(([cell = ""]) => codeSpans(cell));
}
