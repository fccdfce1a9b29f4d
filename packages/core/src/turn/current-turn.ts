import { AsyncLocalStorage } from "node:async_hooks";
import { shared } from "../internal/shared.ts";
import type { Turn } from "./turn.ts";

/** One storage for the process, so that two installed copies of this package see each other's turns. */
export const currentTurnStorage: AsyncLocalStorage<Turn> = shared(
  "thenvoi.current-turn",
  () => new AsyncLocalStorage<Turn>(),
  (value): value is AsyncLocalStorage<Turn> => value instanceof AsyncLocalStorage,
);

/**
 * The turn whose handler is running, wherever in it this is called; undefined outside of a handler.
 *
 * For code that a framework calls for you, such as your own tools. Rooms are told apart, however many run at once.
 */
export function currentTurn(): Turn | undefined {
  return currentTurnStorage.getStore();
}
