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
  type RoomAgent,
  type RoomAgentOptions,
  type RoomEventInput,
  type RoomItem,
  roomInstructions,
  runAgents,
  ThenvoiError,
  type ToolSelection,
  type Transcript,
  type TranscriptOptions,
  type Turn,
} from "@thenvoi/core";
export type { AnyAgent } from "./agent.ts";
export { type AiSdkHandlerOptions, aiSdkHandler } from "./handler.ts";
export { toModelMessages } from "./messages.ts";
export type { Steering } from "./steering.ts";
export { type PendingApproval, type RunOutcome, type StreamPart, toRoomEvents } from "./stream.ts";
export { askPeerTool, peerTools, type RoomToolInputs, type RoomToolSet, roomTools } from "./tools.ts";
