import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Sandbox, startSandbox } from "@thenvoi/sandbox";
import { provider } from "@thenvoi-examples/models/provider.ts";
import { reportFailure, Stage } from "@thenvoi-examples/stage/stage.ts";
import { shortcomings, shownIn } from "./exchange.ts";
import { play } from "./play.ts";

const untilSeenMs = 5_000;

await demo().catch(reportFailure);

/** A platform, two agents of two frameworks in a process each, and a person who asks one of them, who asks the other. */
async function demo(): Promise<void> {
  const { values: flags } = parseArgs({
    args: process.argv.slice(2).filter((argument) => argument !== "--"),
    options: { once: { type: "boolean", default: false }, port: { type: "string", default: "4000" } },
  });
  const model = provider()?.model;
  await using sandbox = await startSandbox({ port: flags.once ? 0 : Number(flags.port), seed: "demo" });
  await using stage = await Stage.open(sandbox, play, (line) => console.log(line));
  console.log(announcement(`${sandbox.url}/#/dana/${stage.room.id}`, model));
  if (!flags.once) console.log(`Dana asks once that page is open, or in ${untilSeenMs / 1_000} s.`);
  console.log();
  if (!flags.once) await untilSeen(sandbox, stage);
  await stage.say(play.wish, { timeoutMs: model ? 180_000 : 30_000 });
  if (flags.once) return judge(stage, model === undefined);
  console.log('\nGo on in the page, or in another terminal:  pnpm say "@dana/planner and on Sunday?"');
  console.log("Ctrl-C ends everything.\n");
  await stage.untilStopped();
}

function announcement(link: string, model: string | undefined): string {
  const thinking = model
    ? `Their model is ${model}.`
    : "They play a script. Set ANTHROPIC_API_KEY or OPENAI_API_KEY, and a model thinks for them.";
  return `Two agents, each a process of its own, on a platform on this machine:

  dana/planner   Vercel AI SDK   examples/demo/src/planner.ts
  dana/weather   LangChain       examples/demo/src/weather.ts

${thinking}
See them at work:  ${link}`;
}

/** Ends when a page shows the room, or, where nobody opens it, soon. */
async function untilSeen(sandbox: Sandbox, stage: Stage): Promise<void> {
  const topic = `chat_room:${stage.room.id}`;
  const lookers = () => sandbox.connections("dana").filter(({ topics }) => topics.includes(topic)).length;
  const told = lookers(); // the stage itself looks on as dana
  const endMs = performance.now() + untilSeenMs;
  while (lookers() <= told && performance.now() < endMs && !stage.stopped.aborted) await wait(50);
}

/** Says whether all went as promised, in the exit code too. */
async function judge({ room }: Stage, isScripted: boolean): Promise<void> {
  await room.settled();
  const complaints = shortcomings(shownIn(room), { isScripted });
  console.log(complaints.length === 0 ? "\nAll as promised." : `\nNot as promised:\n${complaints.join("\n")}`);
  if (complaints.length > 0) process.exitCode = 1;
}
