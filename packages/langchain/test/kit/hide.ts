import { registerHooks } from "node:module";

/**
 * For a process that is started with `--import` of this file: packages named in HIDDEN can't be found from the sources of
 * the adapter, as where a strict package manager has not installed them.
 */
const hidden = (process.env.HIDDEN ?? "").split(",");

registerHooks({
  resolve(specifier, context, next) {
    const isHidden = hidden.some((name) => specifier === name || specifier.startsWith(`${name}/`));
    if (isHidden && context.parentURL?.includes("/packages/langchain/src/") === true)
      throw Object.assign(new Error(`Cannot find package '${specifier}'`), { code: "ERR_MODULE_NOT_FOUND" });
    return next(specifier, context);
  },
});
