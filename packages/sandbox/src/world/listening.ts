/** Which agents have a live socket that joined which rooms. Not kept in the data file: no socket outlives the process. */
export class Listening {
  readonly #roomsByAgent = new Map<string, Set<string>>();

  set(agentId: string, roomId: string, listening: boolean): void {
    const rooms = this.#roomsByAgent.get(agentId) ?? new Set();
    if (listening) rooms.add(roomId);
    else rooms.delete(roomId);
    if (rooms.size > 0) this.#roomsByAgent.set(agentId, rooms);
    else this.#roomsByAgent.delete(agentId);
  }

  has(agentId: string, roomId: string): boolean {
    return this.#roomsByAgent.get(agentId)?.has(roomId) ?? false;
  }
}
