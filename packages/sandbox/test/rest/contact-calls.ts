import { expect } from "vitest";
import { z } from "zod";
import type { Agent, User } from "../../src/world/model.ts";
import { type Answer, type Api, idOf, outcome } from "./api.ts";

export const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
export const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);
export const nowhere = "00000000-0000-4000-8000-000000000000";

/** Asks for a contact as agents or as people do. */
export function ask(api: Api, as: User | Agent, handle: string, message?: string | null): Promise<Answer> {
  return as.kind === "Agent"
    ? api.as(as, "POST /agent/contacts/add", { handle, message })
    : api.as(as, "POST /me/contacts/requests", { contact_request: { recipient_handle: handle, message } });
}

/** Ledger is asked by Planner. Answers the request's id. */
export async function askLedger(api: Api): Promise<string> {
  return idOf(await ask(api, api.planner, "miguel/ledger"));
}

export function respond(api: Api, as: Agent, body: object): Promise<Answer> {
  return api.as(as, "POST /agent/contacts/requests/respond", body);
}

export type Ending = "approve" | "reject" | "cancel" | "expire";

/** Ends the request that Planner made to Ledger. */
export async function end(api: Api, requestId: string, how: Ending): Promise<void> {
  if (how === "expire") expect(api.world.contactRequests.expire()).toBe(1);
  else await respond(api, how === "cancel" ? api.planner : api.ledger, { action: how, request_id: requestId });
}

/** Makes the two each other's contacts. */
export async function befriend(api: Api, one: User | Agent, other: User | Agent): Promise<void> {
  await ask(api, one, other.handle);
  expect(statusOf(await ask(api, other, one.handle))).toBe("approved");
}

/** Another agent of Miguel's, whom nobody knows yet. */
export function stranger(api: Api, name: string): Agent {
  return api.world.accounts.registerAgent({ ownerId: api.miguel.id, name, description: "Somebody to know" }).agent;
}

export function statusOf(answer: Answer): string {
  return z.object({ data: z.looseObject({ status: z.string() }) }).parse(answer.body).data.status;
}

/** `200 approved`, or what was refused and how. */
export function outcomeOf(answer: Answer): string {
  return answer.status === 200 ? `200 ${statusOf(answer)}` : outcome(answer);
}

export function contactsOf(api: Api, entity: User | Agent): Promise<Answer> {
  return api.as(entity, entity.kind === "Agent" ? "GET /agent/contacts" : "GET /me/contacts");
}

/** An agent's requests, as its list of them is answered. */
export const requests = z.object({
  data: z.object({ received: z.array(z.unknown()), sent: z.array(z.looseObject({ id: z.string() })) }),
  metadata: z.unknown(),
});
