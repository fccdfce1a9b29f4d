"use client";

import { useChat } from "@ai-sdk/react";
import { RoomChatTransport, type RoomPerson, type RoomUIMessage } from "@thenvoi/ai-sdk/ui";
import Link from "next/link";
import { useEffect, useState } from "react";
import { Composer } from "./composer.tsx";
import { Log } from "./log.tsx";
import { People } from "./people.tsx";

/** One room, live: the chat's messages are the room's, whoever speaks, and what is sent is said there. */
export function Room({ id, title, me }: { id: string; title: string; me: string }) {
  const [transport] = useState(() => new RoomChatTransport({ api: `/api/rooms/${id}` }));
  const chat = useChat<RoomUIMessage>({ id, transport, resume: true });
  const [people, setPeople] = useState<readonly RoomPerson[]>([]);
  const [state, setState] = useState<"connecting" | "live" | "waiting" | "refused" | "gone">("connecting");
  const { setMessages } = chat;
  useEffect(() => transport.follow({ setMessages, onPeople: setPeople, onState: setState }), [transport, setMessages]);
  const say = (text: string) => void chat.sendMessage({ text });
  const isBusy = chat.status === "submitted" || chat.status === "streaming";
  return (
    <main className="room">
      <header>
        <Link href="/" className="back" aria-label="All rooms">
          ‹
        </Link>
        <h2>{title}</h2>
        <People roomId={id} people={people} />
      </header>
      {state !== "live" && (
        <p className="state" role="status">
          {words[state]}
        </p>
      )}
      <Log messages={chat.messages} people={people} me={me} onAnswer={say} />
      {chat.error && (
        <p className="refusal" role="alert">
          {chat.error.message}
        </p>
      )}
      <Composer people={people} me={me} isBusy={isBusy} onSay={say} onStop={() => void chat.stop()} />
    </main>
  );
}

const words = {
  connecting: "Opening the room…",
  waiting: "The connection is lost; trying again…",
  refused: "This room is not open to you.",
  gone: "This room is gone.",
};
