import { defineConfig } from "tsup";
import { library } from "../../tsup.base.ts";

/** The middleware is apart because it needs `langchain`, which not everyone has. */
export default defineConfig({ ...library, entry: ["src/index.ts", "src/middleware/index.ts"] });
