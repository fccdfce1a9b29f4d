import { expect } from "vitest";
import { inBrowser, Stage } from "./support/stage.ts";
import { Voice } from "./support/voice.ts";

const hostile = [
  "<script>globalThis.struck = true</script>",
  '<img src=x onerror="globalThis.struck = true">',
  "[click me](javascript:globalThis.struck=true)",
  "![picture](javascript:globalThis.struck=true)",
  "<a href='javascript:globalThis.struck=true'>link</a>",
  "[data](data:text/html,<script>globalThis.struck=true</script>)",
  "![beacon](https://example.org/seen.png)",
  '`</code><svg onload="globalThis.struck=true">`',
];

inBrowser("hostile text stays text, whoever says it and wherever it stands", async () => {
  await using stage = await Stage.open();
  const { sandbox, page } = stage;
  const room = await sandbox.room({
    users: ["dana"],
    agents: ["weather"],
    title: "<b>bold</b><script>globalThis.struck=1</script>",
  });
  const weather = new Voice(sandbox, "weather", room);
  const dana = sandbox.users[0]?.id ?? "";
  await stage.enter(room);
  for (const [index, text] of hostile.entries()) {
    await weather.say(text, dana);
    await weather.thought(text);
    await weather.error(text);
    await weather.event("task", text);
    await weather.attention(text, { kind: "question" });
    await weather.toolCall(String(index), text, { [text]: text });
    await weather.toolResult(String(index), text, text, { isError: index % 2 === 0 });
  }
  await stage.timeline
    .locator(".tool")
    .nth(hostile.length - 1)
    .waitFor();
  for (const line of await stage.timeline.locator(".fold-line").all()) await line.click();

  const harm = `JSON.stringify({
    struck: "struck" in globalThis,
    elements: document.querySelectorAll("main :is(script, img, svg[onload], iframe, [onerror])").length,
    links: [...document.querySelectorAll("main a")].map((link) => link.href).filter((href) => !href.startsWith("https://example.org/")),
  })`;
  expect(await page.evaluate(harm)).toBe(JSON.stringify({ struck: false, elements: 0, links: [] }));
  expect(await stage.timeline.getByText(hostile[0] ?? "").count()).toBeGreaterThan(5);
  expect(await page.getByRole("heading", { name: "<b>bold</b>" }).count()).toBe(1);
});

inBrowser("characters that turn the direction of text are shown by their codes", async () => {
  await using stage = await Stage.open();
  const { sandbox } = stage;
  const room = await sandbox.room({ users: ["dana"], agents: ["weather"] });
  const weather = new Voice(sandbox, "weather", room);
  await stage.enter(room);

  await weather.say("safe\u202Egnp.exe \u2066hidden\u2069 \u200B", sandbox.users[0]?.id ?? "");

  await stage.says("safe⟨U+202E⟩gnp.exe ⟨U+2066⟩hidden⟨U+2069⟩ ⟨U+200B⟩");
});

inBrowser("a text of 100 kB, and one nested without end, leave the page usable", async () => {
  await using stage = await Stage.open();
  const { sandbox, page } = stage;
  const room = await sandbox.room({ users: ["dana"], agents: ["weather"] });
  const weather = new Voice(sandbox, "weather", room);
  const dana = sandbox.users[0]?.id ?? "";
  await stage.enter(room);

  await weather.say(`Long: ${"**x** [y](z) `q` ".repeat(6_000)}`, dana);
  await weather.say(`${"> ".repeat(9_900)}deep`, dana);
  await weather.say(`${"[".repeat(9_900)}`, dana);
  await weather.say(`${"*a _b ".repeat(3_000)}`, dana);
  await weather.say("The last.", dana);

  await stage.says("The last.");
  await page.getByRole("button", { name: /Show [\d,]+ more characters/u }).click();
  await stage.box.fill("still here");
  expect(await stage.box.inputValue()).toBe("still here");
});
