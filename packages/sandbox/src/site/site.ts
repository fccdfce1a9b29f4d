import { readdir, readFile } from "node:fs/promises";
import { Hono } from "hono";
import type { PageFiles } from "./bundle.ts";

const contentTypes: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/** Only what the page itself brings, nothing inline, no HTML made from text, no network but this sandbox. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const headers = {
  "content-security-policy": contentSecurityPolicy,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-cache",
};

/** The page, at the root: `/` and the files it asks for. Bundled at the first request where the sandbox runs from its sources. */
export function site(): Hono {
  const app = new Hono();
  let loading: Promise<PageFiles> | undefined;
  const load = (): Promise<PageFiles> => {
    loading ??= loadPage();
    return loading;
  };
  for (const name of ["index.html", "page.js", "page.css", "icon.svg"]) {
    app.get(name === "index.html" ? "/" : `/${name}`, async ({ body }) => {
      const file = (await load()).get(name);
      if (file === undefined) throw new Error(`The page lacks its file ${name}`);
      return body(file, 200, { ...headers, "content-type": contentTypes[name.split(".")[1] ?? ""] ?? "" });
    });
  }
  return app;
}

async function loadPage(): Promise<PageFiles> {
  const built = new URL("./page/", import.meta.url); // beside the published code; nowhere in the sources
  const names = await readdir(built).catch(() => undefined);
  if (names === undefined) return (await import("./bundle.ts")).bundlePage();
  return new Map(
    await Promise.all(names.map(async (name) => [name, new Uint8Array(await readFile(new URL(name, built)))] as const)),
  );
}
