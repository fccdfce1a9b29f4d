import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { goOut, openRoom } from "../../actions.ts";
import { cookieName, personOf } from "../../people.ts";
import { Avatar } from "../../room/avatar.tsx";
import { Door } from "../../room/door.tsx";
import { RoomLink } from "../../room/room-link.tsx";

/** The rooms of who is signed in beside the one that is open; for a stranger, the door. */
export default async function RoomsLayout({ children }: { children: ReactNode }) {
  const person = personOf((await cookies()).get(cookieName)?.value);
  if (person === undefined) return <Door />;
  const [{ id, name }, rooms] = await Promise.all([person.profile(), Array.fromAsync(person.rooms())]);
  return (
    <div className="desk">
      <nav aria-label="Rooms">
        <h1>Rooms</h1>
        <ul className="rooms">
          {rooms.map((room) => (
            <li key={room.id}>
              <RoomLink id={room.id} title={room.title ?? "Untitled"} />
            </li>
          ))}
        </ul>
        <form action={openRoom} className="new-room">
          <input name="title" placeholder="A new room" aria-label="Title of a new room" maxLength={120} required />
          <button type="submit">Open</button>
        </form>
        <form action={goOut} className="me">
          <Avatar id={id} name={name} />
          <span>{name}</span>
          <button type="submit" className="quiet">
            Leave
          </button>
        </form>
      </nav>
      {children}
    </div>
  );
}
