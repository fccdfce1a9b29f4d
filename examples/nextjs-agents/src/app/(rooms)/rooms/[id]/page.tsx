import { ThenvoiError } from "@thenvoi/ai-sdk";
import { notFound } from "next/navigation";
import { Room } from "../../../../room/room.tsx";
import { signedIn } from "../../../../session.ts";

export default async function RoomPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const person = await signedIn();
  const [me, room] = await Promise.all([person.profile(), person.room(id).describe().catch(noSuchRoom)]);
  return <Room key={id} id={id} title={room.title ?? "Untitled"} me={me.id} />;
}

/** A room the person is not in does not exist for them. */
function noSuchRoom(error: unknown): never {
  if (ThenvoiError.is(error) && !error.retryable) notFound();
  throw error;
}
