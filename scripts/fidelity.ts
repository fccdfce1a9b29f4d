import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { countRows, describeCounts, fidelityPage } from "../packages/sandbox/test/fidelity/table.ts";

/** Writes `docs/fidelity.md` from its rows, and prints what they add up to: `node scripts/fidelity.ts`. */

writeFileSync(join(import.meta.dirname, "../docs/fidelity.md"), fidelityPage());
for (const line of describeCounts(countRows())) console.log(line);
