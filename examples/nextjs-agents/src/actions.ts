"use server";

import { revalidatePath } from "next/cache";
import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { cookieName, signIn } from "./people.ts";
import { signedIn } from "./session.ts";

export async function comeIn(form: FormData): Promise<void> {
  const session = signIn(String(form.get("name")), String(form.get("password") ?? ""));
  if (session === undefined) redirect("/?refused");
  const secure = process.env.NODE_ENV === "production";
  (await cookies()).set(cookieName, session, { httpOnly: true, sameSite: "lax", secure, maxAge: 7 * 24 * 3_600 });
  redirect("/");
}

export async function goOut(): Promise<void> {
  (await cookies()).delete(cookieName);
  redirect("/");
}

export async function openRoom(form: FormData): Promise<void> {
  const person = await signedIn();
  const title = String(form.get("title") ?? "").trim();
  const { id } = await person.createRoom(title === "" ? {} : { title: title.slice(0, 120) });
  revalidatePath("/", "layout");
  redirect(`/rooms/${id}`);
}

/** Who could be brought into the room. */
export async function peersFor(roomId: string): Promise<readonly { readonly id: string; readonly name: string }[]> {
  const person = await signedIn();
  const peers = await Array.fromAsync(person.peers({ notInRoom: roomId }));
  return peers.map(({ id, name }) => ({ id, name }));
}

export async function bringIn(roomId: string, peerId: string): Promise<void> {
  const person = await signedIn();
  await person.room(roomId).addParticipant({ id: peerId });
}
