import type { VNode } from "preact";
import { memo } from "preact/compat";
import { useState } from "preact/hooks";
import type { ControlMode } from "../platform/human-api.ts";
import type { Participant } from "../platform/wire.ts";
import type { RoomPeople, Session } from "../session.ts";
import { Avatar } from "./avatar.tsx";
import { Icon } from "./icons.tsx";
import type { Attempt } from "./notices.tsx";
import { Panel } from "./panel.tsx";
import { plain } from "./plain.ts";

/** Who is in the room: agents can be stopped, let go on and interrupted, and everyone added or removed. */
export const PeoplePanel = memo(function PeoplePanel(props: {
  readonly roomId: string;
  readonly title: string;
  readonly people: RoomPeople;
  readonly peers: readonly Participant[];
  readonly session: Session;
  readonly attempt: Attempt;
  readonly onClose: () => void;
}): VNode {
  const { roomId, title, people, session, attempt } = props;
  const { api, me } = session;
  const here = new Set(people.participants.map(({ id }) => id));
  const absent = props.peers.filter(({ id }) => !here.has(id));
  return (
    <Panel title="People and agents" onClose={props.onClose}>
      <ul class="people">
        {people.participants.map((person) => (
          <li key={person.id} class="person">
            <Avatar id={person.id} name={person.name} kind={person.type} isWorking={people.working.has(person.id)} />
            <div class="person-about">
              <p class="person-name">
                {plain(person.name)} {person.id === me.id && <span class="tag">you</span>}
              </p>
              <p class="handle">@{person.handle}</p>
              {person.type === "Agent" && <p class="person-state">{stateOf(people, person)}</p>}
            </div>
            {person.type === "Agent" && (
              <AgentButtons
                name={plain(person.name)}
                isStopped={people.stopped.has(person.id)}
                onControl={(mode) => void attempt(() => session.control(roomId, person.id, mode))}
              />
            )}
            {person.id !== me.id && (
              <button
                type="button"
                class="icon-button"
                aria-label={`Remove ${plain(person.name)}`}
                title="Remove from the room"
                onClick={() => void attempt(() => api.removeParticipant(roomId, person.id))}
              >
                <Icon name="cross" />
              </button>
            )}
          </li>
        ))}
      </ul>
      <AddSomeone absent={absent} onAdd={(id) => void attempt(() => api.addParticipant(roomId, id))} />
      <button
        type="button"
        class="quiet danger"
        onClick={() => {
          if (confirm(`Delete the room “${plain(title)}” for everyone?`)) void attempt(() => api.deleteRoom(roomId));
        }}
      >
        Delete this room
      </button>
    </Panel>
  );
});

function stateOf({ stopped, working }: RoomPeople, { id }: Participant): string {
  if (stopped.has(id)) return "stopped";
  return working.has(id) ? "working" : "idle";
}

function AgentButtons(props: {
  readonly name: string;
  readonly isStopped: boolean;
  readonly onControl: (mode: ControlMode) => void;
}): VNode {
  const { name, isStopped, onControl } = props;
  return (
    <span class="agent-buttons">
      <button
        type="button"
        class="icon-button"
        aria-label={`Interrupt ${name}`}
        title="Cancel what it does now"
        onClick={() => onControl("interrupt")}
      >
        <Icon name="interrupt" />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label={`${isStopped ? "Play" : "Stop"} ${name}`}
        title={isStopped ? "Let it go on" : "Stop it in this room"}
        onClick={() => onControl(isStopped ? "play" : "stop")}
      >
        <Icon name={isStopped ? "play" : "stop"} />
      </button>
    </span>
  );
}

function AddSomeone({
  absent,
  onAdd,
}: {
  readonly absent: readonly Participant[];
  readonly onAdd: (id: string) => void;
}): VNode | null {
  const [chosen, setChosen] = useState("");
  const id = absent.some((person) => person.id === chosen) ? chosen : (absent[0]?.id ?? "");
  if (absent.length === 0) return <p class="quiet-text">Everyone you know is here.</p>;
  return (
    <form
      class="add-someone"
      onSubmit={(event) => {
        event.preventDefault();
        onAdd(id);
      }}
    >
      <select aria-label="Someone to add" value={id} onChange={(event) => setChosen(event.currentTarget.value)}>
        {absent.map((person) => (
          <option key={person.id} value={person.id}>
            {plain(person.name)} (@{person.handle})
          </option>
        ))}
      </select>
      <button type="submit">
        <Icon name="plus" /> Add
      </button>
    </form>
  );
}
