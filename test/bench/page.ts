/**
 * Measures the page with a schema of 5 000 types in Chromium: `npm run bench:page`. Needs `npm run build`.
 *
 * First operation: from the start of the navigation to the answer in the page, the operation run at the first moment at
 * which the button allows it. Typing: keys every 60 ms while the schema is loaded and checked; a key is blocked for as long
 * as the browser reports between the key and the next frame, and long tasks of the page's thread are listed as well.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSchema, getIntrospectionQuery, graphqlSync } from "graphql";
import { type Browser, chromium, type Page } from "playwright-core";
import type { PageState } from "../../src/http/page/contract.js";
import { bigSupergraph } from "../support/big-supergraph.js";

const TYPES = Number(process.env["TYPES"] ?? 5000);
const ROUNDS = Number(process.env["ROUNDS"] ?? 5);
const BUILT = join(fileURLToPath(new URL("../..", import.meta.url)), "dist/page");
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
const MEDIA: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
const STATE: PageState = {
  version: 1,
  cardea: null,
  mode: "serve",
  graphqlPath: "/graphql",
  status: "serving",
  problems: [],
  subgraphs: [],
  supergraphDigest: null,
  auth: null,
  freshSeconds: null,
  panels: ["operation", "documentation"],
  demo: null,
};

const schema = buildSchema(bigSupergraph({ types: TYPES, fields: 8, scopes: 50 }), {
  assumeValid: true,
  assumeValidSDL: true,
});
const introspection = JSON.stringify(
  graphqlSync({
    schema,
    source: getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true }),
  }),
);

const server = createServer((request, response) => {
  const answer = (type: string, body: string | Buffer): void =>
    void response.writeHead(200, { "content-type": type, "content-security-policy": POLICY }).end(body);
  const path = request.url ?? "/";
  if (request.method === "POST") {
    let body = "";
    request.on("data", (chunk) => {
      body += String(chunk);
    });
    request.on("end", () =>
      answer(
        "application/json",
        body.includes("IntrospectionQuery") ? introspection : '{"data":{"__typename":"Query"}}',
      ),
    );
  } else if (path === "/_cardea/state.json") answer("application/json", JSON.stringify(STATE));
  else if (path.startsWith("/_cardea/page/")) {
    const file = path.slice("/_cardea/page/".length);
    answer(MEDIA[extname(file)] ?? "text/plain", readFileSync(join(BUILT, file)));
  } else answer("text/html", readFileSync(join(BUILT, "index.html")));
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

/** What the page's own thread was busy with, and how long keys waited. Installed before the page's first script. */
const OBSERVE = `
  window.longTasks = []; window.keys = [];
  new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((each) => each.duration)))
    .observe({ type: "longtask", buffered: true });
  new PerformanceObserver((list) => keys.push(...list.getEntries()
    .filter((each) => each.name === "keydown").map((each) => each.duration)))
    .observe({ type: "event", durationThreshold: 16, buffered: true });
`;

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
const most = (values: readonly number[]): number => Math.max(0, ...values);

async function round(page: Page) {
  await page.addInitScript(OBSERVE);
  await page.goto(url, { waitUntil: "commit" });
  await page.getByRole("button", { name: "Run" }).click();
  await page.locator(".status-line").waitFor();
  const firstOperationMs = await page.evaluate("performance.now()");
  const loadTasks = (await page.evaluate("longTasks.splice(0)")) as number[];
  // The schema is still on its way: typing begins at once.
  const editor = page.getByRole("textbox", { name: /^Operation/ });
  await editor.click();
  await page.keyboard.press("Control+End");
  let schemaMs: unknown;
  const typingCpuMs = await longestTaskMs(browser, async () => {
    await page.keyboard.type(
      "\nquery Typed { root1(id: 1) { field0Name { field0Name { field2Name } } } }\n",
      {
        delay: 60,
      },
    );
    await page.getByText(/types, as you may see it/).waitFor({ timeout: 60_000 });
    schemaMs = await page.evaluate("performance.now()");
    await page.keyboard.type("query More { root2(id: 2) { field4Name } change", { delay: 60 });
    await page.waitForTimeout(1000);
  });
  return {
    firstOperationMs: Number(firstOperationMs),
    schemaMs: Number(schemaMs),
    loadTasks,
    typingCpuMs,
    typingTasks: (await page.evaluate("longTasks.splice(0)")) as number[],
    keys: (await page.evaluate("keys")) as number[],
  };
}

/** The longest task of the page's own thread, in processor time: the wall clock also counts what other processes took. */
async function longestTaskMs(browser: Browser, work: () => Promise<void>): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  session.on("Tracing.dataCollected", ({ value }) => void events.push(...(value as unknown as TraceEvent[])));
  await session.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["toplevel", "disabled-by-default-devtools.timeline", "__metadata"] },
  });
  await work();
  const complete = new Promise<void>((resolve) => session.once("Tracing.tracingComplete", () => resolve()));
  await session.send("Tracing.end");
  await complete;
  await session.detach();
  const mains = new Set(
    events
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = events.filter(({ pid, tid, tdur }) => tdur !== undefined && mains.has(`${pid} ${tid}`));
  if (tasks.length === 0) throw new Error("The trace holds no task of the page.");
  return most(tasks.map(({ tdur = 0 }) => tdur / 1000));
}

/** Of Chromium's trace format, in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
const rounds = [];
for (let at = 0; at < ROUNDS; at += 1) {
  const page = await browser.newPage();
  rounds.push(await round(page));
  await page.close();
}
await browser.close();
server.close();

const firsts = rounds.map(({ firstOperationMs }) => firstOperationMs);
console.log(
  `${TYPES} types, introspection of ${(introspection.length / 1e6).toFixed(1)} MB, ${ROUNDS} rounds`,
);
console.log(
  `first operation answered after: median ${Math.round(median(firsts))} ms, at most ${Math.round(most(firsts))} ms`,
);
console.log(
  `schema known after, typing meanwhile: at most ${Math.round(most(rounds.map(({ schemaMs }) => schemaMs)))} ms`,
);
console.log(
  `longest task while loading: ${Math.round(most(rounds.flatMap(({ loadTasks }) => loadTasks)))} ms`,
);
console.log(
  `longest task while typing: ${Math.round(most(rounds.flatMap(({ typingTasks }) => typingTasks)))} ms (0: none over 50 ms)`,
);
console.log(
  `longest task while typing, in processor time: ${Math.round(most(rounds.map(({ typingCpuMs }) => typingCpuMs)))} ms`,
);
console.log(
  `longest wait of a key for its frame: ${Math.round(most(rounds.flatMap(({ keys }) => keys)))} ms`,
);
