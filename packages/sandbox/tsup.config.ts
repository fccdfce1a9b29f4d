import { mkdir, writeFile } from "node:fs/promises";
import { defineConfig } from "tsup";
import { library } from "../../tsup.base.ts";
import { bundlePage } from "./src/site/bundle.ts";

export default defineConfig({
  ...library,
  entry: ["src/index.ts", "src/cli.ts", "src/contract/index.ts"],
  external: ["esbuild"],
  onSuccess: async () => {
    await mkdir("dist/page", { recursive: true });
    for (const [name, contents] of await bundlePage()) await writeFile(`dist/page/${name}`, contents);
  },
});
