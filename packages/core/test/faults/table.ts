import { hostile } from "./hostile.ts";
import { life } from "./life.ts";
import { resources } from "./resources.ts";
import { rest } from "./rest.ts";
import type { FaultRow } from "./row.ts";
import { socket } from "./socket.ts";
import { tools } from "./tools.ts";

/** All rows by section, in the order of the page. */
export const sections: readonly { readonly title: string; readonly rows: readonly FaultRow[] }[] = [
  { title: "The socket", rows: socket },
  { title: "REST", rows: rest },
  { title: "A turn and its process", rows: life },
  { title: "Tools, as far as they are core's", rows: tools },
  { title: "Hostile input", rows: hostile },
  { title: "Resources", rows: resources },
];

/** How many faults there are, and how many of them a test holds. */
export function describeFaults(): string {
  const rows = sections.flatMap((section) => section.rows);
  const held = rows.filter(({ heldBy }) => Object.keys(heldBy).length > 0).length;
  return `${rows.length} faults: ${held} held by tests, ${rows.length - held} with the reason why not`;
}

/** All of `docs/faults.md`. */
export function faultsPage(): string {
  return `# What may go wrong, and what holds then

One row for each fault that core may meet: what it promises, the tests that hold it, and a figure where there is one. Faults of models
belong to the adapters. Written by \`node scripts/faults.ts\` from the rows in [packages/core/test/faults](../packages/core/test/faults); a
test compares both and looks for every test named. Paths are below \`packages/core/test\`.

Beside these, whole histories are played on a virtual clock (\`pnpm simulate --seeds 200\`), and real processes are killed, paused and ended on
a bad network (\`pnpm chaos --minutes 5\`).

${describeFaults()}.

${sections.map(({ title, rows }) => `## ${title}\n\n${table(rows)}`).join("\n\n")}
`;
}

function table(rows: readonly FaultRow[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [
    line(["", "fault", "what is promised", "held by, or why not", "figure"]),
    "|---|---|---|---|---|",
    ...rows.map((row) => line([row.id, row.fault, row.promise ?? "nothing", shown(row), row.figure ?? ""])),
  ].join("\n");
}

function shown({ heldBy, untested, note }: FaultRow): string {
  const tests = Object.entries(heldBy).flatMap(([file, titles]) => titles.map((title) => `\`${file}\`: ${title}`));
  return [...tests, untested, note].filter((part) => part !== undefined).join("<br>");
}
