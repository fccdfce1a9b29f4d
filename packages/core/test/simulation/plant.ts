import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { plantedBugs } from "./planted-bugs.ts";

/** Loaded with `--import`: puts the bug named by `PLANTED_BUG` into the source as it is loaded. */
const bug = plantedBugs.find(({ name }) => name === process.env.PLANTED_BUG);
if (bug === undefined) throw new Error(`PLANTED_BUG names no bug: ${process.env.PLANTED_BUG}`);

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith(`/src/${bug.file}`)) return loaded;
    const source = readFileSync(new URL(url), "utf8");
    if (source.split(bug.find).length !== 2)
      throw new Error(`${bug.file} no longer holds the line of "${bug.name}" once`);
    return { ...loaded, source: source.replace(bug.find, bug.replace) };
  },
});
