import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { startSandbox } from "../../src/index.ts";
import { SandboxProcess } from "../support/sandbox-process.ts";
import { halves, lost } from "./invariants.ts";
import { emptyLedger, writeUntilKilled } from "./ledger.ts";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "sandbox-file-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test("a file that is no database is refused in a sentence, and stays as it is", async () => {
  const file = join(folder(), "notes.txt");
  writeFileSync(file, "Buy milk.\n".repeat(500));
  const before = readFileSync(file);
  await expect(SandboxProcess.start(file)).rejects.toThrow(
    `The sandbox can't start: the data file ${file} is no SQLite database.\n`,
  );
  expect(readFileSync(file)).toEqual(before);
});

test.each(["DELETE", "WAL"])(
  "a database of another program (journal mode %s) is refused, and stays as it is",
  async (mode) => {
    const file = join(folder(), "other.db");
    using other = new DatabaseSync(file);
    other.exec(
      `PRAGMA journal_mode = ${mode}; CREATE TABLE songs (title TEXT); INSERT INTO songs VALUES ('Blue in Green')`,
    );
    other.close();
    const before = readFileSync(file);
    await expect(startSandbox({ data: file })).rejects.toThrow("is a database of another program");
    expect(readFileSync(file)).toEqual(before);
  },
);

test("a damaged file of ours is refused in a sentence", async () => {
  const file = join(folder(), "data.db");
  await (await startSandbox({ data: file, seed: "demo" })).stop();
  const bytes = readFileSync(file);
  bytes.fill(0xff, 100, 4_000);
  writeFileSync(file, bytes);
  await expect(startSandbox({ data: file })).rejects.toThrow(/the data file .* is (?:a damaged|no SQLite) database/);
  expect(readFileSync(file)).toEqual(bytes);
});

test("a file in a folder that isn't there is refused in a sentence", async () => {
  const file = join(folder(), "nowhere", "data.db");
  await expect(startSandbox({ data: file })).rejects.toThrow("can't be opened; does its folder exist");
});

test("a file that another sandbox has open is refused, and the other goes on", async () => {
  const file = join(folder(), "data.db");
  await using first = await SandboxProcess.start(file);
  await expect(SandboxProcess.start(file)).rejects.toThrow("is in use by another process, perhaps another sandbox");
  const ledger = emptyLedger();
  const writers = writeUntilKilled(first, ledger);
  await expect.poll(() => ledger.answered).toBeGreaterThan(20);
  await first.kill();
  await writers;
  using database = new DatabaseSync(file);
  expect([...lost(database, ledger), ...halves(database)]).toEqual([]);
});

/** A file system of one megabyte, where this user may make one. */
function tinyDisk(): string | undefined {
  const path = join(folder(), "disk");
  mkdirSync(path);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", path], { stdio: "ignore" });
  } catch {
    return undefined; // not root, or not allowed in this container: the limit below stands in for it
  }
  onTestFinished(() => void execFileSync("umount", ["-l", path]));
  return path;
}

test.each(["a disk of one megabyte", "a limit of the process"])(
  "a full disk (%s) is told in a sentence, loses nothing that was answered, and the sandbox goes on reading",
  async (kind) => {
    const disk = kind.startsWith("a disk") ? tinyDisk() : undefined;
    const file = join(disk ?? folder(), "data.db");
    const ledger = emptyLedger();
    await using full = await SandboxProcess.start(file, disk === undefined ? "ulimit -f 1600;" : "");
    const refusal = await writeUntilKilled(full, ledger).then(
      () => "",
      (error: unknown) => String(error),
    );
    expect(refusal).toMatch(/500 .*The sandbox failed: .*data\.db can't be .*disk (?:is|may be) full/);
    expect(ledger.answered).toBeGreaterThan(20);
    const [text = ""] = ledger.texts.keys();
    expect(text).not.toBe("");
    const rooms = await fetch(`${full.url}/api/v1/me/chats`, { headers: { "x-api-key": "band_u_demo_dana" } });
    expect(rooms.status).toBe(200);
    await full.kill();

    const copy = join(folder(), "data.db"); // on a disk that has room
    for (const part of ["", "-wal"]) copyFileSync(`${file}${part}`, `${copy}${part}`);
    await (await startSandbox({ data: copy })).stop();
    using database = new DatabaseSync(copy);
    expect([...lost(database, ledger), ...halves(database)]).toEqual([]);
  },
);
