import { type Environment, keptAlive } from "../internal/environment.ts";
import type { RoomEventInput } from "../model/room-event.ts";
import { Voice } from "../outbox/voice.ts";
import type { KnownRoom } from "../room/known-room.ts";
import { bindSelection } from "../tools/selection.ts";
import { toolboxOf } from "../turn/toolbox.ts";
import { type OutgoingMessage, type RoomVoice, readHistory } from "../turn/turn.ts";

/** A room from outside: how to get to it, and what the names of its tools begin with. */
export interface OutsideRoom {
  readonly environment: Environment;
  readonly id: string;
  readonly reach: () => Promise<KnownRoom>;
  readonly toolPrefix: () => string;
}

/**
 * A voice in a room from outside any turn. The room may still have to be reached: what is said waits for that, in order,
 * and `report` does not. It shares the room's outbox, so that it has one order with the turns.
 */
export function outsideVoice(outside: OutsideRoom): RoomVoice {
  const { reach, toolPrefix } = outside;
  let reached: Promise<Voice> | undefined;
  const voice = () => {
    reached ??= reach().then(
      (room) => new Voice(room.outbox, { onPosted: (posted) => room.posted(posted) }),
      (error: unknown) => {
        reached = undefined;
        throw error;
      },
    );
    return reached;
  };
  const awake = <Result>(task: () => Promise<Result>) => keptAlive(outside.environment, task);
  const send = (message: OutgoingMessage) => awake(async () => (await voice()).send(message));
  const report = (event: RoomEventInput) => {
    voice().then(
      (spoken) => spoken.report(event),
      () => undefined, // a report never throws; whoever sends next learns why
    );
  };
  const toolbox = toolboxOf(reach, { send, report });
  return {
    id: outside.id,
    send,
    report,
    history: (options) => awake(async () => readHistory(await reach(), options?.limit)),
    flush: () => awake(async () => (await voice()).flush()),
    tools: (selection = {}) => bindSelection(selection, toolbox, toolPrefix()),
  };
}
