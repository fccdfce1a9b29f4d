import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { startSandbox } from "@thenvoi/sandbox";
import { demoWorld } from "./demo.ts";

/** `next dev`, and a sandbox beside it where no agent of the real platform is set. Ends with the server. */
await using sandbox = process.env.TRIPS_API_KEY === undefined ? await startSandbox() : undefined;
if (sandbox !== undefined) console.log(`TRIPS_API_KEY is not set, so a sandbox runs at ${sandbox.url}.`);
const env = sandbox === undefined ? {} : (await demoWorld(sandbox)).env;
const next = createRequire(import.meta.url).resolve("next/dist/bin/next");
const server = spawn(process.execPath, [next, "dev", ...process.argv.slice(2)], {
  cwd: import.meta.dirname,
  env: { NEXT_TELEMETRY_DISABLED: "1", ...process.env, ...env, NEXT_EXIT_TIMEOUT_MS: "5000" }, // agents say goodbye
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => server.kill(signal));
const [code] = await once(server, "exit");
process.exitCode = typeof code === "number" ? code : 1;
