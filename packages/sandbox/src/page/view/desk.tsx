import type { VNode } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import type { Account } from "../platform/sandbox-api.ts";
import type { Route } from "../route.ts";
import type { Session, View } from "../session.ts";
import { FaultsDrawer } from "./faults-drawer.tsx";
import type { Attempt } from "./notices.tsx";
import { PeoplePanel } from "./people-panel.tsx";
import { Rail } from "./rail.tsx";
import { RoomPane } from "./room-pane.tsx";

/** What stands beside the open room. */
export type Side = "people" | "faults" | undefined;

/** One person's page: the rooms, the open one, and what stands beside it. */
export function Desk(props: {
  readonly session: Session;
  readonly people: readonly Account[];
  readonly room: string | undefined;
  readonly go: (to: Route) => void;
  readonly attempt: Attempt;
}): VNode {
  const { session, people, go, attempt } = props;
  const view = useView(session);
  const [side, setSide] = useState<Side>(() => (innerWidth > 1100 ? "people" : undefined));
  const person = session.me.handle;
  const room = props.room === undefined ? undefined : view.rooms.get(props.room);
  const open = useCallback((id: string | undefined) => go({ person, room: id }), [go, person]);
  const become = useCallback((handle: string) => go({ person: handle, room: undefined }), [go]);
  const back = useCallback(() => open(undefined), [open]);
  const toggle = useCallback((which: Side) => setSide((current) => (current === which ? undefined : which)), []);
  const togglePeople = useCallback(() => toggle("people"), [toggle]);
  const toggleFaults = useCallback(() => toggle("faults"), [toggle]);
  const close = useCallback(() => setSide(undefined), []);
  useEffect(() => {
    document.title = room ? `${room.title} · Thenvoi sandbox` : "Thenvoi sandbox";
  }, [room?.title]);
  return (
    <div class={`desk ${room ? "has-room" : ""} ${side && (room || side === "faults") ? "has-side" : ""}`}>
      <Rail
        session={session}
        view={view}
        people={people}
        open={room?.id}
        onOpen={open}
        onPerson={become}
        side={side}
        onFaults={toggleFaults}
        attempt={attempt}
      />
      {room ? (
        <RoomPane
          key={room.id}
          room={room}
          session={session}
          state={view.state}
          side={side}
          onBack={back}
          onPeople={togglePeople}
          attempt={attempt}
        />
      ) : (
        <main class="room room-none">
          <p>
            {view.rooms.size > 0
              ? "Choose a room to see what happens in it."
              : "Make a room, bring agents in, and say something."}
          </p>
        </main>
      )}
      {side === "people" && room && (
        <PeoplePanel
          roomId={room.id}
          title={room.title}
          people={room.people}
          peers={view.peers}
          session={session}
          attempt={attempt}
          onClose={close}
        />
      )}
      {side === "faults" && <FaultsDrawer room={room} peers={view.peers} attempt={attempt} onClose={close} />}
    </div>
  );
}

function useView(session: Session): View {
  const [view, setView] = useState(session.view);
  useEffect(() => {
    setView(session.view);
    return session.subscribe(() => setView(session.view));
  }, [session]);
  return view;
}
