"use client";

import type { RoomPerson } from "@thenvoi/ai-sdk/ui";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import { Avatar } from "./avatar.tsx";

interface ComposerProps {
  readonly people: readonly RoomPerson[];
  readonly me: string;
  readonly isBusy: boolean;
  readonly onSay: (text: string) => void;
  readonly onStop: () => void;
}

/** Where one writes, and to whom. A text that names someone with an @ is for them, whoever is chosen. */
export function Composer({ people, me, isBusy, onSay, onStop }: ComposerProps) {
  const [text, setText] = useState("");
  const [chosen, choose] = useState<string>();
  const others = people.filter(({ id }) => id !== me).toSorted(agentsFirst);
  const to = others.find(({ id }) => id === chosen) ?? others[0];
  const send = (event: FormEvent | KeyboardEvent) => {
    event.preventDefault();
    if (text.trim() === "" || to === undefined) return;
    onSay(/(?:^|\s)@\S/u.test(text) ? text : `@${to.handle ?? to.name} ${text}`);
    setText("");
  };
  return (
    <form className="composer" onSubmit={send}>
      <fieldset aria-label="To">
        {others.map(({ id, name, kind }) => (
          <button key={id} type="button" className="chip" aria-pressed={id === to?.id} onClick={() => choose(id)}>
            <Avatar id={id} name={name} kind={kind} /> {name}
          </button>
        ))}
      </fieldset>
      <div className="line">
        <textarea
          aria-label="Message"
          placeholder={to === undefined ? "Nobody else is here yet" : `Write to ${to.name}`}
          rows={1}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) send(event);
          }}
        />
        {isBusy && (
          <button type="button" className="quiet" onClick={onStop}>
            Stop
          </button>
        )}
        <button type="submit" disabled={text.trim() === "" || to === undefined}>
          Send
        </button>
      </div>
    </form>
  );
}

function agentsFirst(one: RoomPerson, other: RoomPerson): number {
  return Number(other.kind === "agent") - Number(one.kind === "agent");
}
