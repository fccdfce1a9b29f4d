import { gzipSync } from "node:zlib";
import { z } from "zod";
import { startSandbox } from "../../src/index.ts";
import { bundlePage } from "../../src/site/bundle.ts";
import { openBrowser } from "./support/browser.ts";
import { Voice } from "./support/voice.ts";

/** How long the page's main thread works for each thing that happens in a room with thousands of entries, from a trace of the browser. */

const entries = Number(process.argv[2] ?? 5_000);
const updates = Number(process.argv[3] ?? 300);
const everyMs = 60;
const shownEntries = "document.querySelectorAll('.entry').length";

const event = z.object({
  name: z.string(),
  ph: z.string(),
  ts: z.number(),
  dur: z.number().default(0),
  /** What the thread itself worked, of `dur`: on a busy machine it also waits for its turn. */
  tdur: z.number().optional(),
  tid: z.number(),
  pid: z.number(),
});
const chunk = z.object({ value: z.array(z.unknown()) });

await using sandbox = await startSandbox({ seed: "demo" });
const room = await sandbox.room({ users: ["dana"], agents: ["weather"], title: "Long" });
const weather = new Voice(sandbox, "weather", room);
const dana = sandbox.users[0]?.id ?? "";
const rows = Math.ceil((entries * 4) / 3); // a call and its result are one entry
for (let index = 0; index < rows; index++) await happen(index);

const browser = await openBrowser();
const page = await browser.newPage({ viewport: { width: 1300, height: 860 } });
await page.goto(`${sandbox.url}/#/dana/${room.id}`);
await page.getByText("Show earlier").waitFor();
let shown = 0;
while (shown < entries) {
  shown = Number(await page.evaluate(shownEntries));
  await page.evaluate(
    "document.querySelector('.timeline').scrollTop = -1e9; document.querySelector('.earlier:enabled')?.click()",
  );
  await page.waitForTimeout(20);
}
await page.evaluate("document.querySelector('.timeline').scrollTop = 1e9");
await page.waitForTimeout(500);

const cdp = await page.context().newCDPSession(page);
const trace: unknown[] = [];
cdp.on("Tracing.dataCollected", (data) => trace.push(...chunk.parse(data).value));
await cdp.send("Tracing.start", {
  categories: "devtools.timeline,toplevel,disabled-by-default-devtools.timeline",
  transferMode: "ReportEvents",
});
for (let index = 0; index < updates; index++) {
  await happen(rows + index);
  await page.waitForTimeout(everyMs);
}
const complete = new Promise((resolve) => cdp.once("Tracing.tracingComplete", resolve));
await cdp.send("Tracing.end");
await complete;
await browser.close();

const works = perUpdate(trace.flatMap((each) => event.safeParse(each).data ?? []));
const at = (share: number): string =>
  `${((works[Math.min(works.length - 1, Math.floor(works.length * share))] ?? 0) / 1000).toFixed(1)} ms`;
const files = await bundlePage();
const size = [...files.values()].reduce((sum, contents) => sum + gzipSync(contents).byteLength, 0);
process.stdout.write(
  [
    `entries in the timeline      ${shown}`,
    `updates traced               ${works.length} of ${updates}`,
    `main-thread work per update  median ${at(0.5)}, p95 ${at(0.95)}, longest ${at(1)}`,
    `the page, compressed         ${(size / 1000).toFixed(1)} kB`,
    "",
  ].join("\n"),
);

/** A text, a thought, a call, its result: in turn. */
async function happen(index: number): Promise<void> {
  const call = String(index - (index % 4));
  if (index % 4 === 0)
    await weather.say(`Answer **${index}** of \`many\`, with [a link](https://example.org/${index}).`, dana);
  else if (index % 4 === 1) await weather.thought(`Thought ${index}: what would be best to say next?`);
  else if (index % 4 === 2) await weather.toolCall(call, "get_forecast", { city: "Lyon", index });
  else await weather.toolResult(call, "get_forecast", { high: index });
}

/**
 * The main thread's tasks, summed up by the frame from the socket that each follows: until the next one arrives, all work counts for it.
 * Idle housekeeping of the browser counts too.
 */
function perUpdate(events: readonly z.infer<typeof event>[]): readonly number[] {
  const arrivals = events.filter(({ name }) => name === "WebSocketReceive").toSorted((one, other) => one.ts - other.ts);
  const main = arrivals[0];
  if (!main) throw new Error("The trace holds no frame of the socket");
  const tasks = events.filter(
    ({ name, ph, tid, pid }) => name === "RunTask" && ph === "X" && tid === main.tid && pid === main.pid,
  );
  return arrivals
    .map(({ ts }, index) => {
      const until = arrivals[index + 1]?.ts ?? ts + everyMs * 1000;
      return tasks
        .filter((task) => task.ts + task.dur > ts && task.ts < until)
        .reduce((sum, { dur, tdur = dur }) => sum + tdur, 0);
    })
    .toSorted((one, other) => one - other);
}
