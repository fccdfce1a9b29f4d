/**
 * Follows a room as a person's page does: over the platform's socket, with the person's key. Ends when disposed of.
 *
 * @param hear Called with each event of the room's topic.
 */
export async function watchRoom(
  room: { readonly socketUrl: string; readonly apiKey: string; readonly roomId: string },
  hear: (event: string, payload: unknown) => void,
): Promise<Disposable> {
  const topic = `chat_room:${room.roomId}`;
  const socket = new WebSocket(`${room.socketUrl}?vsn=2.0.0&api_key=${encodeURIComponent(room.apiKey)}`);
  const heartbeat = setInterval(() => socket.send(JSON.stringify([null, "0", "phoenix", "heartbeat", {}])), 20_000);
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => socket.send(JSON.stringify(["1", "1", topic, "phx_join", {}]));
    socket.onerror = () => reject(new Error("The room can't be watched: the socket was refused"));
    socket.onmessage = ({ data }) => {
      const [, , from, event, payload] = readFrame(String(data));
      if (from !== topic) return;
      if (event === "phx_reply") resolve();
      else if (typeof event === "string") hear(event, payload);
    };
  });
  return {
    [Symbol.dispose]() {
      clearInterval(heartbeat);
      socket.close();
    },
  };
}

function readFrame(text: string): readonly unknown[] {
  const frame: unknown = JSON.parse(text);
  return Array.isArray(frame) ? frame : [];
}
