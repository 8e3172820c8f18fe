// Entry of the thread that reads a users file. Loads the compiled worker, or its source when tests run it.
import { existsSync } from "node:fs";

const compiled = new URL("./user-file-worker.js", import.meta.url);
if (existsSync(compiled)) {
  await import(compiled.href);
} else {
  const { register } = await import("tsx/esm/api");
  register();
  await import(new URL("./user-file-worker.ts", import.meta.url).href);
}
