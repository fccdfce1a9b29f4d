export { ambientAskPeerTool, ambientTools } from "./adapter/ambient-tools.ts";
export { type Delivered, deliverAnswer, isAlreadyAnswered, nudge, reportNoAnswer } from "./adapter/answer.ts";
export { Approver, type Decision } from "./adapter/approver.ts";
export { arrivedText, type ConversationEntry, conversation, turnConversation } from "./adapter/conversation.ts";
export { jsonSafe } from "./adapter/json-safe.ts";
export { labelledMessage, labelledNote } from "./adapter/label.ts";
export { failTurn, type ModelFailure, Patience, readModelFailure } from "./adapter/model-failure.ts";
export {
  type AdapterOptions,
  type ApproveOptions,
  checkAdapterOptions,
  type EventOptions,
  offeredSelection,
} from "./adapter/options.ts";
export { createReporter, type Reporter } from "./adapter/reporter.ts";
export { roomInstructions, roomNote, type ToolNames } from "./adapter/room-note.ts";
export { fromOwner, fromPeople } from "./agent/accept.ts";
export type { ClientRoom } from "./agent/client-room.ts";
export type { ContactListener, ContactsOption } from "./agent/contact-news.ts";
export type { DrainResult } from "./agent/drain.ts";
export type { NoticeOf } from "./agent/notices.ts";
export type { PlatformOptions, RoomAgentOptions } from "./agent/options.ts";
export type { RoomFilter } from "./agent/presence.ts";
export { createRoomAgent, type RoomAgent } from "./agent/room-agent.ts";
export { createRoomClient, type RoomClient } from "./agent/room-client.ts";
export { runAgents } from "./agent/run-agents.ts";
export type { AgentStatus } from "./agent/status.ts";
export type { StopReason } from "./agent/stop-reason.ts";
export { type AgentConfig, loadAgentConfig } from "./config/agent-config.ts";
export type { Preset } from "./config/hosts.ts";
export {
  ApiError,
  AskError,
  ConfigError,
  type ErrorCode,
  HandlerError,
  MentionError,
  NetworkError,
  SocketError,
  ThenvoiError,
  TurnClosedError,
  WireError,
} from "./errors.ts";
export { defaultTiming, type Timing } from "./internal/timing.ts";
export { defaultLogger, type Logger, silentLogger } from "./logger.ts";
export type { Board, GoalInput, RoomBoard } from "./model/board.ts";
export type {
  Contact,
  ContactEvent,
  ContactRef,
  ContactRequest,
  ContactRequestRef,
  ContactRequestStatus,
  Contacts,
} from "./model/contact.ts";
export type { Delivery, DeliveryAttempt } from "./model/delivery.ts";
export type {
  Memories,
  Memory,
  MemoryFilter,
  MemoryKind,
  MemoryScope,
  MemorySegment,
  NewMemory,
} from "./model/memory.ts";
export type { Mention, Message, Sender, SentMessage } from "./model/message.ts";
export type { Notice, TurnOutcome } from "./model/notice.ts";
export type { Identity, Participant, ParticipantKind, Peer } from "./model/participant.ts";
export type { MyRoom, Profile } from "./model/profile.ts";
export type { RoomSummary } from "./model/room.ts";
export type { RoomEvent, RoomEventInput, RoomEventType, RoomItem } from "./model/room-event.ts";
export type { SeenItem } from "./model/seen-item.ts";
export type {
  HistoryEntry,
  NewTask,
  RoomTask,
  RoomTasks,
  TaskAssignment,
  TaskChange,
  TaskRef,
  TaskState,
  WorkStatus,
} from "./model/task.ts";
export type { MentionInput } from "./outbox/mentions.ts";
export type { FollowOptions } from "./person/follow.ts";
export type { RoomNews, RoomsNews } from "./person/news.ts";
export type { PersonOptions } from "./person/options.ts";
export { createPerson, type Person } from "./person/person.ts";
export type { PersonRoom } from "./person/room.ts";
export type { OutgoingText } from "./person/say.ts";
export type { MarkOutcome } from "./rest/marks.ts";
export type { StatusFilter } from "./rest/messages.ts";
export { type Transcript, type TranscriptEntry, type TranscriptOptions, transcript } from "./room/transcript.ts";
export type { Answer, AskOptions } from "./tools/answer.ts";
export type { AskToolOptions } from "./tools/ask-tools.ts";
export type { RoomToolInputs, ToolName, ToolSelection } from "./tools/selection.ts";
export type { ObjectJsonSchema, StandardSchema } from "./tools/standard-schema.ts";
export type { ExecuteOptions, PlatformTool, ToolResult } from "./tools/tool.ts";
export { isToolFailure, type ToolFailure } from "./tools/tool-error.ts";
export type { WhileBusy } from "./turn/arrivals.ts";
export { currentTurn } from "./turn/current-turn.ts";
export type { DeadLetterListener } from "./turn/dead-letter.ts";
export type { LoopGuard } from "./turn/loop-guard.ts";
export { askPeerTool, type PeerToolOptions, peerTools } from "./turn/peer-tools.ts";
export { withStartNote } from "./turn/start-note.ts";
export type { Accept } from "./turn/take-turn.ts";
export type { Handler, OutgoingMessage, Room, RoomVoice, Turn } from "./turn/turn.ts";
