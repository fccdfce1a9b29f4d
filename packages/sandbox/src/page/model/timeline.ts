import type { Row } from "../platform/wire.ts";
import { type Entry, entryOf, type ToolEntry } from "./entry.ts";

/** Entries that are drawn together: a change redraws only the block it is in. */
export type Block = readonly Entry[];

const blockLength = 20;

/**
 * The entries of one room, oldest first, in blocks.
 *
 * Rows come in any order and more than once: live, from a list that reads backwards, and again after a lost connection.
 * Blocks that did not change stay the same objects.
 */
export class Timeline {
  #blocks: readonly Block[] = [];
  readonly #known = new Set<string>();
  /** Messages that wait for agents, with for how many. */
  readonly #waiting = new Map<string, number>();
  /** What settles an attention that was not read yet, by its id. */
  readonly #settled = new Map<string, string>();

  get blocks(): readonly Block[] {
    return this.#blocks;
  }

  /** How many deliveries are not processed, as far as the timeline was read. */
  get waiting(): number {
    return [...this.#waiting.values()].reduce((sum, count) => sum + count, 0);
  }

  /** False for a row that was here before; it is taken in all the same, as it may have changed. */
  add(row: Row): boolean {
    const isNew = !this.#known.has(row.id);
    const entry = entryOf(row);
    if (entry.kind === "message") this.#count(entry);
    if (isNew) {
      this.#known.add(row.id);
      if (entry.kind === "tool") this.#addTool(entry);
      else if (entry.kind === "attention") this.#addAttention(entry);
      else this.#insert(entry);
    } else if (entry.kind === "message") {
      this.#replace(entry);
    }
    return isNew;
  }

  remove(id: string): void {
    this.#waiting.delete(id);
    this.#blocks = this.#blocks
      .map((block) => (block.some((entry) => entry.id === id) ? block.filter((entry) => entry.id !== id) : block))
      .filter((block) => block.length > 0);
  }

  #count({ id, deliveries }: Extract<Entry, { kind: "message" }>): void {
    const open = deliveries.filter(({ status }) => status !== "processed").length;
    if (open > 0) this.#waiting.set(id, open);
    else this.#waiting.delete(id);
  }

  #addTool(entry: ToolEntry): void {
    const other = entry.call ? this.#find(entry, "next") : this.#find(entry, "previous");
    if (!other) this.#insert(entry);
    else if (entry.call) {
      this.remove(other.id);
      this.#insert({ ...entry, result: other.result });
    } else this.#replace({ ...other, result: entry.result });
  }

  /** For a result the newest open call before it, for a call the first result without a call after it. */
  #find(entry: ToolEntry, side: "previous" | "next"): ToolEntry | undefined {
    const wanted = entry.call?.callId ?? entry.result?.callId;
    const fits = (other: Entry): other is ToolEntry => {
      if (other.kind !== "tool" || other.sender.id !== entry.sender.id) return false;
      const isOpen = side === "previous" ? other.call && !other.result : !other.call;
      const isThere = side === "previous" ? other.at <= entry.at : other.at >= entry.at;
      return Boolean(isOpen) && isThere && (other.call?.callId ?? other.result?.callId) === wanted;
    };
    if (side === "next") return this.#blocks.flat().find(fits);
    for (const block of this.#blocks.toReversed()) {
      const found = block.findLast(fits);
      if (found) return found;
    }
    return undefined;
  }

  #addAttention(entry: Extract<Entry, { kind: "attention" }>): void {
    if (entry.resolves === undefined) {
      const resolution = this.#settled.get(entry.id);
      this.#insert(resolution === undefined ? entry : { ...entry, resolution });
      return;
    }
    const resolution = entry.resolution ?? "resolved";
    this.#settled.set(entry.resolves, resolution);
    const settled = this.#blocks.flat().find(({ id }) => id === entry.resolves);
    if (settled?.kind === "attention") this.#replace({ ...settled, resolution });
  }

  #insert(entry: Entry): void {
    const blocks = this.#blocks;
    let index = blocks.length - 1;
    while (index > 0 && isBefore(entry, blocks[index]?.[0])) index -= 1;
    const block = blocks[index];
    if (!block) {
      this.#blocks = [[entry]];
      return;
    }
    let place = block.length;
    while (place > 0 && isBefore(entry, block[place - 1])) place -= 1;
    this.#blocks = blocks.toSpliced(index, 1, ...divided(block.toSpliced(place, 0, entry), place));
  }

  #replace(entry: Entry): void {
    const index = this.#blocks.findLastIndex((block) => block.some(({ id }) => id === entry.id));
    const block = this.#blocks[index];
    if (block)
      this.#blocks = this.#blocks.with(
        index,
        block.map((each) => (each.id === entry.id ? entry : each)),
      );
  }
}

function isBefore(entry: Entry, other: Entry | undefined): boolean {
  if (!other) return false;
  return entry.at === other.at ? entry.id < other.id : entry.at < other.at;
}

/** A block that has grown too long, in two: what grows at an end leaves a full block behind. */
function divided(block: Block, place: number): Block[] {
  if (block.length <= blockLength) return [block];
  const cut = place === 0 ? block.length - blockLength : place === block.length - 1 ? blockLength : block.length >> 1;
  return [block.slice(0, cut), block.slice(cut)];
}
