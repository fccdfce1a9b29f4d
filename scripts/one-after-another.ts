/**
 * The plainest client there can be: connects, lists the rooms, and joins them one after another, each join awaited before
 * the next. Ends when all are joined; disposing closes the socket.
 */
export async function joinOneAfterAnother(
  agent: { readonly apiKey: string; readonly agentId: string; readonly baseUrl: string },
  rooms: number,
): Promise<AsyncDisposable> {
  const socketUrl = agent.baseUrl.replace("http", "ws");
  const socket = new WebSocket(
    `${socketUrl}/api/v1/socket/websocket?vsn=2.0.0&api_key=${agent.apiKey}&agent_id=${agent.agentId}`,
  );
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  let ref = 0;
  const join = async (topic: string) => {
    ref += 1;
    const joinRef = String(ref);
    const answered = new Promise<void>((resolve) => {
      socket.onmessage = ({ data }) => {
        const frame: unknown = JSON.parse(String(data));
        if (Array.isArray(frame) && frame[1] === joinRef) resolve();
      };
    });
    socket.send(JSON.stringify([joinRef, joinRef, topic, "phx_join", {}]));
    await answered;
  };
  for (const topic of ["agent_control", "agent_rooms", "agent_contacts"]) await join(`${topic}:${agent.agentId}`);
  const ids = await listRooms(agent);
  if (ids.length !== rooms) throw new Error(`${rooms} rooms were expected and ${ids.length} listed`);
  for (const id of ids) await join(`chat_room:${id}`);
  return {
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => {
        socket.onclose = resolve;
      });
      socket.close();
      await closed;
    },
  };
}

async function listRooms(agent: { readonly apiKey: string; readonly baseUrl: string }): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let page = 1; ; page += 1) {
    const url = `${agent.baseUrl}/api/v1/agent/chats?page=${page}&page_size=100`;
    const response = await fetch(url, { headers: { "x-api-key": agent.apiKey } });
    const body: unknown = await response.json();
    const rows =
      typeof body === "object" && body !== null && "data" in body && Array.isArray(body.data) ? body.data : [];
    ids.push(...rows.map((row: { id: string }) => row.id));
    if (rows.length < 100) return ids;
  }
}
