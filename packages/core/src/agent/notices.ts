import { channel } from "node:diagnostics_channel";
import type { Logger } from "../logger.ts";
import type { Notice } from "../model/notice.ts";

/** The notice of one type. */
export type NoticeOf<Type extends Notice["type"]> = Extract<Notice, { readonly type: Type }>;

/**
 * Tells listeners, and whoever subscribed to the diagnostics channels `thenvoi:<type>`, what an agent does. A listener
 * that throws is logged and changes nothing.
 */
export class Notices {
  readonly #logger: Logger;
  readonly #told = new Map<Notice["type"], number>();
  readonly #listeners = new Map<Notice["type"], Set<(notice: Notice) => void>>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  on<Type extends Notice["type"]>(type: Type, listener: (notice: NoticeOf<Type>) => void): () => void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners);
    const entry = (notice: Notice) => {
      if (isOf(notice, type)) listener(notice);
    };
    listeners.add(entry);
    return () => listeners.delete(entry);
  }

  /** How many of a type were told so far. */
  count(type: Notice["type"]): number {
    return this.#told.get(type) ?? 0;
  }

  readonly tell = (notice: Notice): void => {
    this.#told.set(notice.type, this.count(notice.type) + 1);
    const diagnostics = channel(`thenvoi:${notice.type}`);
    if (diagnostics.hasSubscribers) diagnostics.publish(notice);
    for (const listener of this.#listeners.get(notice.type) ?? []) {
      try {
        listener(notice);
      } catch (error) {
        this.#logger.error(`A listener for "${notice.type}" threw: ${String(error)}`);
      }
    }
  };
}

function isOf<Type extends Notice["type"]>(notice: Notice, type: Type): notice is NoticeOf<Type> {
  return notice.type === type;
}
