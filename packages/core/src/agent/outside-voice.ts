import { systemEnvironment } from "../internal/environment.ts";
import { Voice } from "../outbox/voice.ts";
import type { KnownRoom } from "../room/known-room.ts";
import { type RoomVoice, roomVoice } from "../turn/turn.ts";

/**
 * A voice in a room from outside any turn. The room may still have to be reached: what is said waits for that, in order,
 * and `report` does not. It shares the room's outbox, so that it has one order with the turns.
 */
export function outsideVoice(roomId: string, reach: () => Promise<KnownRoom>): RoomVoice {
  let reached: Promise<RoomVoice> | undefined;
  const voice = () => {
    reached ??= reach().then(
      (room) => roomVoice(room, new Voice(room.outbox, { onPosted: (posted) => room.posted(posted) })),
      (error: unknown) => {
        reached = undefined;
        throw error;
      },
    );
    return reached;
  };
  return {
    id: roomId,
    send: (message) => awake(async () => (await voice()).send(message)),
    report: (event) => {
      voice().then(
        (spoken) => spoken.report(event),
        () => undefined, // a report never throws; whoever sends next learns why
      );
    },
    history: (options) => awake(async () => (await voice()).history(options)),
    flush: () => awake(async () => (await voice()).flush()),
  };
}

/** Does a task with the process kept alive: a script may have nothing else to do than to wait for it. */
async function awake<Result>(task: () => Promise<Result>): Promise<Result> {
  const release = systemEnvironment.keepAlive();
  try {
    return await task();
  } finally {
    release();
  }
}
