import { readFileSync } from "node:fs";

/** Version of this package, read from its own `package.json` (two folders up from `src/cli` and from `dist/cli` alike). */
export const packageVersion: string = (() => {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const parsed: unknown = JSON.parse(text);
  const version = (parsed as { readonly version?: unknown }).version;
  return typeof version === "string" ? version : "0.0.0";
})();
