import type { VNode } from "preact";
import { memo } from "preact/compat";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { completions, compose, mentionAt } from "../model/compose.ts";
import type { Participant } from "../platform/wire.ts";
import { Avatar } from "./avatar.tsx";
import type { Say } from "./entry-view.tsx";
import { Icon } from "./icons.tsx";
import { plain } from "./plain.ts";

const tallestPx = 200;

/** A box to speak, with names completed after an `@`. */
export const Composer = memo(function Composer(props: {
  /** Everyone here but oneself. */
  readonly others: readonly Participant[];
  /** Who is written to when a text names nobody. */
  readonly partner: Participant | undefined;
  readonly say: Say;
}): VNode {
  const { others, partner, say } = props;
  const [text, setText] = useState("");
  const [caret, setCaret] = useState(0);
  const [choice, setChoice] = useState(0);
  const [isClosed, setClosed] = useState(false);
  const [isSending, setSending] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  const caretWanted = useRef<number | undefined>(undefined);
  const written = mentionAt(text, caret);
  const found = useMemo(() => (written ? completions(written.name, others) : []), [written?.name, others]);
  const isOpen = written !== undefined && found.length > 0 && !isClosed;
  const composed = useMemo(() => compose(text, others), [text, others]);

  useLayoutEffect(() => {
    const { current } = box;
    if (!current) return;
    current.style.height = "auto";
    current.style.height = `${Math.min(current.scrollHeight, tallestPx)}px`;
    if (caretWanted.current === undefined) return;
    current.setSelectionRange(caretWanted.current, caretWanted.current);
    caretWanted.current = undefined;
  }, [text]);

  const complete = (person: Participant | undefined): void => {
    if (!person || !written) return;
    const before = `${text.slice(0, written.start)}@${person.handle} `;
    caretWanted.current = before.length;
    setText(before + text.slice(caret).replace(/^ /u, ""));
    setCaret(before.length);
    setChoice(0);
    box.current?.focus();
  };
  const receivers = composed.mentions.length > 0 ? composed.mentions : partner ? [partner] : [];
  const canSend = text.trim() !== "" && receivers.length > 0 && !isSending;
  const send = async (): Promise<void> => {
    if (!canSend) return;
    setSending(true);
    const mentions = receivers.map(({ id, handle }) => ({ id, ...(handle !== undefined && { handle }) }));
    if (await say({ content: composed.content.trim(), mentions })) {
      setText("");
      setCaret(0);
    }
    setSending(false);
    box.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (isOpen && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      setChoice((choice + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length);
    } else if (isOpen && (event.key === "Enter" || event.key === "Tab")) {
      event.preventDefault();
      complete(found[choice] ?? found[0]);
    } else if (isOpen && event.key === "Escape") {
      event.preventDefault();
      setClosed(true);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void send();
    }
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {isOpen && (
        <div class="completions" id="completions" role="listbox" aria-label="People and agents here">
          {found.map((person, index) => (
            <div
              key={person.id}
              tabIndex={-1}
              id={`completion-${index}`}
              role="option"
              aria-selected={index === choice}
              onMouseDown={(event) => {
                event.preventDefault();
                complete(person);
              }}
            >
              <Avatar id={person.id} name={person.name} kind={person.type} size="small" />
              <span>{plain(person.name)}</span>
              <span class="handle">@{person.handle}</span>
            </div>
          ))}
        </div>
      )}
      <div class="composer-box">
        <textarea
          ref={box}
          rows={1}
          value={text}
          placeholder={others.length > 0 ? "Write a message, @ to mention" : "Bring someone in to talk to"}
          aria-label="Message"
          aria-autocomplete="list"
          aria-controls={isOpen ? "completions" : undefined}
          aria-activedescendant={isOpen ? `completion-${choice}` : undefined}
          onInput={({ currentTarget }) => {
            setText(currentTarget.value);
            setCaret(currentTarget.selectionStart);
            setChoice(0);
            setClosed(false);
          }}
          onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
        />
        <button type="submit" class="send" aria-label="Send" disabled={!canSend}>
          <Icon name="send" />
        </button>
      </div>
      <p class="composer-hint">{hint(text, receivers, composed.mentions.length > 0)}</p>
    </form>
  );
});

function hint(text: string, receivers: readonly Participant[], isWritten: boolean): string {
  if (text.trim() === "") return "Enter sends, Shift and Enter makes a new line";
  if (receivers.length === 0) return "Mention someone with @ so that it reaches them";
  const names = receivers.map(({ name }) => plain(name)).join(", ");
  return isWritten ? `To ${names}` : `To ${names}; write @ for someone else`;
}
