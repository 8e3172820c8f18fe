import { readFileSync } from "node:fs";

/** The version in our `package.json`, which is two folders up from both `src/cli` and `dist/cli`. */
export const packageVersion: string = (() => {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const parsed: unknown = JSON.parse(text);
  const version = (parsed as { readonly version?: unknown }).version;
  return typeof version === "string" ? version : "0.0.0";
})();
