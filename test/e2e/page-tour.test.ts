import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TOUR } from "../../src/tour/index.js";
import { NO_FAULTS, startBrowser, watchedPage } from "../support/chromium.js";
import { endCommands } from "../support/command-line.js";
import { type DemoProcess, openPanel, startDemoProcess } from "../support/demo-page.js";

/** Everything that says more than any client may know. */
const PATHS = [
  "/",
  "/_cardea/state.json",
  "/_cardea/access.json",
  "/_cardea/events",
  "/_cardea/demo/received.json?after=0",
];

let browser: Browser;
let demo: DemoProcess;
let server: Server;
let strangerPort: number;

beforeAll(async () => {
  server = createServer((_, response) =>
    response.setHeader("content-type", "text/html").end("<!doctype html><title>stranger</title><body>"),
  );
  await new Promise<void>((resolve) => server.listen(0, resolve));
  strangerPort = (server.address() as AddressInfo).port; // listening on TCP
  [browser, demo] = await Promise.all([
    // The gateway has to refuse by itself: browsers that guard this machine against other pages are no excuse.
    startBrowser([
      "--host-resolver-rules=MAP evil.test 127.0.0.1",
      "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests",
    ]),
    startDemoProcess(),
  ]);
});
afterAll(async () => {
  // First, so that no process outlives a start that failed.
  await endCommands();
  await browser?.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** What a script of this page reads from each address, by every way that a browser offers. */
const READ = (base: string): string => `(async (paths) => {
  const seen = [];
  const within = (promise) => Promise.race([promise, new Promise((resolve) => setTimeout(resolve, 1500))]);
  for (const path of paths) {
    const url = ${JSON.stringify(base)} + path;
    for (const mode of ["cors", "no-cors"]) {
      const response = await within(fetch(url, { mode, credentials: "include" }).catch(() => undefined));
      if (response === undefined || response.type === "opaque") continue;
      if (response.ok) seen.push(mode + " " + path + " " + response.status);
    }
    const frame = document.createElement("iframe");
    await within(new Promise((resolve) => { frame.onload = resolve; frame.src = url; document.body.append(frame); }));
    try {
      const text = frame.contentDocument?.body?.textContent ?? "";
      if (text.includes("version") || text.includes("Cardea")) seen.push("frame " + path);
    } catch {}
  }
  await within(new Promise((resolve) => {
    const events = new EventSource(${JSON.stringify(base)} + "/_cardea/events");
    events.onopen = () => { seen.push("events are open"); resolve(); };
    events.addEventListener("state", () => seen.push("state by events"));
    events.onerror = resolve;
  }));
  return seen;
})(${JSON.stringify(PATHS)})`;

const withPage = async <Result>(address: string, act: (page: Page) => Promise<Result>): Promise<Result> => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(address);
  const result = await act(page);
  await context.close();
  return result;
};

describe("a page of somebody else", { timeout: 60_000 }, () => {
  it.each(["127.0.0.1", "localhost", "evil.test"])(
    "of another origin, on %s, reads nothing",
    async (host) => {
      const seen = await withPage(`http://${host}:${strangerPort}/`, (page) =>
        page.evaluate<string[]>(READ(demo.origin)),
      );
      expect(seen).toEqual([]);
    },
  );

  it("that resolves its own name to this machine reads nothing", async () => {
    const { port } = new URL(demo.origin);
    const origin = `http://evil.test:${port}`;
    const context = await browser.newContext();
    const page = await context.newPage();
    // The page came from the stranger's own server, before the name began to point here.
    await page.route(`${origin}/attack`, (route) =>
      route.fulfill({ contentType: "text/html", body: "<!doctype html><title>stranger</title><body>" }),
    );
    await page.goto(`${origin}/attack`);
    expect(await page.evaluate<string[]>(READ(origin))).toEqual([]);
    const status = await page.evaluate<number>(`fetch("/_cardea/state.json").then(({ status }) => status)`);
    expect(status).toBe(421);
    await context.close();
  });

  it("presses no button of the demo", async () => {
    await withPage(`http://localhost:${strangerPort}/`, (page) =>
      page.evaluate(`(async () => {
        const url = ${JSON.stringify(`${demo.origin}/_cardea/demo/forget-directive`)};
        await fetch(url, { method: "POST", mode: "no-cors", body: "{}", headers: { "content-type": "text/plain" } }).catch(() => 0);
        await fetch(url, { method: "POST", body: "{}", headers: { "content-type": "application/json" } }).catch(() => 0);
        navigator.sendBeacon(url, "{}");
      })()`),
    );
    const response = await fetch(`${demo.origin}/_cardea/state.json`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ problems: [] });
  });
});

describe("the tour in the page", { timeout: 120_000 }, () => {
  it("runs its twelve steps, and every check of each holds", async () => {
    const { page, faults, close } = await watchedPage(browser, demo.origin);
    const tour = await openPanel(page, demo.origin, "tour");
    const steps = tour.locator(".tour-steps > li");
    expect(await steps.count()).toBe(12);
    await tour.getByRole("button", { name: "Run all steps" }).click();
    await expect.poll(() => steps.getByText(/^(Passed|Failed): /).count(), { timeout: 100_000 }).toBe(12);
    expect(await tour.locator(".checks li").filter({ hasText: "not ok" }).allTextContents()).toEqual([]);
    expect(await steps.getByText(/^Passed: (\d+) of \1 checks ok\.$/).count()).toBe(12);
    // The steps sign in for themselves; the page stays signed out.
    await page.getByRole("link", { name: "Not signed in", exact: true }).waitFor();
    expect(faults).toEqual(NO_FAULTS);
    await close();
  });

  it("points from each step at the panel that shows it", async () => {
    const { page, close } = await watchedPage(browser, demo.origin);
    const tour = await openPanel(page, demo.origin, "tour");
    for (const [at, { panel, title }] of TOUR.entries()) {
      const step = tour.locator(".tour-steps > li").nth(at);
      await step.getByRole("heading", { name: title }).waitFor();
      await step.getByRole("link").click();
      await page.locator(`section.panel-${panel}`).waitFor({ state: "visible" });
      await openPanel(page, demo.origin, "tour");
    }
    await close();
  });
});
