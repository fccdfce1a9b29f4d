import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Participant } from "../platform/wire.ts";
import type { Session } from "../session.ts";
import { Avatar } from "./avatar.tsx";
import { Dialog } from "./dialog.tsx";
import type { Attempt } from "./notices.tsx";
import { plain } from "./plain.ts";

/** Makes a room, with a name and whoever is to be in it. */
export function NewRoomDialog(props: {
  readonly session: Session;
  readonly peers: readonly Participant[];
  readonly attempt: Attempt;
  readonly onClose: () => void;
  readonly onMade: (room: string) => void;
}): VNode {
  const { session, attempt } = props;
  const [title, setTitle] = useState("");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isMaking, setMaking] = useState(false);
  const toggle = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const make = async (): Promise<void> => {
    setMaking(true);
    const isMade = await attempt(async () => props.onMade(await session.createRoom(title, [...chosen])));
    setMaking(false);
    if (isMade) props.onClose();
  };
  return (
    <Dialog title="New room" onClose={props.onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <label class="field">
          <span>Name</span>
          <input
            value={title}
            maxLength={120}
            placeholder="The first message names it"
            onInput={(event) => setTitle(event.currentTarget.value)}
          />
        </label>
        <fieldset class="choices">
          <legend>Who is in it</legend>
          {props.peers.map(({ id, name, type, handle }) => (
            <label key={id} class="choice">
              <input type="checkbox" checked={chosen.has(id)} onChange={() => toggle(id)} />
              <Avatar id={id} name={name} kind={type} size="small" />
              <span>{plain(name)}</span>
              <span class="handle">@{handle}</span>
            </label>
          ))}
          {props.peers.length === 0 && <p class="empty">Nobody yet. Register an agent first.</p>}
        </fieldset>
        <div class="form-end">
          <button type="button" onClick={props.onClose}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={isMaking}>
            Make the room
          </button>
        </div>
      </form>
    </Dialog>
  );
}
