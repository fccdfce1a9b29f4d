export type { AnswerFault, FrameFault, JoinFault, RefusalFault, RequestFault, Spoil } from "./faults/fault.ts";
export type { Faults, SocketWhere, StrayFrame } from "./faults/faults.ts";
export type { ActiveFault, Counted, FaultHandle, FaultScript } from "./faults/rules.ts";
export { ScriptError } from "./faults/script-error.ts";
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
export type { OfferRules } from "./world/deliveries.ts";
export type { PlanLimits } from "./world/plan.ts";
