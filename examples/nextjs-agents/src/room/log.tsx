"use client";

import type { RoomPerson, RoomUIMessage } from "@thenvoi/ai-sdk/ui";
import { useEffect, useRef } from "react";
import { Message } from "./message.tsx";

interface LogProps {
  readonly messages: readonly RoomUIMessage[];
  readonly people: readonly RoomPerson[];
  readonly me: string;
  readonly onAnswer: (text: string) => void;
}

/** What was said and done here, kept at its end unless one has scrolled back. */
export function Log({ messages, people, me, onAnswer }: LogProps) {
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  useEffect(() => {
    if (isAtEnd.current) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [messages]);
  const working = people.filter(({ id }) => messages.some(({ metadata }) => metadata?.deliveries[id] === "processing"));
  return (
    <div
      className="log"
      role="log"
      aria-label="Messages"
      ref={box}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < 80;
      }}
    >
      {messages.map((message) => (
        <Message key={message.id} message={message} me={me} onAnswer={onAnswer} />
      ))}
      {working.length > 0 && (
        <p className="working">
          {working.map(({ name }) => name).join(" and ")} {working.length === 1 ? "is" : "are"} at work
          <i />
          <i />
          <i />
        </p>
      )}
    </div>
  );
}
