import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeFaults, faultsPage } from "../packages/core/test/faults/table.ts";

/** Writes `docs/faults.md` from its rows, and prints what they add up to: `node scripts/faults.ts`. */

writeFileSync(join(import.meta.dirname, "../docs/faults.md"), faultsPage());
console.log(describeFaults());
