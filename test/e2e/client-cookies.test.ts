import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createServerSession } from "../../src/client/server.js";
import { ADAS_PASSWORD, type AuthGateway, startAuthGateway } from "../support/auth-gateway.js";
import { startBrowser } from "../support/chromium.js";
import { type ClientPage, startClientPage } from "../support/client-page.js";
import { eventually } from "../support/eventually.js";

const ROUNDS = process.env["LONG_TESTS"] === "1" ? 300 : 8;

let browser: Browser;
let harness: AuthGateway;
let served: ClientPage;
let context: BrowserContext;

beforeAll(async () => {
  browser = await startBrowser();
  served = await startClientPage("", { delivery: "cookie" });
  harness = await startAuthGateway({
    server: { port: 0, publicUrls: [served.origin] },
    clients: { web: { delivery: "cookie", origins: [served.origin], cookie: { name: "web" } } },
  });
  served.target = harness.gateway.url;
}, 60_000);
afterAll(async () => {
  await browser.close();
  await served.stop();
  await harness.stop();
});
beforeEach(async () => {
  context = await browser.newContext();
  served.bodies.length = 0;
  served.admit = () => true;
});
afterEach(() => context.close());

const openTab = async (): Promise<Page> => {
  const tab = await context.newPage();
  await tab.goto(served.origin);
  await tab.waitForFunction(() => globalThis.app !== undefined);
  return tab;
};
const shows = (tab: Page, state: string): Promise<unknown> =>
  tab.locator("#state", { hasText: state }).waitFor({ timeout: 10_000 });
const aSignedInTab = async (): Promise<Page> => {
  const tab = await openTab();
  await shows(tab, "signedOut");
  await tab.evaluate(
    (password) => globalThis.app.session.login({ username: "ada", password }),
    ADAS_PASSWORD,
  );
  await shows(tab, "signedIn reachable");
  return tab;
};
const ask = (tab: Page): Promise<unknown> =>
  tab.evaluate(async () =>
    globalThis.app.session.request({ query: "{ session { current } }" }).then(
      ({ data }) => data,
      (error: Error) => `${error.name}: ${error.message}`,
    ),
  );
const CURRENT = { session: { current: true } };
const sent = (operation: string): number => served.bodies.filter((body) => body.includes(operation)).length;
const cookieNames = async (): Promise<string[]> => (await context.cookies()).map(({ name }) => name).sort();

describe("a cookie client in Chromium", { timeout: 120_000 }, () => {
  it("signs in without a token that a script could read, and is signed in after a reload", async () => {
    const tab = await aSignedInTab();
    expect(await ask(tab)).toEqual(CURRENT);
    expect(await tab.evaluate(() => document.cookie)).toBe("");
    expect(await cookieNames()).toEqual(expect.arrayContaining(["__Host-web-at", "__Host-web-rt"]));
    await tab.reload();
    await shows(tab, "signedIn reachable");
    expect(await ask(tab)).toEqual(CURRENT);
    expect(sent("mutation RefreshToken")).toBe(0);
  });

  it("refreshes once for two tabs, after a reload too", async () => {
    const first = await aSignedInTab();
    const second = await openTab();
    await shows(second, "signedIn reachable");
    harness.clock.advanceSeconds(301);
    expect(await Promise.all([ask(first), ask(second), ask(first)])).toEqual([CURRENT, CURRENT, CURRENT]);
    expect(sent("mutation RefreshToken")).toBe(1);
    harness.clock.advanceSeconds(301);
    await second.reload();
    await shows(second, "signedIn reachable");
    expect(await ask(first)).toEqual(CURRENT);
  });

  it("steps up and stays the same session", async () => {
    const tab = await aSignedInTab();
    await tab.evaluate((password) => globalThis.app.session.reauthenticate(password), ADAS_PASSWORD);
    expect(await ask(tab)).toEqual(CURRENT);
    expect(await tab.evaluate(() => globalThis.app.signedOut)).toEqual([]);
  });

  it("signs out in all tabs, and leaves no session behind", async () => {
    const first = await aSignedInTab();
    const second = await openTab();
    await shows(second, "signedIn reachable");
    expect(await first.evaluate(() => globalThis.app.session.logout())).toEqual({ confirmed: true });
    await shows(second, "signedOut");
    expect(await cookieNames()).not.toEqual(expect.arrayContaining(["__Host-web-rt"]));
    expect(await second.evaluate(() => globalThis.app.signedOut)).toEqual([null]);
  });

  it("sends a sign-out that could not be sent at the next start, and signs nobody in until then", async () => {
    const tab = await aSignedInTab();
    served.admit = (body) => !body.includes("mutation SignOut");
    expect(await tab.evaluate(() => globalThis.app.session.logout())).toEqual({ confirmed: false });
    await tab.reload();
    await shows(tab, "signedOut");
    served.admit = () => true;
    await tab.reload();
    await shows(tab, "signedOut reachable");
    await eventually(async () => expect(await cookieNames()).not.toContain("__Host-web-rt"));
    expect(served.bodies.some((body) => body.includes("mutation SignOut"))).toBe(true);
  });

  it("signs nobody out when a page is left in the middle of a refresh, again and again", async () => {
    const tab = await aSignedInTab();
    for (let round = 1; round <= ROUNDS; round += 1) {
      harness.clock.advanceSeconds(301);
      const before = sent("mutation RefreshToken");
      void ask(tab).catch(() => undefined);
      await eventually(async () => expect(sent("mutation RefreshToken")).toBeGreaterThan(before));
      await tab.reload();
      await tab.waitForFunction(() => globalThis.app !== undefined);
      await shows(tab, "signedIn");
    }
    expect(await ask(tab)).toEqual(CURRENT);
  }, 1_200_000);

  it("is rendered by a server, which refreshes once and hands the cookies on", async () => {
    const tab = await aSignedInTab();
    harness.clock.advanceSeconds(301);
    const cookies = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
    const aRequest = (mayWrite: boolean) =>
      createServerSession({ url: harness.gateway.url, origin: served.origin, cookies, mayWrite });
    const component = aRequest(false);
    await expect(component.request({ query: "{ session { current } }" })).rejects.toThrow("Signed out");
    expect(component.state().kind).toBe("unknown");
    const middleware = aRequest(true);
    const answers = await Promise.all(
      [1, 2, 3].map(() => middleware.request({ query: "{ session { current } }" })),
    );
    expect(answers.map(({ data }) => data)).toEqual([CURRENT, CURRENT, CURRENT]);
    expect(middleware.setCookies.map((line) => line.split("=")[0])).toEqual(
      expect.arrayContaining(["__Host-web-at", "__Host-web-rt"]),
    );
    expect(middleware.state().kind).toBe("signedIn");
    expect(await ask(tab)).toEqual(CURRENT);
  });
});
