import type { VNode } from "preact";
import { memo } from "preact/compat";
import { useCallback, useState } from "preact/hooks";
import type { Account } from "../platform/sandbox-api.ts";
import type { Session, View } from "../session.ts";
import { Avatar } from "./avatar.tsx";
import type { Side } from "./desk.tsx";
import { Icon } from "./icons.tsx";
import { NewAgentDialog } from "./new-agent-dialog.tsx";
import { NewRoomDialog } from "./new-room-dialog.tsx";
import type { Attempt } from "./notices.tsx";
import { RoomList } from "./room-list.tsx";

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
  const { session, view, open, onOpen, attempt } = props;
  const [dialog, setDialog] = useState<"room" | "agent">();
  const close = (): void => setDialog(undefined);
  const newRoom = useCallback(() => setDialog("room"), []);
  const newAgent = useCallback(() => setDialog("agent"), []);
  return (
    <nav class="rail" aria-label="Rooms">
      <RailTop me={session.me} state={view.state} people={props.people} onPerson={props.onPerson} onNewRoom={newRoom} />
      <RoomList rooms={view.rooms} me={session.me.id} open={open} onOpen={onOpen} />
      {view.rooms.size === 0 && view.state === "live" && <p class="empty">No rooms yet.</p>}
      <RailBottom hasFaultsOpen={props.side === "faults"} onFaults={props.onFaults} onNewAgent={newAgent} />
      {dialog === "room" && (
        <NewRoomDialog session={session} peers={view.peers} attempt={attempt} onClose={close} onMade={onOpen} />
      )}
      {dialog === "agent" && <NewAgentDialog session={session} attempt={attempt} onClose={close} />}
    </nav>
  );
}

const RailTop = memo(function RailTop(props: {
  readonly me: Account;
  readonly state: View["state"];
  readonly people: readonly Account[];
  readonly onPerson: (handle: string) => void;
  readonly onNewRoom: () => void;
}): VNode {
  const { me, people } = props;
  return (
    <>
      <header class="rail-top">
        <h1>
          <img src="/icon.svg" alt="" width="22" height="22" /> Sandbox
        </h1>
        <Connection state={props.state} />
      </header>
      <label class="who">
        <Avatar id={me.id} name={me.handle} kind="User" size="small" />
        <span class="visually-hidden">You are</span>
        <select value={me.handle} onChange={(event) => props.onPerson(event.currentTarget.value)}>
          {people.map(({ id, handle }) => (
            <option key={id} value={handle}>
              {handle}
            </option>
          ))}
        </select>
      </label>
      <div class="rail-heading">
        <h2>Rooms</h2>
        <button type="button" class="icon-button" aria-label="New room" title="New room" onClick={props.onNewRoom}>
          <Icon name="plus" />
        </button>
      </div>
    </>
  );
});

const states = { connecting: "Connecting", live: "Live", lost: "Reconnecting" };

function Connection({ state }: { readonly state: View["state"] }): VNode {
  return (
    <span class={`connection connection-${state}`} role="status">
      {states[state]}
    </span>
  );
}

const RailBottom = memo(function RailBottom(props: {
  readonly hasFaultsOpen: boolean;
  readonly onFaults: () => void;
  readonly onNewAgent: () => void;
}): VNode {
  return (
    <footer class="rail-bottom">
      <button type="button" class="row-button" onClick={props.onNewAgent}>
        <Icon name="agent" /> Register an agent
      </button>
      <button type="button" class="row-button" aria-pressed={props.hasFaultsOpen} onClick={props.onFaults}>
        <Icon name="bolt" /> Faults
      </button>
    </footer>
  );
});
