import { DatabaseSync } from "node:sqlite";
import { prepareSchema } from "./schema.ts";

/** Written into the head of our files, as SQLite has it for programs to tell their own. */
const applicationId = 0x7468_6e76;

/** A data file can't be used, or not be written any more; the message is one sentence, and nothing in the file was changed. */
export class DataFileError extends Error {
  override readonly name = "DataFileError";
}

/**
 * Opens the database of a world, makes it when there is none, and brings an older one up to date.
 *
 * A file is ours alone while it is open. A change that was committed outlives the process, however that ends (not a power failure: the
 * system writes to the disk when it sees fit). Throws a {@link DataFileError} for a file that another process has open, that is no
 * database or another program's, or that can't be read or written.
 */
export function openDataFile(file: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    database.exec("PRAGMA locking_mode = EXCLUSIVE");
    checkIsOurs(database);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;");
    prepareSchema(database);
    database.exec(`PRAGMA application_id = ${applicationId}`);
    return database;
  } catch (error) {
    database?.close();
    throw explained(error, file);
  }
}

/** The same error, or, when it is one of the file, what it means to who gave it. */
export function explained(error: unknown, file: string): unknown {
  const code = error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode : 0;
  const reason = reasons[code & 0xff]; // the rest of the number says more than a user can act on
  return reason === undefined ? error : new DataFileError(`${file} ${reason}`, { cause: error });
}

/** By SQLite's result codes. */
const reasons: Readonly<Record<number, string>> = {
  5: "is in use by another process, perhaps another sandbox",
  6: "is in use by another process, perhaps another sandbox",
  8: "may not be written by this user",
  10: "can't be read or written; its disk may be full or gone",
  11: "is a damaged database",
  13: "can't be written: its disk is full",
  14: "can't be opened; does its folder exist, and may this user write there?",
  26: "is no SQLite database",
};

/** Only reads: a file of someone else stays as it is. */
function checkIsOurs(database: DatabaseSync): void {
  const number = (pragma: string): number => Number(database.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  if (number("application_id") === applicationId || (tables.length === 0 && number("application_id") === 0)) return;
  const isOurs = number("user_version") > 0 && tables.some(({ name }) => name === "deliveries"); // from before files were marked
  if (!isOurs) throw new DataFileError(`${database.location() ?? "it"} is a database of another program`);
}
