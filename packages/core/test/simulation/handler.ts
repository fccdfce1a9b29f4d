import type { Handler } from "../../src/turn/turn.ts";
import type { History } from "./history.ts";
import type { SimulatedProcess } from "./process.ts";

/** What a simulated agent does with a message is written in it: `m17 slow`. */
export function simulatedHandler(
  agentId: string,
  process: SimulatedProcess,
  tools: { readonly history: History; readonly die: () => void },
): Handler {
  const { history } = tools;
  const { environment, life } = process;
  const pause = (delayMs: number) => new Promise<void>((resolve) => environment.schedule(delayMs, resolve));
  return async (turn) => {
    const content = labelOf(turn.message.text);
    const [, kind = "plain"] = content.split(" ");
    const batch = turn.messages.map(({ text }) => labelOf(text));
    const about = { agentId, roomId: turn.room.id, content, batch, attempt: turn.attempt, life };
    history.add({ type: "run", ...about });
    const onAbort = () => history.add({ type: "aborted", ...about });
    turn.signal.addEventListener("abort", onAbort, { once: true });
    try {
      switch (kind) {
        case "poison":
          throw new Error("This message is poison");
        case "deadly":
          if (turn.attempt === 1) {
            await pause(5);
            tools.die();
            return;
          }
          break;
        case "slow":
          await pause(environment.random() * 8_000);
          break;
        case "working":
          turn.room.report({ type: "thought", text: `thinking about ${content}` });
          turn.room.report({ type: "tool_call", toolCallId: content, name: "look_up", input: { content } });
          await pause(environment.random() * 1_000);
          turn.room.report({ type: "tool_result", toolCallId: content, name: "look_up", output: "found" });
          void turn.reply(`first word on ${content}`).catch(() => undefined); // the turn waits for it all the same
          break;
        default:
          await pause(environment.random() * 50);
      }
      const replied = turn.reply(`answer to ${content}`);
      if (kind === "slow") return void replied.catch(() => undefined); // nor is this one waited for
      await replied;
      if (kind === "flaky" && turn.attempt === 1) throw new Error("This message fails once");
      if (kind === "stubborn") {
        void pause(1)
          .then(() => turn.reply(`afterthought on ${content}`))
          .catch(() => undefined);
      }
    } finally {
      turn.signal.removeEventListener("abort", onAbort);
      history.add({ type: "ran", ...about });
    }
  };
}

/** `m17 slow` out of the message as a handler reads it. */
export function labelOf(text: string): string {
  return /m\d+ [a-z]+/u.exec(text)?.[0] ?? text;
}
