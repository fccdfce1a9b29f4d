import { cpus, totalmem } from "node:os";
import type { Figure, Row } from "./figure.ts";
import { median } from "./samples.ts";

/** Where and when figures were measured. */
export interface Circumstances {
  readonly date: string;
  readonly node: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGb: number;
}

/** A figure as measured: what `--json` writes and `pnpm bench --markdown` reads. */
export interface Measured {
  readonly name: string;
  readonly title: string;
  readonly runs: number;
  readonly rows: readonly MeasuredRow[];
}

export interface MeasuredRow {
  readonly what: string;
  readonly unit: string;
  readonly ours: readonly number[];
  readonly floor: readonly number[];
  readonly wanted: string;
  /** Whether it is as wanted; undefined where nothing is. */
  readonly met?: boolean;
}

export function circumstances(): Circumstances {
  return {
    date: new Date().toISOString(),
    node: process.version,
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1e9),
  };
}

export function measured(figure: Figure, runs: number, rows: readonly Row[]): Measured {
  return {
    name: figure.name,
    title: figure.title,
    runs,
    rows: rows.map(({ what, unit, ours, floor = [], wanted }) => ({
      what,
      unit,
      ours,
      floor,
      wanted: wanted?.text ?? "",
      ...(wanted === undefined ? {} : { met: wanted.isMet(median(ours), median(floor)) }),
    })),
  };
}

export const columns = ["", "floor", "ours", "ratio", "more", "spread", "wanted", ""] as const;

/** The cells of a row, under {@link columns}. */
export function cells({ what, unit, ours, floor, wanted, met }: MeasuredRow): readonly string[] {
  const [mine, theirs] = [median(ours), median(floor)];
  const compared = floor.length > 0;
  return [
    what,
    compared ? rounded(theirs) : "",
    `${rounded(mine)} ${unit}`,
    compared && theirs !== 0 ? (mine / theirs).toFixed(2) : "",
    compared ? rounded(mine - theirs) : "",
    ours.length > 1 ? `${rounded(Math.min(...ours))} to ${rounded(Math.max(...ours))}` : "",
    wanted,
    met === undefined ? "" : met ? "met" : "short",
  ];
}

/** A figure as a table for a terminal. */
export function table({ title, runs, rows }: Measured): string {
  const lines = [columns, ...rows.map((row) => cells(row))];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const aligned = lines.map((line) =>
    line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))),
  );
  return [
    `${title} (${runs === 1 ? "one run" : `medians of ${runs} runs`})`,
    ...aligned.map((line) => `  ${line.join("  ").trimEnd()}`),
    "",
  ].join("\n");
}

/** Three digits that count. */
function rounded(value: number): string {
  const size = Math.abs(value);
  return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2);
}
