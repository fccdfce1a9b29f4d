import { startSandbox } from "@thenvoi/sandbox";
import { expect, test } from "vitest";
import { ai7 } from "../statements/kit/ai-7.ts";
import { App, shown } from "../statements/kit/page.ts";

const drops = 200;
const pages = 4;

test("no double and no missing message in 200 random drops of the browser's stream", { timeout: 120_000 }, async () => {
  await using sandbox = await startSandbox();
  const room = await sandbox.room({ users: ["ada", "ben"], agents: ["weather"] });
  await using app = await App.start(sandbox);
  let seed = 20_261_124;
  const chance = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed / 2 ** 31;
  };
  app.cutAfter = () => (app.cuts < drops ? 200 + Math.floor(chance() * chance() * 40_000) : undefined);
  const opened = Array.from({ length: pages }, () => app.open(ai7, room.id));

  const said: string[] = [];
  for (; app.cuts < drops || said.length < 60; ) {
    said.push(`message number ${said.length}`);
    if (said.length % 10 === 5) {
      // By the page itself, over the same line.
      await opened[said.length % pages]?.chat.sendMessage({ text: `@ben ${said.at(-1)}` });
    } else await room.as("ben").say(`@ada ${said.at(-1)}`);
    await new Promise((resolve) => setTimeout(resolve, chance() * 40));
  }
  for (const page of opened) await expect.poll(() => page.chat.messages).toHaveLength(said.length);
  const missing = opened.map(({ chat }) => said.filter((words) => !chat.messages.some((one) => shown(one) === words)));
  const doubles = opened.flatMap((page) => page.doubles);
  process.stdout.write(
    `${app.cuts} drops over ${pages} pages: ${said.length} messages, ${missing.flat().length} missing, ${doubles.length} shown twice\n`,
  );
  for (const page of opened) expect(page.chat.messages.map(shown)).toEqual(said);
  expect(doubles).toEqual([]);
  expect(room.said()).toHaveLength(said.length);
  expect(app.cuts).toBeGreaterThanOrEqual(drops);
});
