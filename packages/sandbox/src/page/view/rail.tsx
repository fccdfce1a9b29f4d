import type { VNode } from "preact";
import { memo } from "preact/compat";
import { useState } from "preact/hooks";
import type { Account } from "../platform/sandbox-api.ts";
import type { RoomView, Session, View } from "../session.ts";
import { Avatar } from "./avatar.tsx";
import type { Side } from "./desk.tsx";
import { Icon } from "./icons.tsx";
import { NewAgentDialog } from "./new-agent-dialog.tsx";
import { NewRoomDialog } from "./new-room-dialog.tsx";
import type { Attempt } from "./notices.tsx";
import { plain } from "./plain.ts";

/** The left edge: who one is, the rooms, and what can be made. */
export function Rail(props: {
  readonly session: Session;
  readonly view: View;
  readonly people: readonly Account[];
  readonly open: string | undefined;
  readonly onOpen: (room: string) => void;
  readonly onPerson: (handle: string) => void;
  readonly side: Side;
  readonly onFaults: () => void;
  readonly attempt: Attempt;
}): VNode {
  const { session, view, people, open, onOpen, attempt } = props;
  const [dialog, setDialog] = useState<"room" | "agent">();
  const close = (): void => setDialog(undefined);
  const rooms = [...view.rooms.values()].toSorted((one, other) => (one.lastAt < other.lastAt ? 1 : -1));
  return (
    <nav class="rail" aria-label="Rooms">
      <header class="rail-top">
        <h1>
          <img src="/icon.svg" alt="" width="22" height="22" /> Sandbox
        </h1>
        <Connection state={view.state} />
      </header>
      <label class="who">
        <Avatar id={session.me.id} name={session.me.handle} kind="User" size="small" />
        <span class="visually-hidden">You are</span>
        <select value={session.me.handle} onChange={(event) => props.onPerson(event.currentTarget.value)}>
          {people.map(({ id, handle }) => (
            <option key={id} value={handle}>
              {handle}
            </option>
          ))}
        </select>
      </label>
      <div class="rail-heading">
        <h2>Rooms</h2>
        <button
          type="button"
          class="icon-button"
          aria-label="New room"
          title="New room"
          onClick={() => setDialog("room")}
        >
          <Icon name="plus" />
        </button>
      </div>
      <ul class="rooms">
        {rooms.map((room) => (
          <RoomItem key={room.id} room={room} me={session.me.id} isOpen={room.id === open} onOpen={onOpen} />
        ))}
      </ul>
      {rooms.length === 0 && view.state === "live" && <p class="empty">No rooms yet.</p>}
      <footer class="rail-bottom">
        <button type="button" class="row-button" onClick={() => setDialog("agent")}>
          <Icon name="agent" /> Register an agent
        </button>
        <button type="button" class="row-button" aria-pressed={props.side === "faults"} onClick={props.onFaults}>
          <Icon name="bolt" /> Faults
        </button>
      </footer>
      {dialog === "room" && (
        <NewRoomDialog session={session} peers={view.peers} attempt={attempt} onClose={close} onMade={onOpen} />
      )}
      {dialog === "agent" && <NewAgentDialog session={session} attempt={attempt} onClose={close} />}
    </nav>
  );
}

const states = { connecting: "Connecting", live: "Live", lost: "Reconnecting" };

function Connection({ state }: { readonly state: View["state"] }): VNode {
  return (
    <span class={`connection connection-${state}`} role="status">
      {states[state]}
    </span>
  );
}

/** One room in the list: its name, who is in it besides oneself, who works, and what waits. */
const RoomItem = memo(function RoomItem(props: {
  readonly room: RoomView;
  readonly me: string;
  readonly isOpen: boolean;
  readonly onOpen: (room: string) => void;
}): VNode {
  const { room, isOpen } = props;
  const others = room.participants.filter(({ id }) => id !== props.me);
  return (
    <li>
      <button
        type="button"
        class="room-item"
        aria-current={isOpen ? "true" : undefined}
        onClick={() => props.onOpen(room.id)}
      >
        <span class="room-item-title">{plain(room.title)}</span>
        {room.waiting > 0 && (
          <span class="badge" title="Messages that agents have not finished with">
            {room.waiting} <span class="visually-hidden">waiting</span>
          </span>
        )}
        <span class="room-item-people">
          {others.slice(0, 5).map(({ id, name, type }) => (
            <Avatar key={id} id={id} name={name} kind={type} size="small" isWorking={room.working.has(id)} />
          ))}
          <span class="room-item-names">
            {room.working.size > 0
              ? `${names(others.filter(({ id }) => room.working.has(id)))} working…`
              : names(others) || "Only you"}
          </span>
        </span>
      </button>
    </li>
  );
});

function names(people: readonly { readonly name: string }[]): string {
  return people.map(({ name }) => plain(name)).join(", ");
}
