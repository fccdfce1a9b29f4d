import type { RoomUIMessage } from "@thenvoi/ai-sdk/ui";
import { memo } from "react";
import { Attention } from "./attention.tsx";
import { Avatar } from "./avatar.tsx";
import { Prose } from "./prose.tsx";
import { ToolCard } from "./tool-card.tsx";

interface MessageProps {
  readonly message: RoomUIMessage;
  readonly me: string;
  readonly onAnswer: (text: string) => void;
}

/** One message: a text, and before it what its agent thought and did on the way. */
export const Message = memo(function Message({ message, me, onAnswer }: MessageProps) {
  const { metadata, parts } = message;
  const isMine = metadata === undefined || metadata.sender.id === me;
  const asksMe = metadata?.mentions.some(({ id }) => id === me) ?? false;
  const asks = parts.some(({ type }) => type === "data-attention");
  return (
    <article className={isMine ? "mine" : "theirs"} aria-busy={metadata === undefined}>
      {!isMine && metadata && (
        <header>
          <Avatar id={metadata.sender.id} name={metadata.sender.name} kind={metadata.sender.kind} />
          <strong>{metadata.sender.name}</strong>
          <time dateTime={metadata.at}>{clock(metadata.at)}</time>
        </header>
      )}
      {parts.map((part, index) => {
        const key = `${message.id} ${index}`;
        switch (part.type) {
          case "reasoning":
            return (
              <p key={key} className="thought">
                {part.text}
              </p>
            );
          case "dynamic-tool":
            return <ToolCard key={key} call={part} />;
          case "data-attention":
            return <Attention key={key} attention={part.data} asksMe={asksMe} onAnswer={onAnswer} />;
          case "data-error":
            return (
              <p key={key} className="failure">
                {part.data.text}
              </p>
            );
          case "data-task":
            return (
              <p key={key} className="note">
                {part.data.text}
              </p>
            );
          case "text": // a question is shown by the attention it comes with
            return asks ? null : <Prose key={key} text={part.text} className="bubble" />;
          default:
            return null;
        }
      })}
    </article>
  );
});

function clock(at: string): string {
  return new Date(at).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
}
