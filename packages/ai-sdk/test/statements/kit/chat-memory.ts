import type { RoomChatTransport, RoomUIMessage } from "@thenvoi/ai-sdk/ui";
import type { Chat } from "./ai-version.ts";

/** The state of a chat, as a page without a framework keeps it. */
class ChatMemory {
  messages: RoomUIMessage[] = [];
  status: "submitted" | "streaming" | "ready" | "error" = "ready";
  error: Error | undefined = undefined;

  pushMessage = (message: RoomUIMessage): void => {
    this.messages = [...this.messages, message];
  };
  popMessage = (): void => {
    this.messages = this.messages.slice(0, -1);
  };
  replaceMessage = (index: number, message: RoomUIMessage): void => {
    this.messages = this.messages.with(index, message);
  };
  snapshot = <T>(thing: T): T => structuredClone(thing);
}

/** A chat of a version's own `AbstractChat`. The types of one version refuse the transport of another, which is what is tested. */
export function chatOf(
  AbstractChat: abstract new (...init: never[]) => object,
  transport: RoomChatTransport,
  onError: (error: Error) => void,
): Chat {
  return Reflect.construct(AbstractChat, [{ transport, onError, state: new ChatMemory() }]);
}
