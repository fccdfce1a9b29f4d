import { readFileSync } from "node:fs";
import { z } from "zod";
import { checklist } from "./checklist.ts";
import { type EventRow, events, unsent } from "./events.ts";
import type { HeldBy, Operation } from "./operation.ts";
import { published, unpublished } from "./operations.ts";

const recordings = z.looseObject({
  recorded: z.number(),
  replayed: z.number(),
  passed: z.number(),
  notApplicable: z.array(z.object({ recording: z.string(), because: z.string() })),
});

/** What the rows add up to. */
export interface Counts {
  readonly operations: number;
  readonly unpublishedOperations: number;
  /** Statuses of operations of the contract, each held by a test; with them those every operation has. */
  readonly statuses: number;
  /** The same told apart by their codes too. */
  readonly answers: number;
  readonly events: number;
  readonly recorded: number;
  readonly replayed: number;
  readonly passed: number;
}

export function countRows(): Counts {
  const { recorded, replayed, passed } = readRecordings();
  return {
    operations: published.length,
    unpublishedOperations: unpublished.length,
    statuses: published.reduce((sum, operation) => sum + statusesOf(operation).length, 0),
    answers: published.reduce((sum, operation) => sum + answersOf(operation).length, 0),
    events: events.length,
    recorded,
    replayed,
    passed,
  };
}

/** The counts as lines of text. */
export function describeCounts(counts: Counts): readonly string[] {
  return [
    `${counts.operations} operations of the contract, and ${counts.unpublishedOperations} it does not list`,
    `${counts.statuses} pairs of operation and status, ${counts.answers} when told apart by error code`,
    `${counts.events} events`,
    `${counts.recorded} recorded scenarios of Phoenix: ${counts.replayed} replayed, ${counts.passed} passed`,
  ];
}

/** All of `docs/fidelity.md`. */
export function fidelityPage(): string {
  const { notApplicable } = readRecordings();
  return `# How far the sandbox is the platform

One row for each operation and each event. Written by \`node scripts/fidelity.ts\` from the rows in
[packages/sandbox/test/fidelity](../packages/sandbox/test/fidelity), which are tests themselves: each answer in the column *answers* is
brought about over HTTP by \`statuses.test.ts\`, and so are the 401 and 403 of a missing key and of a caller of the other kind. The tests
named hold what an operation does beyond that, and each sample of a body is held in \`rest/wire.test.ts\` and \`socket/wire.test.ts\`.
Paths of tests are below \`packages/sandbox/test\`.

${describeCounts(countRows())
  .map((line) => `- ${line}`)
  .join("\n")}

## Operations

${operationTable(published)}

## Calls that the contract does not list

What the platform does and does not say how to ask for. Don't rely on them elsewhere.

${operationTable(unpublished)}

## Events

${eventTable(events)}

${unsent.map(({ topic, event, because }) => `- not sent: \`${event}\` on \`${topic}\`: ${because}`).join("\n")}

## What the official SDKs need unchanged

${table(
  ["of the platform", "tested by"],
  checklist.map(({ need, heldBy }) => [need, shownTests(heldBy)]),
)}

## Recordings of Phoenix that can't be played

${notApplicable.map(({ recording, because }) => `- \`${recording}\`: ${because}`).join("\n") || "None."}
`;
}

function operationTable(operations: readonly Operation[]): string {
  return table(
    ["operation", "call", "done", "answers", "tested by", "open question, and the behaviour chosen"],
    operations.map((operation) => [
      `\`${operation.id}\``,
      `\`${operation.call}\``,
      "yes",
      [
        ...answersOf(operation),
        ...Object.entries(operation.never ?? {}).map(([status, because]) => `never ${status}: ${because}`),
      ].join(", "),
      shownTests(operation.heldBy),
      operation.open ?? "",
    ]),
  );
}

function eventTable(rows: readonly EventRow[]): string {
  return table(
    ["topic", "event", "done", "tested by", "open question, and the behaviour chosen"],
    rows.map(({ topic, event, heldBy, open }) => [
      `\`${topic}\``,
      `\`${event}\``,
      "yes",
      shownTests(heldBy),
      open ?? "",
    ]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

function shownTests(heldBy: HeldBy): string {
  return Object.entries(heldBy)
    .map(([file, title]) => `\`${file}\`: ${title}`)
    .join("<br>");
}

/** By status and code, with those that every operation has. */
function answersOf({ answers, call }: Operation): readonly string[] {
  const ofAll = call === "GET /test" ? ["401 unauthorized"] : ["401 unauthorized", "403 forbidden"];
  return [...new Set([...Object.keys(answers), ...ofAll])].toSorted();
}

function statusesOf(operation: Operation): readonly string[] {
  return [...new Set(answersOf(operation).map((answer) => answer.slice(0, 3)))];
}

function readRecordings(): z.infer<typeof recordings> {
  const file = new URL("../../../../fixtures/wire/phoenix/replayed.json", import.meta.url);
  return recordings.parse(JSON.parse(readFileSync(file, "utf8")));
}
