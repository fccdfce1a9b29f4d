import type { ComponentChildren, VNode } from "preact";
import { memo } from "preact/compat";
import type { Entry } from "../model/entry.ts";
import { AttentionCard } from "./attention-card.tsx";
import { Avatar } from "./avatar.tsx";
import { Deliveries } from "./deliveries.tsx";
import { Fold } from "./fold.tsx";
import { Icon } from "./icons.tsx";
import { Markdown, type NameOf } from "./markdown.tsx";
import { oneLine, plain } from "./plain.ts";
import { ToolCard } from "./tool-card.tsx";

/** Says something in the room; the answer tells whether it was said. */
export type Say = (message: {
  readonly content: string;
  readonly mentions: readonly { id: string }[];
}) => Promise<boolean>;

interface EntryProps {
  readonly entry: Entry;
  /** The first of several by the same sender: it has the name above. */
  readonly isFirst: boolean;
  readonly isWorking: boolean;
  readonly me: string;
  readonly nameOf: NameOf;
  readonly say: Say;
}

/** One entry of the timeline. */
export const EntryView = memo(function EntryView(props: EntryProps): VNode {
  const { entry, isFirst, me } = props;
  const { sender, at } = entry;
  const isMine = sender.id === me;
  return (
    <article class={`entry entry-${entry.kind}${isFirst ? " is-first" : ""}${isMine ? " is-mine" : ""}`}>
      {isFirst && (
        <header class="entry-top">
          <Avatar id={sender.id} name={sender.name} kind={sender.kind} />
          <span class="entry-name">{plain(sender.name)}</span>
          {sender.kind === "Agent" && <span class="tag">agent</span>}
          <Time at={at} />
        </header>
      )}
      <div class="entry-body">{content(props)}</div>
    </article>
  );
});

function content({ entry, isWorking, nameOf, say }: EntryProps): ComponentChildren {
  switch (entry.kind) {
    case "message": {
      const { mentions } = entry;
      // who has left the room is known to the text that names them
      const named: NameOf = (id) => nameOf(id) ?? mentions.find((mentioned) => mentioned.id === id);
      return (
        <>
          <Markdown text={entry.content} nameOf={named} />
          <Deliveries deliveries={entry.deliveries} />
        </>
      );
    }
    case "thought":
      return <Thought text={entry.content} />;
    case "tool":
      return <ToolCard entry={entry} isWorking={isWorking} />;
    case "attention":
      return <AttentionCard entry={entry} nameOf={nameOf} say={say} />;
    case "error":
      return (
        <div class="error-line">
          <Icon name="alert" />
          <span class="visually-hidden">Error: </span>
          <p class="as-written" dir="auto">
            {plain(entry.content)}
          </p>
        </div>
      );
    case "task":
      return (
        <p class="task-line" dir="auto">
          <Icon name="note" /> {plain(entry.content)}
        </p>
      );
    default:
      return entry satisfies never;
  }
}

function Thought({ text }: { readonly text: string }): VNode {
  return (
    <Fold
      class="thought"
      line={
        <>
          <Icon name="thought" />
          <span class="visually-hidden">Thought: </span>
          <bdi class="thought-line">{oneLine(text)}</bdi>
        </>
      }
    >
      <p class="as-written" dir="auto">
        {plain(text)}
      </p>
    </Fold>
  );
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

function Time({ at }: { readonly at: string }): VNode {
  const date = new Date(at);
  return (
    <time dateTime={at} title={whole.format(date)}>
      {clock.format(date)}
    </time>
  );
}
