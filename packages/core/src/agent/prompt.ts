import { randomUuid } from "../internal/uuid.ts";
import type { Message } from "../model/message.ts";
import type { Session } from "../rest/session.ts";

/** What an agent is to do, as a message that nobody has sent. */
export function promptMessage(session: Session, prompt: { readonly roomId: string; readonly text: string }): Message {
  const { environment, identity } = session;
  return {
    kind: "prompt",
    id: randomUuid(environment),
    roomId: prompt.roomId,
    text: prompt.text,
    sender: { id: identity.id, kind: "agent", name: identity.name, handle: identity.handle },
    mentions: [],
    insertedAt: new Date(environment.wallClockMs()).toISOString().replace("Z", "000Z"),
  };
}
