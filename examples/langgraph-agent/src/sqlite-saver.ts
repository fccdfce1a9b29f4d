import { DatabaseSync } from "node:sqlite";
import { deserialize, serialize } from "node:v8";
import { MemorySaver } from "@langchain/langgraph";

/**
 * LangGraph's saver in memory, kept in a SQLite file with each change, so that threads outlive the process.
 *
 * For an example with one process; a service takes `@langchain/langgraph-checkpoint-sqlite` or `-postgres`.
 */
export class SqliteSaver extends MemorySaver implements Disposable {
  readonly #database: DatabaseSync;

  constructor(file: string) {
    super();
    this.#database = new DatabaseSync(file);
    this.#database.exec("CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value BLOB NOT NULL)");
    for (const { name, value } of this.#database.prepare("SELECT name, value FROM kept").all()) {
      if (!(value instanceof Uint8Array)) continue;
      Object.assign(name === "storage" ? this.storage : this.writes, deserialize(value));
    }
  }

  override async put(...given: Parameters<MemorySaver["put"]>): ReturnType<MemorySaver["put"]> {
    const config = await super.put(...given);
    this.#keep("storage", this.storage);
    return config;
  }

  override async putWrites(...given: Parameters<MemorySaver["putWrites"]>): Promise<void> {
    await super.putWrites(...given);
    this.#keep("writes", this.writes);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #keep(name: string, value: object): void {
    this.#database.prepare("INSERT OR REPLACE INTO kept (name, value) VALUES (?, ?)").run(name, serialize(value));
  }
}
