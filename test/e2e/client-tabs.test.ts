import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Session } from "../../src/client/index.js";
import { ADAS_PASSWORD, type AuthGateway, startAuthGateway } from "../support/auth-gateway.js";
import { startBrowser } from "../support/chromium.js";
import { type ClientPage, startClientPage } from "../support/client-page.js";

const SDL = `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
    @link(url: "https://specs.cardea.dev/auth/v1.0", import: ["@auth"])
    @composeDirective(name: "@auth")
  directive @auth(fresh: Boolean! = false, maxAge: Int, scopes: [String!]! = [], anyOf: [[String!]!]) repeatable on OBJECT | FIELD_DEFINITION
  type Query { hour: Int @auth(maxAge: 3600) minute: Int @auth(maxAge: 60) }
`;

/** What the application shows to the test. */
interface Application {
  readonly session: Session;
  readonly signedOut: (string | null)[];
  readonly prompts: number[];
  password: string;
}
declare global {
  var app: Application;
}

let browser: Browser;
let harness: AuthGateway;
let served: ClientPage;
let context: BrowserContext;

beforeAll(async () => {
  [browser, harness] = await Promise.all([
    startBrowser(),
    startAuthGateway({}, undefined, { url: "http://127.0.0.1:9", sdl: SDL }),
  ]);
}, 60_000);
afterAll(async () => {
  await browser.close();
  await harness.stop();
});
beforeEach(async () => {
  served = await startClientPage(harness.gateway.url);
  context = await browser.newContext();
});
afterEach(async () => {
  await context.close();
  await served.stop();
});

const openTab = async (): Promise<Page> => {
  const tab = await context.newPage();
  await tab.goto(served.origin);
  await tab.waitForFunction(() => globalThis.app !== undefined);
  return tab;
};
const shows = (tab: Page, state: string): Promise<unknown> =>
  tab.locator("#state", { hasText: state }).waitFor({ timeout: 10_000 });
const signIn = (tab: Page): Promise<void> =>
  tab.evaluate((password) => globalThis.app.session.login({ username: "ada", password }), ADAS_PASSWORD);
/** Two tabs that show one session. */
const twoTabs = async (): Promise<[Page, Page]> => {
  const first = await openTab();
  await signIn(first);
  const second = await openTab();
  await shows(second, "signedIn reachable");
  return [first, second];
};
const ask = (tab: Page, query: string): Promise<unknown> =>
  tab.evaluate(
    async (text) =>
      globalThis.app.session.request({ query: text }).then(
        ({ data }) => data,
        (error: Error) => error.name,
      ),
    query,
  );
const sent = (operation: string): number => served.bodies.filter((body) => body.includes(operation)).length;

describe("two tabs in Chromium", { timeout: 120_000 }, () => {
  it("share a session, and refresh once when it has ended in both", async () => {
    const tabs = await twoTabs();
    harness.clock.advanceSeconds(301);
    const answers = await Promise.all(
      tabs.flatMap((tab) => [
        ask(tab, "{ session { current } }"),
        ask(tab, "query B { session { current } }"),
      ]),
    );
    expect(answers).toEqual(Array.from({ length: 4 }, () => ({ session: { current: true } })));
    expect(sent("mutation RefreshToken")).toBe(1);
  });

  it("refresh once at the same time, ten times in a row", async () => {
    const tabs = await twoTabs();
    for (let round = 1; round <= 10; round += 1) {
      harness.clock.advanceSeconds(301);
      await Promise.all(tabs.map((tab) => ask(tab, "{ session { current } }")));
    }
    await Promise.all(tabs.map((tab) => shows(tab, "signedIn reachable")));
    expect(sent("mutation RefreshToken")).toBe(10);
    expect(await tabs[0].evaluate(() => globalThis.app.signedOut)).toEqual([]);
  });

  it("hear of a sign-out within 200 ms", async () => {
    const [first, second] = await twoTabs();
    await second.evaluate(() => {
      globalThis.app.session.subscribe(() => Object.assign(globalThis.app, { heardAt: Date.now() }));
    });
    const leftAt = await first.evaluate(() => {
      void globalThis.app.session.logout();
      return Date.now();
    });
    await shows(second, "signedOut reachable");
    const heardAt = await second.evaluate(() => (globalThis.app as unknown as { heardAt: number }).heardAt);
    expect(heardAt - leftAt).toBeLessThan(200);
    expect(await second.evaluate(() => globalThis.app.signedOut)).toEqual([null]);
  });

  it("outlive a refresh that is cut off when its tab navigates away", async () => {
    const [first, second] = await twoTabs();
    let cut = (): void => undefined;
    const isAway = new Promise<void>((resolve) => {
      cut = resolve;
    });
    served.admit = async (body) => {
      if (body.includes("mutation RefreshToken") && sent("mutation RefreshToken") === 1) await isAway;
      return true;
    };
    harness.clock.advanceSeconds(301);
    void ask(first, "{ session { current } }").catch(() => undefined);
    while (sent("mutation RefreshToken") === 0) await second.waitForTimeout(5);
    await first.goto("about:blank");
    cut();
    expect(await ask(second, "{ session { current } }")).toEqual({ session: { current: true } });
    await shows(second, "signedIn reachable");
  });
});

describe("one tab in Chromium", { timeout: 120_000 }, () => {
  it("shows one prompt for three operations, with the smallest maxAge, and answers them together", async () => {
    const tab = await openTab();
    await signIn(tab);
    harness.clock.advanceSeconds(4000);
    await tab.evaluate((password) => Object.assign(globalThis.app, { password }), ADAS_PASSWORD);
    const before = served.bodies.length;
    const answers = Promise.all([
      ask(tab, "query A { hour session { current } }"),
      ask(tab, "query B { minute session { current } }"),
      ask(tab, "query C { hour session { current } }"),
    ]);
    await tab.waitForFunction(() => globalThis.app.prompts.includes(60));
    await tab.click("#prove");
    await answers;
    const after = served.bodies.slice(before);
    expect(after.filter((body) => body.includes("mutation Reauthenticate"))).toHaveLength(1);
    for (const name of ["A", "B", "C"])
      expect(
        after.filter((body) => body.includes(`query ${name} `) && body.includes("hour") !== (name === "B"))
          .length,
      ).toBeGreaterThanOrEqual(2);
    expect(await tab.locator("#prove").count()).toBe(0);
  });

  it("returns what it has when the prompt is declined", async () => {
    const tab = await openTab();
    await signIn(tab);
    harness.clock.advanceSeconds(90);
    const answers = Promise.all([
      ask(tab, "{ minute session { current } }"),
      ask(tab, "query Only { minute }"),
    ]);
    await tab.click("#decline");
    expect(await answers).toEqual([{ minute: null, session: { current: true } }, "StepUpDeclinedError"]);
  });

  it("is signed in still after the network was away, and shows it", async () => {
    const tab = await openTab();
    await signIn(tab);
    harness.clock.advanceSeconds(301);
    await context.setOffline(true);
    expect(await ask(tab, "{ session { current } }")).toBe("GatewayUnavailableError");
    await shows(tab, "signedIn unreachable");
    await context.setOffline(false);
    await shows(tab, "signedIn");
    await tab.waitForFunction(async () => {
      await globalThis.app.session.request({ query: "{ session { current } }" }).catch(() => undefined);
      return globalThis.app.session.getState().gateway === "reachable";
    });
    await shows(tab, "signedIn reachable");
  });
});
