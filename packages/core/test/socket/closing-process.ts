/** A process of its own that joins two rooms and closes its socket when it is removed from one. It must then end by itself. */
import { openSocket, Recorder, roomId } from "./listening.ts";

class Closing extends Recorder {
  override event(event: Parameters<Recorder["event"]>[0]): void {
    if (event.type === "room_removed") void socket.close();
  }
}

const recorder = new Closing();
recorder.onConnected = () => socket.setRooms([roomId(1), roomId(2)]);
const timing = { joinTimeoutMs: 60_000, heartbeatMs: 200, reconnectBaseMs: 60_000, reconnectCapMs: 60_000 };
const socket = openSocket(process.argv[2] ?? "", recorder, { timing });
