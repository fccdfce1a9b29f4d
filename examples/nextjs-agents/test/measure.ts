import { createRoomAgent } from "@thenvoi/ai-sdk";
import * as z from "zod";
import { openBrowser } from "../../../packages/sandbox/test/page/support/browser.ts";
import { build } from "./kit/build.ts";
import { Stage } from "./kit/stage.ts";

const rounds = 30;
const target = 150;

/**
 * Prints how long it takes from an agent's first report of a thought until a browser shows it. The agent writes the time
 * into the thought; the page's own clock, the same machine's, reads it when the element is there and a frame has been drawn.
 */
await build();
const browser = await openBrowser();
const delays: number[] = [];
try {
  await using stage = await Stage.open(browser);
  const { sandbox, room } = stage;
  const { apiKey, baseUrl } = sandbox.registerAgent("dana/clock");
  await room.add("dana/clock");
  const now = () => performance.timeOrigin + performance.now();
  await using clock = createRoomAgent({
    apiKey,
    baseUrl,
    logger: false,
    handler: async (turn) => {
      turn.report({ type: "thought", text: `reported at ${now()}` });
      await turn.reply("Tick.");
    },
  });
  await clock.start();
  const dana = await stage.visit("dana");
  await dana.page.evaluate(`
    globalThis.delays = [];
    const seen = new Set();
    new MutationObserver(() => {
      for (const { textContent } of document.querySelectorAll(".thought")) {
        if (seen.has(textContent)) continue;
        seen.add(textContent);
        requestAnimationFrame(() => setTimeout(() => {
          delays.push(performance.timeOrigin + performance.now() - Number(textContent.replace("reported at ", "")));
        }));
      }
    }).observe(document.querySelector(".log"), { childList: true, subtree: true, characterData: true });
  `);
  for (let round = 0; round < rounds; round += 1) {
    await dana.say(`@dana/clock round ${round}`);
    await room.settled();
    await dana.page.waitForFunction(`delays.length > ${round}`);
  }
  delays.push(...z.array(z.number()).parse(await dana.page.evaluate("delays")));
} finally {
  await browser.close();
}
const sorted = delays.toSorted((one, other) => one - other);
const at = (share: number) => (sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN).toFixed(1);
console.log(
  `A thought is visible after ${at(0.5)} ms (median), ${at(0.95)} ms (95 %), ${at(1)} ms at most, of ${sorted.length}; at most ${target} ms is wanted.`,
);
if (Number(at(0.95)) > target) process.exitCode = 1;
