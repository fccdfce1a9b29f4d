import { createHmac, timingSafeEqual } from "node:crypto";
import { createPerson, type Person } from "@thenvoi/ai-sdk/ui/server";
import * as z from "zod";

/** Who may come in, and with which key of the platform: in your app, its table of users. */
const peopleSchema = z.record(z.string(), z.object({ apiKey: z.string(), password: z.string().optional() }));
export const cookieName = "session";

declare global {
  /** Kept for as long as the server runs: a person has one connection, whatever follows it. */
  var persons: Map<string, Person> | undefined;
}

export function names(): readonly { readonly name: string; readonly needsPassword: boolean }[] {
  return Object.entries(people()).map(([name, { password }]) => ({ name, needsPassword: password !== undefined }));
}

/** What the browser is given to be known by; undefined for someone else, or with the wrong password. */
export function signIn(name: string, password: string): string | undefined {
  const account = find(name);
  if (account === undefined) return undefined;
  return account.password === undefined || same(account.password, password) ? sealed(name) : undefined;
}

/** Whose browser this is, by its cookie; undefined for a stranger. Everything that is shown or done asks this first. */
export function personOf(cookie: string | undefined): Person | undefined {
  const name = cookie?.slice(0, cookie.lastIndexOf(".")) ?? "";
  const account = find(name);
  if (cookie === undefined || account === undefined || !same(sealed(name), cookie)) return undefined;
  globalThis.persons ??= new Map();
  const person = globalThis.persons.get(name) ?? createPerson({ apiKey: account.apiKey });
  globalThis.persons.set(name, person);
  return person;
}

function people(): z.infer<typeof peopleSchema> {
  return peopleSchema.parse(JSON.parse(process.env.PEOPLE ?? "{}"));
}

function find(name: string) {
  return new Map(Object.entries(people())).get(name);
}

function sealed(name: string): string {
  const secret = process.env.SESSION_SECRET ?? "";
  if (secret.length < 32) throw new Error("SESSION_SECRET must be at least 32 characters.");
  return `${name}.${createHmac("sha256", secret).update(name).digest("base64url")}`;
}

/** Takes as long for a near miss as for any other. */
export function same(one: string, other: string): boolean {
  const digest = (text: string) => createHmac("sha256", "length").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
