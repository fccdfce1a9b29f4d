import type { Person } from "@thenvoi/ai-sdk/ui/server";
import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { cookieName, personOf } from "./people.ts";

/** Whose page or action this is; a stranger is sent to the door. */
export async function signedIn(): Promise<Person> {
  const person = personOf((await cookies()).get(cookieName)?.value);
  if (person === undefined) redirect("/");
  return person;
}
