// cspell:ignore requestfinished requestfailed
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, Page, Request } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ADAS_PASSWORD } from "../support/auth-gateway.js";
import { startBrowser } from "../support/chromium.js";
import { type CookieGateway, LOGIN, SESSION, startCookieGateway } from "../support/cookie-gateway.js";
import { eventually } from "../support/eventually.js";

/**
 * Hosts below `localhost`: Chromium resolves them here, accepts `Secure` cookies from them, and counts the last two labels
 * as the site. `api.shop` and `app.shop` are one site, `evil.shop` is a hostile sibling, `evil` is another site.
 */
const host = (name: string, port: string): string => `http://${name}.localhost:${port}`;

let browser: Browser;
let pages: Server;
let gateway: CookieGateway;
let context: BrowserContext;
let api: string;
const at = (name: string): string => host(name, String((pages.address() as AddressInfo).port));

beforeAll(async () => {
  browser = await startBrowser();
  pages = createServer((request, response) => {
    const to = new URL(request.url ?? "/", "http://x").searchParams.get("to");
    if (to !== null) response.writeHead(307, { location: to }).end();
    else response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>page</title>");
  });
  await new Promise<void>((resolve) => pages.listen(0, "127.0.0.1", resolve));
  gateway = await startCookieGateway({
    clients: {
      web: { delivery: "cookie", origins: [at("app.shop")], cookie: { name: "web" } },
      elsewhere: { delivery: "cookie", origins: [at("app.other")], cookie: { name: "elsewhere" } },
      widget: {
        delivery: "cookie",
        origins: [at("widget.other")],
        cookie: { name: "widget", sameSite: "none", partitioned: true },
      },
    },
  });
  api = `${host("api.shop", new URL(gateway.origin).port)}/graphql`;
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await gateway?.stop();
  pages?.close();
});
beforeEach(async () => {
  context = await browser.newContext();
});
afterEach(() => context.close());

const open = async (name: string): Promise<Page> => {
  const page = await context.newPage();
  await page.goto(at(name));
  return page;
};
/** Sends an operation as an application does. */
const ask = (page: Page, query: string, variables: object = {}): Promise<unknown> =>
  page.evaluate(
    async ([url, body]) => {
      const response = await fetch(url, {
        method: "POST",
        credentials: "include",
        headers: { "content-type": "application/json" },
        body,
      });
      return response.json();
    },
    [api, JSON.stringify({ query, variables })] as const,
  );
const login = (page: Page) => ask(page, LOGIN, { input: { username: "ada", password: ADAS_PASSWORD } });
const isSignedIn = async (page: Page): Promise<boolean> =>
  ((await ask(page, SESSION)) as { data?: { session?: unknown } }).data?.session != null;

describe("an application in Chromium", { timeout: 60_000 }, () => {
  it("on a sibling host of one site is signed in, and after a reload too", async () => {
    const page = await open("app.shop");
    await login(page);
    expect(await isSignedIn(page)).toBe(true);
    await page.reload();
    expect(await isSignedIn(page)).toBe(true);
    expect(await page.evaluate(() => document.cookie)).toBe("");
    const cookies = await context.cookies();
    expect(cookies.map(({ name }) => name).sort()).toEqual([
      "__Host-web-at",
      "__Host-web-dt",
      "__Host-web-rt",
    ]);
    for (const cookie of cookies)
      expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: "Lax", path: "/" });
  });

  it("on another site is not: the browser does not send its cookies", async () => {
    const page = await open("app.other");
    await login(page);
    expect(await isSignedIn(page)).toBe(false);
  });

  it("on another site is signed in with partitioned cookies, there alone", async () => {
    const page = await open("widget.other");
    await login(page);
    expect(await isSignedIn(page)).toBe(true);
    const elsewhere = await open("app.shop");
    expect(await isSignedIn(elsewhere)).toBe(false);
  });
});

/** Ends every session of the user, if it is executed with their cookies. */
const ATTACK = JSON.stringify({ query: "mutation { revokeAllSessions { revoked } }" });
/** A form whose only field is sent as text that is JSON: `{"query":"…","x":"="}`. */
const postForm = (url: string, enctype: string): string => `(() => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = ${JSON.stringify(url)};
  form.enctype = ${JSON.stringify(enctype)};
  const field = document.createElement("input");
  field.name = ${JSON.stringify(`${ATTACK.slice(0, -1)},"x":"`)};
  field.value = '"}';
  form.append(field);
  document.body.append(form);
  form.submit();
})()`;

const attacks: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  "a form of plain text": (page) => page.evaluate(postForm(api, "text/plain")),
  "a form with fields": (page) => page.evaluate(postForm(api, "application/x-www-form-urlencoded")),
  "a beacon": (page) =>
    page.evaluate(([url, body]) => navigator.sendBeacon(url, body), [api, ATTACK] as const),
  "a beacon of JSON": (page) =>
    page.evaluate(
      ([url, body]) => navigator.sendBeacon(url, new Blob([body], { type: "application/json" })),
      [api, ATTACK] as const,
    ),
  "a request without CORS": (page) =>
    page.evaluate(
      ([url, body]) =>
        fetch(url, { method: "POST", mode: "no-cors", credentials: "include", body }).then(
          ({ type }) => type,
          () => "refused by the browser",
        ),
      [api, ATTACK] as const,
    ),
  "a request of JSON": (page) => ask(page, JSON.parse(ATTACK).query).catch(() => "refused by the browser"),
  "a mutation by GET": (page) =>
    page.goto(`${api}?query=${encodeURIComponent("mutation { revokeAllSessions { revoked } }")}`),
  "a form that is redirected": (page) =>
    page.evaluate(postForm(`/?to=${encodeURIComponent(api)}`, "text/plain")),
  "a sandboxed frame": (page) =>
    page.evaluate(
      ([url, body]) => {
        const frame = document.createElement("iframe");
        frame.setAttribute("sandbox", "allow-scripts");
        frame.srcdoc = `<script>fetch(${JSON.stringify(url)}, { method: "POST", mode: "no-cors", credentials: "include", body: ${JSON.stringify(body)} })</script>`;
        document.body.append(frame);
      },
      [api, ATTACK] as const,
    ),
  "a WebSocket": (page) =>
    page.evaluate(
      (url) =>
        new Promise((resolve) => {
          const socket = new WebSocket(url.replace("http:", "ws:"));
          socket.onopen = () => resolve("open");
          socket.onerror = () => resolve("refused");
        }),
      api,
    ),
};

describe("no other site acts with the cookies of a user", { timeout: 120_000 }, () => {
  it.each(["evil", "evil.shop"])(
    "as %s: by form, beacon, fetch, navigation, redirect, frame or socket",
    async (name) => {
      const app = await open("app.shop");
      await login(app);
      for (const attack of Object.values(attacks)) {
        const before = gateway.events.length;
        const page = await open(name);
        const options = { timeout: 2_000, predicate: (sent: Request) => sent.url().startsWith(api) };
        const arrived = Promise.any([
          context.waitForEvent("requestfinished", options),
          context.waitForEvent("requestfailed", options),
        ]).catch(() => undefined);
        await attack(page);
        await arrived;
        await page.close();
        await eventually(async () => expect(await isSignedIn(app)).toBe(true));
        const types = gateway.events.slice(before).map(({ type }) => type);
        expect(types.filter((type) => type.startsWith("session.") || type.startsWith("user."))).toEqual([]);
      }
      // A sibling's requests carry the cookies, so that only the judgement of the origin stands in the way.
      const refused = gateway.events.filter(({ type }) => type === "origin.refused");
      expect(refused.length).toBeGreaterThan(0);
    },
  );

  it("nor reads an answer to them", async () => {
    const app = await open("app.shop");
    await login(app);
    for (const name of ["evil", "evil.shop", "app.other"]) {
      const page = await open(name);
      const read = await ask(page, SESSION).then(
        (answer) => JSON.stringify(answer),
        () => "refused by the browser",
      );
      expect(read).not.toMatch(/"id"/);
    }
  });
});
