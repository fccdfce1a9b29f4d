export type { FrameFault, JoinFault, RefusalFault, RequestFault } from "./faults/fault.ts";
export type { Faults, SocketWhere } from "./faults/faults.ts";
export type { FaultHandle, FaultScript } from "./faults/rules.ts";
export type { FrameWhere, JoinWhere, RequestWhere } from "./faults/where.ts";
export { SandboxError } from "./http-server.ts";
export {
  type Sandbox,
  type SandboxAgent,
  type SandboxOptions,
  type SandboxSpeaker,
  type SandboxUser,
  startSandbox,
} from "./sandbox.ts";
export type { SocketOptions } from "./socket/settings.ts";
export type { OpenSocket } from "./socket/socket-server.ts";
export type { ServedRequest } from "./testing/request-log.ts";
export type { DeliveryRecord, DeliveryStatus, RoomHandle, RoomSpeaker, TimelineItem } from "./testing/room-handle.ts";
export type { Credentials } from "./testing/roster.ts";
export type { ScriptedAnswers } from "./testing/scripted-peer.ts";
export type { Patience, Said } from "./testing/speaker.ts";
