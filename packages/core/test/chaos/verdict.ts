import type { RoomHandle } from "@thenvoi/sandbox";

/** What one room shows at the end: the words said in it, oldest first, and the words the agent answered with. */
export interface RoomRecord {
  readonly said: readonly string[];
  readonly answered: readonly string[];
  /** Messages the platform still counts as waiting, running or failed. */
  readonly unsettled: number;
  /** Messages the agent gave up, as errors in the room show. */
  readonly givenUp: number;
}

/** What went wrong in all rooms together; all of it is to be 0. */
export interface Verdict {
  /** Messages without an answer. */
  readonly lost: number;
  /** Answers before one to an older message of the room. */
  readonly reordered: number;
  /** Answers to a message that had one, or to none at all. */
  readonly saidTwice: number;
  readonly unsettled: number;
  readonly givenUp: number;
}

/** What a room shows, where each message ends in a word of its own and is answered with it. */
export function recordOf(room: RoomHandle, agent: string, person: string): RoomRecord {
  const wordsTo = (handle: string) =>
    room.said().flatMap((text) => (text.startsWith(`@${handle} `) ? [text.slice(handle.length + 2)] : []));
  return {
    said: wordsTo(agent),
    answered: wordsTo(person),
    unsettled: room.deliveries(agent).filter(({ status }) => status !== "processed").length,
    givenUp: room.timeline().filter(({ type }) => type === "error").length,
  };
}

export function judge(records: readonly RoomRecord[]): Verdict {
  const sum = (count: (record: RoomRecord) => number) => records.reduce((total, record) => total + count(record), 0);
  return {
    lost: sum(({ said, answered }) => said.filter((word) => !answered.includes(word)).length),
    reordered: sum(inversions),
    saidTwice: sum(({ said, answered }) => answered.filter((word, at) => isExtra(said, answered, word, at)).length),
    unsettled: sum(({ unsettled }) => unsettled),
    givenUp: sum(({ givenUp }) => givenUp),
  };
}

export function isClean(verdict: Verdict): boolean {
  return Object.values(verdict).every((count) => count === 0);
}

function isExtra(said: readonly string[], answered: readonly string[], word: string, at: number): boolean {
  return answered.indexOf(word) !== at || !said.includes(word);
}

/** How many first answers come after one to a newer message. */
function inversions({ said, answered }: RoomRecord): number {
  let newest = -1;
  let count = 0;
  for (const word of new Set(answered)) {
    const place = said.indexOf(word);
    if (place >= 0 && place < newest) count += 1;
    newest = Math.max(newest, place);
  }
  return count;
}
