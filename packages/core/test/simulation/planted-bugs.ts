/** A mistake put into the source while it is loaded, to see whether the simulation notices. */
export interface PlantedBug {
  readonly name: string;
  /** Below `packages/core/src`. */
  readonly file: string;
  /** Occurs exactly once. */
  readonly find: string;
  readonly replace: string;
  /** The seed to begin with, where the first one that notices is late: the schedules before it need not be played each time. */
  readonly from?: number;
}

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: "a turn is settled before its texts are out",
    file: "turn/flush.ts",
    find: "await voice.flushTexts();",
    replace: "return;",
  },
  {
    name: "a room that is joined again is not looked at",
    file: "agent/live.ts",
    find: "    worker?.followNews();\n    worker?.nudge();",
    replace: "    worker?.followNews();",
  },
  {
    name: "what a frame names runs although an older message waits",
    from: 37,
    file: "turn/claim.ts",
    find: "if (head !== undefined && head.id !== item.id && isBefore(head, item)) {",
    replace: "if (head === undefined && isBefore(item, item)) {",
  },
  {
    name: "a post without an answer is sent again unseen",
    from: 38,
    file: "outbox/post-text.ts",
    find: "if (found !== undefined) return found;",
    replace: "",
  },
  {
    name: "nothing is known of what earlier attempts said",
    file: "turn/speak.ts",
    find: "if (attemptNumber === 1 || neverRan(deliveryFor(item, selfId), attemptNumber)) return [];",
    replace: "if (attemptNumber > 0) return [];",
  },
  {
    name: "reconnecting never slows down",
    from: 136,
    file: "socket/reconnection.ts",
    find: "this.#tries += 1;",
    replace: "",
  },
  {
    name: "a turn that is over keeps its voice",
    file: "turn/speak.ts",
    find: 'voice.close(turnIsOver, { results: "The turn ended before this call had a result." });',
    replace: "",
  },
  {
    name: "a turn that is cut keeps its voice",
    file: "turn/run.ts",
    find: "if (end.cut === undefined) return;",
    replace: "if (end.signal !== undefined) return;",
  },
  {
    name: "a room takes two turns at once",
    file: "agent/worker.ts",
    find: "if (this.#busy !== undefined || !this.#hasWork()) return;",
    replace: "if (!this.#hasWork()) return;",
  },
  {
    name: "a message that always fails is never given up",
    file: "turn/attempts.ts",
    find: "const failuresAllowed = 4;",
    replace: "const failuresAllowed = 400;",
  },
  {
    name: "a claim without an answer is made again at once",
    from: 38,
    file: "rest/repetition.ts",
    find: 'claim: { unauthorized: 3, throttled: 6, "not-sent": 6, unknown: 1, final: 1 },',
    replace: 'claim: { unauthorized: 3, throttled: 6, "not-sent": 6, unknown: 6, final: 1 },',
  },
  {
    name: "a stop lets the turn that runs go on",
    from: 46,
    file: "agent/worker.ts",
    find: "    this.#turn?.cut(cut);\n    if (cut",
    replace: '    if (cut !== "stop") this.#turn?.cut(cut);\n    if (cut',
  },
  {
    name: "a room that rests has every room rest",
    file: "agent/worker.ts",
    find: "  #rest: Rest | undefined;",
    replace:
      "  static rests = new WeakMap();\n  get #rest() { return RoomWorker.rests.get(this.#shop); }\n  set #rest(rest) { RoomWorker.rests.set(this.#shop, rest); }",
  },
  {
    name: "a turn that fails keeps its slot",
    file: "agent/room-turn.ts",
    find: "return await this.#run(room, { item: current, from }, slot, at.timeoutMs);\n    } finally {\n      slot.release();",
    replace:
      'const ended = await this.#run(room, { item: current, from }, slot, at.timeoutMs);\n      if (ended.outcome !== "failed") slot.release();\n      return ended;\n    } finally {',
  },
  {
    name: "an agent that is superseded comes back",
    file: "wire/socket-event.ts",
    find: 'return event === "supersede" ? { type: "superseded", message: readSupersede(payload) } : undefined;',
    replace: "return undefined;",
  },
  {
    name: "nothing repairs a frame that never came",
    from: 141,
    file: "agent/room-agent.ts",
    find: "patrol.start();",
    replace: "",
  },
];
