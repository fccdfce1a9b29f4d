import type { Options } from "tsup";

/** JavaScript only: declarations come from `tsc -b`. `removeNodeProtocol: false` keeps `node:sqlite` importable. */
export const library: Options = {
  entry: ["src/index.ts"],
  format: ["esm"],
  target: "es2023",
  platform: "node",
  sourcemap: true,
  clean: true,
  dts: false,
  removeNodeProtocol: false,
};
