/**
 * Measures the page with a schema of 5 000 types in Chromium: `npm run bench:page`. Needs `npm run build`.
 *
 * First operation: from the start of the navigation to the answer in the page, the operation run at the first moment at
 * which the button allows it. Typing: keys every 60 ms while the schema is loaded and checked; a key is blocked for as long
 * as the browser reports between the key and the next frame, and long tasks of the page's thread are listed as well.
 */
import { buildSchema } from "graphql";
import type { Page } from "playwright-core";
import { bigSupergraph } from "../support/big-supergraph.js";
import { startBrowser } from "../support/chromium.js";
import { startPageServer } from "../support/page-server.js";
import { tasksOf } from "../support/page-tasks.js";

const TYPES = Number(process.env["TYPES"] ?? 5000);
const ROUNDS = Number(process.env["ROUNDS"] ?? 5);

const schema = buildSchema(bigSupergraph({ types: TYPES, fields: 8, scopes: 50 }), {
  assumeValid: true,
  assumeValidSDL: true,
});
const server = await startPageServer({ schema, answer: () => '{"data":{"__typename":"Query"}}' });

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
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.goto(`${server.origin}/`, { waitUntil: "commit" });
  await page.getByRole("button", { name: "Run" }).click();
  await page.locator(".status-line").waitFor();
  const { metrics } = await session.send("Performance.getMetrics");
  const loadingCpuMs = (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN) * 1000;
  const firstOperationMs = await page.evaluate("performance.now()");
  const loadTasks = (await page.evaluate("longTasks.splice(0)")) as number[];
  // The schema is still on its way: typing begins at once.
  const editor = page.getByRole("textbox", { name: /^Operation/ });
  await editor.click();
  await page.keyboard.press("Control+End");
  let schemaMs: unknown;
  const typingCpu = await tasksOf(browser, async () => {
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
    loadingCpuMs,
    typingCpu,
    typingTasks: (await page.evaluate("longTasks.splice(0)")) as number[],
    keys: (await page.evaluate("keys")) as number[],
  };
}

const browser = await startBrowser();
const rounds = [];
for (let at = 0; at < ROUNDS; at += 1) {
  const page = await browser.newPage();
  rounds.push(await round(page));
  await page.close();
}
await browser.close();
await server.close();

const firsts = rounds.map(({ firstOperationMs }) => firstOperationMs);
console.log(`${TYPES} types, ${ROUNDS} rounds`);
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
  `processor time of the page until then: median ${Math.round(median(rounds.map(({ loadingCpuMs }) => loadingCpuMs)))} ms`,
);
console.log(
  `longest task while typing, in processor time: ${Math.round(most(rounds.flatMap(({ typingCpu }) => typingCpu)))} ms`,
);
console.log(
  `longest wait of a key for its frame: ${Math.round(most(rounds.flatMap(({ keys }) => keys)))} ms`,
);
