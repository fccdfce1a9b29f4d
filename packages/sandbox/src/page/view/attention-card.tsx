import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Entry } from "../model/entry.ts";
import type { Say } from "./entry-view.tsx";
import { Icon } from "./icons.tsx";
import { Markdown, type NameOf } from "./markdown.tsx";
import { plain } from "./plain.ts";

const titles: Readonly<Record<string, string>> = {
  question: "Question",
  assumption: "Assumption",
  failure: "Failure",
  review: "Review",
};

/**
 * An agent's call for attention, answered in place.
 *
 * People can't post events: the answer is a text that mentions the agent, and the agent says when the matter is settled.
 */
export function AttentionCard(props: {
  readonly entry: Extract<Entry, { kind: "attention" }>;
  readonly nameOf: NameOf;
  readonly say: Say;
}): VNode {
  const { entry, nameOf, say } = props;
  const { sender, content, resolution } = entry;
  const [answer, setAnswer] = useState("");
  const [isSending, setSending] = useState(false);
  const [sent, setSent] = useState<string>();
  const send = async (text: string): Promise<void> => {
    if (text.trim() === "" || isSending) return;
    setSending(true);
    if (await say({ content: text.trim(), mentions: [{ id: sender.id }] })) setSent(text.trim());
    setSending(false);
  };
  const asksForYes = /\byes\b/iu.test(content);
  return (
    <section
      class={`attention${resolution === undefined ? "" : " is-settled"}`}
      aria-label={titles[entry.about] ?? "Attention"}
    >
      <p class="attention-title">
        <Icon name="question" /> {titles[entry.about] ?? plain(entry.about)}
        {resolution !== undefined && <span class="tag">{plain(resolution)}</span>}
      </p>
      <Markdown text={content} nameOf={nameOf} />
      {resolution === undefined && sent === undefined && (
        <form
          class="attention-answer"
          onSubmit={(event) => {
            event.preventDefault();
            void send(answer);
          }}
        >
          <input
            value={answer}
            onInput={(event) => setAnswer(event.currentTarget.value)}
            placeholder={`Answer ${plain(sender.name)}`}
            aria-label={`Answer ${plain(sender.name)}`}
          />
          <button type="submit" class="primary" disabled={isSending || answer.trim() === ""}>
            Answer
          </button>
          {asksForYes && (
            <>
              <button type="button" disabled={isSending} onClick={() => void send("yes")}>
                Yes
              </button>
              <button type="button" disabled={isSending} onClick={() => void send("no")}>
                No
              </button>
            </>
          )}
        </form>
      )}
      {resolution === undefined && sent !== undefined && (
        <p class="attention-sent" role="status">
          Sent to {plain(sender.name)}: {plain(sent)}
        </p>
      )}
    </section>
  );
}
