import type { RoomHandle, Sandbox } from "@thenvoi/sandbox";
import { answers, numbers } from "./conversation.ts";

/** So many rooms of ada with the weather agent. */
export async function manyRooms(sandbox: Sandbox, count: number): Promise<readonly RoomHandle[]> {
  const rooms: RoomHandle[] = [];
  for (const title of numbers(count)) rooms.push(await sandbox.room({ users: ["ada"], agents: ["weather"], title }));
  return rooms;
}

/** In how many of them ada was answered. */
export function answered(rooms: readonly RoomHandle[]): number {
  return rooms.filter((room) => answers(room).length > 0).length;
}
