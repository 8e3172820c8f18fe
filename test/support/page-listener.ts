import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { systemClock } from "../../src/domain/time.js";
import { json } from "../../src/http/answer.js";
import { createListener } from "../../src/http/listener.js";
import { readBuiltPage } from "../../src/http/page/built-page.js";
import type { PageState } from "../../src/http/page/contract.js";
import { type PageParts, pageRoutes } from "../../src/http/page/routes.js";
import { createRouter } from "../../src/http/router.js";

/** A page as Vite writes it, but small. */
export const SMALL_PAGE: Readonly<Record<string, string>> = {
  "index.html":
    '<!doctype html><script type="module" src="/_cardea/page/assets/index-C0ffee12.js"></script>\n',
  "assets/index-C0ffee12.js": `export const text = "${"page ".repeat(500)}";\n`,
  "icon.svg": "<svg/>",
  ".vite/manifest.json": "{}",
  "manifest.json": "{}",
  "assets/secret.pem": "not for the web",
};

/** Writes files below a new folder. @returns the folder */
export const writeFolder = (files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), "cardea-page-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
};

export const SMALL_STATE: PageState = {
  version: 1,
  cardea: "0.0.0",
  mode: "dev",
  graphqlPath: "/graphql",
  status: "serving",
  problems: [],
  subgraphs: [],
  supergraphDigest: null,
  auth: null,
  freshSeconds: 300,
  panels: ["operation"],
  demo: null,
};

export interface PageListener {
  /** Without a slash at the end. */
  readonly origin: string;
  stop(): Promise<void>;
}

/** The real listener with the routes of a page, in front of a GraphQL endpoint that says only that it was reached. */
export async function startPageListener(parts: Partial<PageParts>, path = "/graphql"): Promise<PageListener> {
  const built = await readBuiltPage(writeFolder(SMALL_PAGE));
  const routes = pageRoutes(
    {
      name: "graphql",
      path,
      methods: ["GET", "POST"],
      handle: () => json(200, { data: { reached: "graphql" } }),
    },
    { built, state: () => SMALL_STATE, hosts: [], ...parts },
  );
  const router = createRouter(routes);
  const listener = createListener({
    host: "127.0.0.1",
    port: 0,
    clock: systemClock,
    router: () => router,
    headersTimeoutMs: 10_000,
    requestTimeoutMs: 10_000,
    drainTimeoutMs: 1_000,
    trustIds: false,
    failed: (error) => {
      throw error;
    },
  });
  const port = await listener.listen();
  return { origin: `http://127.0.0.1:${port}`, stop: () => listener.drain() };
}
