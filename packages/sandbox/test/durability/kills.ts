import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { SandboxProcess } from "../support/sandbox-process.ts";
import { halves, lost } from "./invariants.ts";
import { emptyLedger, writeUntilKilled } from "./ledger.ts";

/** What came of killing sandboxes under load. */
export interface KillReport {
  readonly kills: number;
  /** Changes that were answered with yes. */
  readonly answered: number;
  /** Changes that were under way when the process died. */
  readonly unanswered: number;
  readonly lost: readonly string[];
  readonly halves: readonly string[];
}

/** Files killed over at the same time: starting a process takes longer than killing it. */
const lanes = 3;
/** A process lives for so many answered changes at most, and a moment more: on a slow machine as on a fast one. */
const longestLife = 80;
const longestMomentMs = 4;

/**
 * Kills sandboxes that five writers each are at work on, at moments no one chose, starts them again on the same file, and compares what
 * was answered with what is there.
 */
export async function killUnderLoad(kills: number): Promise<KillReport> {
  await SandboxProcess.compile();
  const shares = Array.from({ length: lanes }, (_, lane) => Math.floor((kills + lane) / lanes));
  const reports = await Promise.all(shares.map(killInTurn));
  const sum = (count: (report: KillReport) => number): number =>
    reports.reduce((all, report) => all + count(report), 0);
  return {
    kills: sum((report) => report.kills),
    answered: sum((report) => report.answered),
    unanswered: sum((report) => report.unanswered),
    lost: reports.flatMap((report) => report.lost),
    halves: reports.flatMap((report) => report.halves),
  };
}

async function killInTurn(kills: number): Promise<KillReport> {
  const folder = await mkdtemp(join(tmpdir(), "sandbox-kill-"));
  const file = join(folder, "data.sqlite");
  const ledger = emptyLedger();
  const found = { lost: new Set<string>(), halves: new Set<string>() };
  try {
    for (let kill = 0; kill < kills; kill++) {
      await using sandbox = await SandboxProcess.start(file);
      const enough = ledger.answered + Math.random() * longestLife;
      const writers = writeUntilKilled(sandbox, ledger);
      while (ledger.answered < enough) await pause(1);
      await pause(Math.random() * longestMomentMs);
      await sandbox.kill();
      await writers;
      using database = new DatabaseSync(file); // as the next process will find it
      for (const loss of lost(database, ledger)) found.lost.add(loss);
      for (const half of halves(database)) found.halves.add(half);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  const { answered, unanswered } = ledger;
  return { kills, answered, unanswered, lost: [...found.lost], halves: [...found.halves] };
}
