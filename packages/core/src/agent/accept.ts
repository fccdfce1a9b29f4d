import type { Accept } from "../turn/take-turn.ts";

/** Only people may set this agent to work, not other agents. For the option `accept`. */
export const fromPeople: Accept = (message) => message.sender.kind === "user";

/** Only the agent's owner may set it to work. For the option `accept`. */
export const fromOwner: Accept = (message, { identity }) => message.sender.id === identity.ownerId;
