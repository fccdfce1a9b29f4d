import type { FrameFault, JoinFault, RequestFault } from "./fault.ts";

/** What a fault of requests is called in lists and in docs/sandbox.md. */
export function requestFaultName(fault: RequestFault): string {
  if ("status" in fault) return fault.after ? "hide" : "refuse";
  if ("quota" in fault) return "quota";
  if ("redirect" in fault) return "redirect";
  if ("cut" in fault) return "cut";
  if ("hang" in fault) return "hang";
  if ("lateCommitMs" in fault) return "late commit";
  if ("unseenMs" in fault) return "late visibility";
  if ("spoil" in fault) return "spoil";
  if ("dripMs" in fault) return "drip";
  if ("hugeBytes" in fault) return "huge";
  if ("endless" in fault) return "endless";
  return "delay";
}

/** What a fault of frames is called. */
export function frameFaultName(fault: FrameFault): string {
  if (typeof fault === "string") return `${fault} frame`;
  if ("delayMs" in fault) return "delay frame";
  if ("replace" in fault) return "replace frame";
  return "payload" in fault ? "change frame" : "huge frame";
}

/** What a fault of joins is called. */
export function joinFaultName(fault: JoinFault): string {
  if (fault === "ignore") return "ignore join";
  return "refuse" in fault ? "refuse join" : "delay join";
}
