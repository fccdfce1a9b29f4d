import { readdir, readFile } from "node:fs/promises";
import { roomTools, type Turn } from "@thenvoi/ai-sdk";
import { startSandbox } from "@thenvoi/sandbox";
import { answers, call, flaws, lastUserText, lookup, steps, text, thoughts } from "@thenvoi/sandbox/contract";
import { expect, test } from "vitest";
import { toolSetOf, written } from "./kit/ai-version.ts";
import { playing } from "./kit/model-stream.ts";
import { ask, startAgent } from "./kit/start-agent.ts";
import { statement } from "./kit/versions.ts";

const source = new URL("../../src/", import.meta.url);

statement(1, "No import of `ai`, zod or React", (ai) => {
  test("what the package loads at run time is core and itself", async () => {
    const files = (await readdir(source, { recursive: true })).filter((name) => /(?<!\.test)\.ts$/u.test(name));
    const loaded = new Set<string>();
    for (const file of files)
      for (const specifier of specifiers(await readFile(new URL(file, source), "utf8"))) loaded.add(specifier);
    expect(files.length).toBeGreaterThan(3);
    expect([...loaded].filter((name) => !name.startsWith("."))).toEqual(["@thenvoi/core"]);
  });

  test("and what a page loads is itself alone: neither core nor Node", async () => {
    const page = (await readdir(new URL("ui/", source))).filter((name) => /(?<!\.test)\.ts$/u.test(name));
    const contents = await Promise.all(page.map((name) => readFile(new URL(`ui/${name}`, source), "utf8")));
    expect(page.length).toBeGreaterThan(3);
    expect(contents.flatMap(specifiers).filter((name) => !page.includes(name.replace("./", "")))).toEqual([]);
    expect(contents.join("\n")).not.toMatch(/\b(?:process|Buffer)\./u);
  });

  test("and the same source answers with the agent of this version", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    await using _agent = await startAgent(ai, sandbox, { model: steps([text("Dry.")]) });
    await expect(room.as("ada").ask("@weather will it rain?")).resolves.toBe("Dry.");
  });
});

statement(2, "An existing agent is unchanged", (ai) => {
  test("an agent that knows nothing of rooms is offered the room's tools beside its own, also when it sets `activeTools`", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const hidden = { ...lookup(), name: "hidden" };
    const model = steps([text("Dry.")]);
    const settings = { activeTools: ["lookup"] };
    await using _agent = await startAgent(ai, sandbox, { model, own: [lookup(), hidden], settings });

    await ask(room, "will it rain?");

    const offered = model.requests[0]?.tools ?? [];
    expect(offered).toContain("lookup");
    expect(offered).not.toContain("hidden");
    for (const tool of ["send_message", "get_participants", "lookup_peers", "ask_peer", "no_reply"])
      expect(offered).toContain(`thenvoi_${tool}`);
  });

  test("its instructions stay its own: what is said of the room is not system text", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"], title: "a title of our own" });
    const model = steps([text("Dry.")]);
    await using _agent = await startAgent(ai, sandbox, { model, settings: { instructions: "You know the weather." } });

    await ask(room, "will it rain?");

    const messages = model.requests[0]?.messages ?? [];
    expect(messages.filter(({ role }) => role === "system").map((message) => message.text)).toEqual([
      "You know the weather.",
    ]);
    expect(messages.some((message) => message.role === "user" && message.text.includes("a title of our own"))).toBe(
      true,
    );
  });

  test("an agent that is made for each message, from the message, is used for it alone", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada", "bob"], agents: ["weather"] });
    const agent = ({ message }: Turn) =>
      ai.agent({ provider: playing(steps([text(`Made for ${message.sender.name}.`)])), instructions: "You are new." });
    await using _agent = await startAgent(ai, sandbox, { agent });

    await ask(room, "who are you?");
    await room.as("bob").say("@weather and now?");
    await room.settled();

    expect(answers(room, "weather")).toEqual(["@ada Made for Ada.", "@bob Made for Bob."]);
  });

  test("a prompt that wakes it in a room is answered to those it is for", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const model = steps([call("c1", "lookup", { place: "Lyon" })], [text("Take an umbrella.")]);
    await using agent = await startAgent(ai, sandbox, { model, own: [lookup()] });

    await agent.wake({ roomId: room.id, prompt: "Tell Ada about the rain.", mentions: ["@ada"] });

    await expect.poll(() => room.said()).toEqual(["@ada Take an umbrella."]);
    expect(model.requests[0] && lastUserText(model.requests[0])).toContain("Tell Ada about the rain.");
    expect(model.requests.flatMap(flaws)).toEqual([]);
  });

  test("a prompt that it has carried out by tool is not answered again", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const sent = { content: "Take an umbrella.", mentions: ["@ada"] };
    const model = steps([call("c1", "thenvoi_send_message", sent)], [text("I told her.")]);
    await using agent = await startAgent(ai, sandbox, { model });

    await agent.wake({ roomId: room.id, prompt: "Tell Ada about the rain.", mentions: ["@ada"] });

    expect(room.said()).toEqual(["@ada Take an umbrella."]);
    expect(thoughts(room, "weather")).toEqual(["I told her."]);
  });

  test("the room's tools that are written into the agent are not offered twice", async () => {
    await using sandbox = await startSandbox();
    const room = await sandbox.room({ users: ["ada"], agents: ["weather"] });
    const model = steps([text("Dry.")]);
    const having = ai.agent({ provider: playing(model), tools: { ...toolSetOf([lookup()]), ...written(roomTools()) } });
    await using _agent = await startAgent(ai, sandbox, { agent: having });

    await ask(room, "will it rain?");

    const offered = model.requests[0]?.tools ?? [];
    expect(offered.toSorted()).toEqual([...new Set(offered)].toSorted());
    expect(offered).toContain("thenvoi_send_message");
    expect(offered).toContain("lookup");
  });
});

/** What a module imports at run time. */
function specifiers(code: string): string[] {
  const withoutTypes = code.replace(/^(?:import|export) type [^;]*;/gmu, "");
  return [...withoutTypes.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/gu)].flatMap(([, name]) => name ?? []);
}
