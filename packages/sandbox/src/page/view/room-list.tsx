import type { VNode } from "preact";
import { memo } from "preact/compat";
import type { RoomPeople, RoomView } from "../session.ts";
import { Avatar } from "./avatar.tsx";
import { plain } from "./plain.ts";

/** One's rooms, those with news first. */
export function RoomList(props: {
  readonly rooms: ReadonlyMap<string, RoomView>;
  readonly me: string;
  readonly open: string | undefined;
  readonly onOpen: (room: string) => void;
}): VNode {
  const rooms = [...props.rooms.values()].toSorted((one, other) => (one.lastAt < other.lastAt ? 1 : -1));
  return (
    <ul class="rooms">
      {rooms.map(({ id, title, people, waiting }) => (
        <RoomItem
          key={id}
          id={id}
          title={title}
          people={people}
          waiting={waiting}
          me={props.me}
          isOpen={id === props.open}
          onOpen={props.onOpen}
        />
      ))}
    </ul>
  );
}

/** One room in the list: its name, who is in it besides oneself, who works, and what waits. */
const RoomItem = memo(function RoomItem(props: {
  readonly id: string;
  readonly title: string;
  readonly people: RoomPeople;
  readonly waiting: number;
  readonly me: string;
  readonly isOpen: boolean;
  readonly onOpen: (room: string) => void;
}): VNode {
  const { title, waiting, isOpen } = props;
  const { participants, working } = props.people;
  const others = participants.filter(({ id }) => id !== props.me);
  return (
    <li>
      <button
        type="button"
        class="room-item"
        aria-current={isOpen ? "true" : undefined}
        onClick={() => props.onOpen(props.id)}
      >
        <span class="room-item-title">{plain(title)}</span>
        {waiting > 0 && (
          <span class="badge" title="Messages that agents have not finished with">
            {waiting} <span class="visually-hidden">waiting</span>
          </span>
        )}
        <span class="room-item-people">
          {others.slice(0, 5).map(({ id, name, type }) => (
            <Avatar key={id} id={id} name={name} kind={type} size="small" isWorking={working.has(id)} />
          ))}
          <span class="room-item-names">
            {working.size > 0
              ? `${names(others.filter(({ id }) => working.has(id)))} working…`
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
