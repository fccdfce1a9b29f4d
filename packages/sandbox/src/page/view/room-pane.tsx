import type { VNode } from "preact";
import { memo } from "preact/compat";
import { useCallback, useMemo } from "preact/hooks";
import { usualPartner } from "../model/partner.ts";
import type { Participant } from "../platform/wire.ts";
import type { RoomView, Session, View } from "../session.ts";
import { Avatar } from "./avatar.tsx";
import { Composer } from "./composer.tsx";
import type { Side } from "./desk.tsx";
import { Icon } from "./icons.tsx";
import type { NameOf } from "./markdown.tsx";
import type { Attempt } from "./notices.tsx";
import { plain } from "./plain.ts";
import { TimelineView } from "./timeline-view.tsx";

/** The open room: who is in it, what happens, and a box to speak. */
export function RoomPane(props: {
  readonly room: RoomView;
  readonly session: Session;
  readonly state: View["state"];
  readonly side: Side;
  readonly onBack: () => void;
  readonly onPeople: () => void;
  readonly attempt: Attempt;
}): VNode {
  const { room, session, attempt } = props;
  const { id, title } = room;
  const { participants } = room.people;
  const { peers } = session.view;
  const nameOf: NameOf = useMemo(() => {
    const names = new Map([...peers, ...participants].map((person) => [person.id, person.name]));
    return (who) => {
      const name = names.get(who);
      return name === undefined ? undefined : { name, isMe: who === session.me.id };
    };
  }, [peers, participants, session]);
  const say = useCallback(
    (message: { readonly content: string; readonly mentions: readonly { id: string }[] }) =>
      attempt(() => session.api.say(id, message)),
    [attempt, session, id],
  );
  const readEarlier = useCallback(() => attempt(() => session.readEarlier(id)), [attempt, session, id]);
  const working = participants.filter((each) => room.people.working.has(each.id));
  const me = session.me.id;
  const others = useMemo(() => participants.filter((each) => each.id !== me), [participants, me]);
  const partner = usualPartner(room.blocks, { others, me });
  return (
    <main class="room" aria-label={plain(title)}>
      <RoomTop
        title={title}
        participants={participants}
        hasPeopleOpen={props.side === "people"}
        onBack={props.onBack}
        onPeople={props.onPeople}
      />
      {props.state === "lost" && (
        <p class="banner" role="status">
          The connection is lost. Connecting again…
        </p>
      )}
      <TimelineView room={room} me={me} nameOf={nameOf} say={say} readEarlier={readEarlier} />
      <p class="working" role="status">
        {working.length > 0 && (
          <>
            <span class="dots" aria-hidden="true" />
            {working.map(({ name }) => plain(name)).join(" and ")} {working.length > 1 ? "are" : "is"} working
          </>
        )}
      </p>
      <Composer others={others} partner={partner} say={say} />
    </main>
  );
}

const RoomTop = memo(function RoomTop(props: {
  readonly title: string;
  readonly participants: readonly Participant[];
  readonly hasPeopleOpen: boolean;
  readonly onBack: () => void;
  readonly onPeople: () => void;
}): VNode {
  const { title, participants } = props;
  return (
    <header class="room-top">
      <button type="button" class="icon-button back" aria-label="All rooms" onClick={props.onBack}>
        <Icon name="back" />
      </button>
      <h2>{plain(title)}</h2>
      <button
        type="button"
        class="people-button"
        aria-pressed={props.hasPeopleOpen}
        onClick={props.onPeople}
        title="Who is here"
      >
        <span class="avatars">
          {participants.slice(0, 5).map((each) => (
            <Avatar key={each.id} id={each.id} name={each.name} kind={each.type} size="small" />
          ))}
        </span>
        <span>
          {participants.length} <span class="visually-hidden">people and agents here</span>
        </span>
      </button>
    </header>
  );
});
