import { agentBoard } from "./operations/agent-board.ts";
import { agentMessages } from "./operations/agent-messages.ts";
import { agentRooms } from "./operations/agent-rooms.ts";
import { contacts } from "./operations/contacts.ts";
import { memories } from "./operations/memories.ts";
import { myAccount } from "./operations/my-account.ts";
import { myRooms } from "./operations/my-rooms.ts";

export { unpublished } from "./operations/unpublished.ts";

/** Every operation of the platform's contract. */
export const published = [
  ...agentRooms,
  ...agentMessages,
  ...agentBoard,
  ...contacts,
  ...memories,
  ...myAccount,
  ...myRooms,
];
