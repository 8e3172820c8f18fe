// Builds the browser page of src/page: hashed names, one style sheet, a manifest, no inline script or style.
import { join } from "node:path";
import { build } from "vite";

/** Where the gateway serves the files; the page itself is served at `/` and at the GraphQL endpoint. */
export const PAGE_BASE = "/_cardea/page/";

/** @param {{ root: string, outDir: string }} folders - of the repository, and of the result */
export async function buildPage({ root, outDir }) {
  await build({
    configFile: false,
    root: join(root, "src/page"),
    base: PAGE_BASE,
    publicDir: false,
    logLevel: "warn",
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    worker: { format: "es" },
    build: {
      outDir,
      emptyOutDir: true,
      target: ["chrome123", "firefox120", "safari17.5"],
      manifest: "manifest.json",
      // The content policy allows no inline style or script, and no data: address but for images.
      assetsInlineLimit: 0,
      cssCodeSplit: false,
      modulePreload: { polyfill: false },
      sourcemap: false,
      reportCompressedSize: false,
      rolldownOptions: { checks: { pluginTimings: false } },
    },
  });
}
