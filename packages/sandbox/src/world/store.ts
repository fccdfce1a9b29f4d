import type { DatabaseSync, StatementSync } from "node:sqlite";
import { Clock } from "./clock.ts";
import { explained, openDataFile } from "./data-file.ts";
import type { News } from "./news.ts";
import { type Parameter, type Row, text } from "./row.ts";

/**
 * The SQLite database of a world: statements prepared once, changes all or nothing, news told after the commit.
 *
 * Everything is synchronous, so a change is never seen half done. Ends with dispose; a file keeps all of it.
 */
export class Store implements Disposable {
  readonly clock: Clock;
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #listeners = new Set<(news: News) => void>();
  #changing = false;
  #telling = false;
  #untold: News[] = [];

  constructor(file: string, nowMs: () => number) {
    this.#file = file;
    this.#database = openDataFile(file);
    this.clock = new Clock(nowMs);
    for (const table of ["entities", "rooms", "messages", "contact_requests", "tasks", "boards", "memories"]) {
      const last = this.one((row) => row.last, `SELECT max(updated_at) AS last FROM ${table}`);
      if (typeof last === "string") this.clock.startAfter(last);
    }
  }

  /** Runs a statement that changes rows; returns how many. */
  run(sql: string, ...parameters: Parameter[]): number {
    return Number(this.#prepared(sql).run(...parameters).changes);
  }

  one<Value>(read: (row: Row) => Value, sql: string, ...parameters: Parameter[]): Value | undefined {
    const row = this.#prepared(sql).get(...parameters);
    return row === undefined ? undefined : read(row);
  }

  all<Value>(read: (row: Row) => Value, sql: string, ...parameters: Parameter[]): Value[] {
    return this.#prepared(sql)
      .all(...parameters)
      .map(read);
  }

  /** Whether the query finds any row. */
  exists(sql: string, ...parameters: Parameter[]): boolean {
    return this.#prepared(sql).get(...parameters) !== undefined;
  }

  /** The ids that the query selects as `id`. */
  ids(sql: string, ...parameters: Parameter[]): string[] {
    return this.all((row) => text(row, "id"), sql, ...parameters);
  }

  /**
   * One change of the world: all of `work`, or nothing when it throws. A change inside a change is part of it.
   * Its news is told once it is committed. Throws a `DataFileError` when the file can't be written.
   */
  change<Value>(work: () => Value): Value {
    if (this.#changing) return work();
    const told = this.#untold.length;
    this.#changing = true;
    let value: Value;
    try {
      this.#prepared("BEGIN IMMEDIATE").run();
      value = work();
      this.#prepared("COMMIT").run();
    } catch (error) {
      this.#rollBack();
      this.#untold.length = told;
      throw explained(error, this.#file);
    } finally {
      this.#changing = false;
    }
    this.#tell();
    return value;
  }

  publish(news: News): void {
    this.#untold.push(news);
    if (!this.#changing) this.#tell();
  }

  subscribe(listener: (news: News) => void): () => void {
    const own = (news: News) => listener(news); // the same function may subscribe twice
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  [Symbol.dispose](): void {
    this.#listeners.clear();
    this.#statements.clear();
    if (this.#database.isOpen) this.#database.close();
  }

  /** A listener may change the world: what that causes is told after what is being told, so everyone hears one order. */
  #tell(): void {
    if (this.#telling) return;
    this.#telling = true;
    try {
      for (let news = this.#untold.shift(); news !== undefined; news = this.#untold.shift()) {
        for (const listener of Array.from(this.#listeners)) this.#tellOne(listener, news);
      }
    } finally {
      this.#telling = false;
    }
  }

  /** The change stands whatever a listener does, so its error is no answer to the caller: it surfaces as uncaught. */
  #tellOne(listener: (news: News) => void, news: News): void {
    try {
      listener(news);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  /** After some errors, a full disk for one, SQLite has done so by itself. */
  #rollBack(): void {
    try {
      this.#prepared("ROLLBACK").run();
    } catch {
      // no transaction is left to end; the error that ended it is the one to tell
    }
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
