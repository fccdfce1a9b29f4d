export {
  type AdapterOptions,
  type ApproveOptions,
  ConfigError,
  createRoomAgent,
  createRoomClient,
  currentTurn,
  type EventOptions,
  fromOwner,
  fromPeople,
  type Handler,
  loadAgentConfig,
  type Message,
  type Participant,
  type Peer,
  type RoomAgent,
  type RoomAgentOptions,
  type RoomEventInput,
  type RoomItem,
  roomInstructions,
  runAgents,
  type Sender,
  ThenvoiError,
  type ToolSelection,
  type Transcript,
  type TranscriptEntry,
  type TranscriptOptions,
  type Turn,
} from "@thenvoi/core";
export type { Invokable } from "./agent.ts";
export { RoomCallbackHandler } from "./callbacks.ts";
export { RoomChatMessageHistory } from "./chat-history.ts";
export { type CallConfig, type LangchainHandlerOptions, langchainHandler } from "./handler.ts";
export { toBaseMessages } from "./messages.ts";
export { type ToolLoop, type ToolLoopOptions, toolLoop } from "./tool-loop.ts";
export { askPeerTool, peerTools, roomTools } from "./tools.ts";
