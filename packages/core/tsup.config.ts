import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { defineConfig } from "tsup";
import { library } from "../../tsup.base.ts";

const found = createRequire(import.meta.url);
const folderOf = (name: string) => dirname(found.resolve(`${name}/package.json`));

/** Part of our file, as far as it is used: their own consist of sixty and seventy, all read at each import. */
const inside = ["zod", "yaml"];

export default defineConfig({
  ...library,
  noExternal: inside,
  esbuildOptions(options) {
    // Its modules; what it has for Node is CommonJS, which could not be left out where it is not used.
    options.alias = { yaml: join(folderOf("yaml"), "browser/dist/index.js") };
  },
  async onSuccess() {
    const licenses = inside.map(
      async (name) => `${name}\n\n${await readFile(join(folderOf(name), "LICENSE"), "utf8")}`,
    );
    await writeFile("dist/licenses.txt", (await Promise.all(licenses)).join("\n"));
  },
});
