import type { RoomPerson, RoomUIMessage } from "@thenvoi/ai-sdk/ui";
import { Message } from "./message.tsx";

interface LogProps {
  readonly messages: readonly RoomUIMessage[];
  readonly people: readonly RoomPerson[];
  readonly me: string;
  readonly onAnswer: (text: string) => void;
}

/** What was said and done here. Its end stays in view unless one has scrolled back: the style sheet sees to that. */
export function Log({ messages, people, me, onAnswer }: LogProps) {
  const working = people.filter(({ id }) => messages.some(({ metadata }) => metadata?.deliveries[id] === "processing"));
  return (
    <div className="log" role="log" aria-label="Messages">
      <div className="entries">
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
    </div>
  );
}
