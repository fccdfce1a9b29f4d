import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startSandbox } from "@thenvoi/sandbox";
import { Stage } from "@thenvoi-examples/stage/stage.ts";
import { expect, test } from "vitest";
import { play } from "../src/play.ts";
import { DemoProcess } from "./demo-process.ts";
import { ModelServer } from "./model-server.ts";

const question = "What will the weather be like in Lyon on Saturday?";
const answer = "24 °C in Lyon on Saturday, with rain from 16:00.";
const place = { place: "Lyon", day: "Saturday" };

test("the planner thinks, asks Weather as a tool, and answers; Weather looks twice", async () => {
  await using sandbox = await startSandbox({ seed: "demo" });
  await using stage = await Stage.open(sandbox, play, () => {});
  await stage.say(play.wish, { timeoutMs: 50_000 });
  await stage.room.settled();

  const shown = stage.room.timeline().map((item) => {
    if (item.type === "text") return [item.from, "says", item.text.split("\n")[0]];
    if (item.type === "thought") return [item.from, "thinks", item.content];
    const { name, args, output, is_error: isError }: Record<string, unknown> = JSON.parse(item.content);
    return [item.from, item.type, name, ...(args ? [args] : [isError === true ? "failed" : output])];
  });
  expect(shown).toEqual([
    ["dana", "says", "@planner can you plan a picnic in Lyon on Saturday?"],
    ["planner", "thinks", expect.stringMatching(/^A picnic stands and falls with the weather\./u)],
    ["planner", "tool_call", "ask_weather", { question }],
    ["planner", "says", `@weather ${question}`],
    ["weather", "thinks", "The forecast for Lyon will tell."],
    ["weather", "tool_call", "forecast", place],
    ["weather", "tool_result", "forecast", "failed"],
    ["weather", "thinks", "That failed; once more."],
    ["weather", "tool_call", "forecast", place],
    ["weather", "tool_result", "forecast", expect.anything()],
    ["weather", "says", `@planner ${answer}`],
    ["planner", "tool_result", "ask_weather", expect.anything()],
    ["planner", "says", `@dana **A picnic in Lyon on Saturday.** ${answer}`],
  ]);
  const tried = [...stage.room.deliveries("planner"), ...stage.room.deliveries("weather")];
  expect(tried.map(({ status, attempts }) => [status, attempts.length])).toEqual(Array(3).fill(["processed", 1]));
});

test("`--once` tells the exchange line by line, judges it, and ends with 0", async () => {
  await using demo = new DemoProcess(["--once"]);

  const { code, stdout } = await demo.ended;

  expect(stdout).toMatch(/See them at work: {2}http:\/\/127\.0\.0\.1:\d+\/#\/dana\/[0-9a-f-]{36}\n/u);
  const lines = stdout
    .split("\n")
    .flatMap((line) => /^ +\d+\.\d\d s {2}(\S+) +(.{9})/u.exec(line)?.slice(1).join(" ") ?? []);
  expect(lines[0]).toMatch(/^dana says/u);
  expect(lines.at(-1)).toMatch(/^dana\/planner is done/u);
  for (const line of promisedByReadme()) expect(stdout).toContain(line);
  expect(stdout).toMatch(/\nAll as promised\.\n$/u);
  expect({ code, isLeft: demo.isLeft }).toEqual({ code: 0, isLeft: false });
});

test("with an OpenAI-compatible URL, both agents use the model there", async () => {
  await using server = await ModelServer.start();
  const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: "band-of-two", MODEL: "picnic-1" };
  await using demo = new DemoProcess(["--once"], env);

  const { code, stdout } = await demo.ended;

  expect(stdout).toContain("Their model is picnic-1.");
  expect(stdout).toMatch(/\nAll as promised\.\n$/u);
  expect(code).toBe(0);
  expect(server.asked).toEqual([
    ...["planner", "weather", "weather", "weather", "planner"].map((who) => ({
      who,
      model: "picnic-1",
      key: "band-of-two",
    })),
  ]);
});

test.concurrent.each([
  { whom: "it alone", when: "while its agents work" },
  { whom: "all of them", when: "while its agents work" },
  { whom: "it alone", when: "when all is said" },
  { whom: "all of them", when: "when all is said" },
] as const)("SIGINT to $whom $when ends it and its agents, and leaves none", async ({ whom, when }) => {
  await using demo = new DemoProcess(["--port", "0"]);
  await demo.wrote(when === "when all is said" ? /Ctrl-C ends everything\./u : /ask_weather/u);

  demo.interrupt(whom);

  const { code, stderr } = await demo.ended;
  expect(code).toBe(when === "when all is said" ? 0 : 130);
  expect(stderr).not.toMatch(/Error|ended with code/u);
  expect(demo.isLeft).toBe(false);
});

/** What the repository's README shows of the demo, without times and what it leaves out. */
function promisedByReadme(): string[] {
  const readme = readFileSync(join(import.meta.dirname, "../../../README.md"), "utf8");
  const lines = [...readme.matchAll(/^ +\d\.\d\d s(.*?)…?$/gmu)].map(([, line = ""]) => line.trimEnd());
  expect(lines.length).toBeGreaterThan(5);
  return lines;
}
