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
  type RoomToolInputs,
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
export type { AnyAgent } from "./agent.ts";
export { type AiSdkHandlerOptions, aiSdkHandler } from "./handler.ts";
export { type RoomModelMessage, toModelMessages } from "./messages.ts";
export type { SdkSchema } from "./schema.ts";
export type { Steering } from "./steering.ts";
export { type PendingApproval, type RunOutcome, type StreamPart, toRoomEvents } from "./stream.ts";
export { askPeerTool, peerTools, type RoomTool, type RoomToolSet, roomTools } from "./tools.ts";
