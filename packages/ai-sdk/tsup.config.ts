import { defineConfig } from "tsup";
import { library } from "../../tsup.base.ts";

/** `ui` is for browsers and shares no file with the others, which need Node. */
export default defineConfig({
  ...library,
  entry: ["src/index.ts", "src/ui/index.ts", "src/ui/server/index.ts"],
  splitting: false,
});
