import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createServerSession } from "../../src/client/server.js";
import { ADAS_PASSWORD, type AuthGateway, startAuthGateway } from "../support/auth-gateway.js";
import { askFrom, type OnTheWay, type Sites, startSites } from "../support/browser-sites.js";

const LOGIN = "mutation ($input: LoginInput!) { login(input: $input) { ... on AuthPayload { expiresIn } } }";
const REFRESH = "mutation { refreshToken { expiresIn } }";
const SESSION = "{ session { id } }";
const INPUT = { input: { username: "ada", password: ADAS_PASSWORD } };
const ROUNDS = process.env["LONG_TESTS"] === "1" ? 300 : 30;

/** A page with the client helper, as `session`, and a clock of its own that is `skewMs` ahead. */
const APP = `<!doctype html><script type="module">
  const now = Date.now.bind(Date);
  globalThis.skewMs = 0;
  Date.now = () => now() + globalThis.skewMs;
  const { createSession } = await import("/client.js");
  globalThis.session = createSession({ url: location.origin + "/graphql", delivery: "cookie" });
</script>`;

let sites: Sites;
let gateway: AuthGateway;
let context: BrowserContext;
let url: string;

beforeAll(async () => {
  sites = await startSites();
  const own = sites.origin("app.example.test");
  gateway = await startAuthGateway({
    server: { port: 0, publicUrls: [own] },
    clients: { web: { delivery: "cookie", origins: [own] } },
    limits: { loginPerAddress: 10_000, refreshPerAddress: 100_000 },
  });
  sites.serve(gateway.gateway.url);
  sites.page("app.example.test", "/app", APP);
  url = `${own}/graphql`;
});
afterAll(async () => {
  await sites?.close();
  await gateway?.stop();
});
beforeEach(async () => {
  sites.onTheWay = async () => "pass";
  context = await sites.context();
  return () => context.close();
});

const openApp = async (): Promise<Page> => {
  const page = await sites.open(context, "app.example.test", "/app");
  await page.waitForFunction("globalThis.session");
  return page;
};
/** Runs an expression with the client helper of a page. @returns its value, or the name of its error */
const inApp = (page: Page, expression: string): Promise<unknown> =>
  page.evaluate(`(async () => ${expression})().catch((error) => error.name)`);
const ask = (page: Page): Promise<unknown> =>
  inApp(page, `(await session.request({ query: ${JSON.stringify(SESSION)} })).data`);
const login = `session.login(${JSON.stringify(INPUT.input)}).then(() => "in")`;

/** Is the browser signed in, at the latest after a refresh? By plain requests, so that no helper repairs anything. */
async function isSignedIn(page: Page): Promise<boolean> {
  if ((await askFrom(page, url, SESSION)).status === 200) return true;
  await askFrom(page, url, REFRESH);
  return (await askFrom(page, url, SESSION)).status === 200;
}
/** Something that one part of a test waits for until another gives it. */
function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give: () => give() };
}

const rotations = (): number =>
  gateway.events.filter((event) => event.type === "session.refreshed" && event.reason === "rotated").length;

describe("nobody is signed out", () => {
  it("by leaving a page in the middle of a refresh, wherever the answer is lost and whenever it is repeated", async () => {
    const page = await sites.open(context, "app.example.test");
    await askFrom(page, url, LOGIN, INPUT);
    for (let round = 0; round < ROUNDS; round += 1) {
      // Within the grace window, after it, and after the access token has expired.
      gateway.clock.advanceSeconds([5, 40, 301][round % 3] ?? 0);
      const started = signal();
      const left = signal();
      const fates: readonly OnTheWay[] = [
        async () => "lose the answer",
        // The browser is gone before the gateway sees the request.
        async () => left.given.then(() => "pass" as const),
        async () => "pass",
      ];
      sites.onTheWay = async (request) => {
        started.give();
        return fates[Math.floor(round / 3) % 3]?.(request) ?? "pass";
      };
      const refreshing = page.evaluate(
        async ([to, body]) => {
          const headers = { "content-type": "application/json" };
          await fetch(to, { method: "POST", headers, body }).catch(() => undefined);
        },
        [url, JSON.stringify({ query: REFRESH })] as const,
      );
      refreshing.catch(() => undefined); // the page goes while it runs
      await started.given;
      await page.reload();
      left.give();
      sites.onTheWay = async () => "pass";
      expect(await isSignedIn(page), `round ${round}`).toBe(true);
    }
    expect(gateway.events.filter(({ type }) => type === "session.reused")).toEqual([]);
    expect(gateway.events.some(({ type }) => type === "session.late")).toBe(true);
  }, 1_200_000);

  it("by ten tabs that wake together: one rotation", async () => {
    const first = await openApp();
    await inApp(first, login);
    const tabs = [first, ...(await Promise.all(Array.from({ length: 9 }, openApp)))];
    const before = rotations();
    gateway.clock.advanceSeconds(3_600);
    const answers = await Promise.all(tabs.map(ask));
    for (const answer of answers) expect(answer).toEqual({ session: { id: expect.any(String) } });
    expect(rotations() - before).toBe(1);
  }, 120_000);

  it("by a laptop that slept, or a clock that is an hour fast or slow", async () => {
    const page = await openApp();
    await inApp(page, login);
    for (const skewMs of [3_600_000, 0, -3_600_000, 3_600_000, 0]) {
      await page.evaluate(`globalThis.skewMs = ${skewMs}`);
      gateway.clock.advanceSeconds(301);
      expect(await ask(page)).toEqual({ session: { id: expect.any(String) } });
      expect(await ask(page)).toEqual({ session: { id: expect.any(String) } });
    }
    expect(gateway.events.filter(({ type }) => type === "session.reused")).toEqual([]);
  });
});

describe("a winner's cookie is never cleared", () => {
  it("by a refresh and a login at the same time, in two tabs", async () => {
    const [one, two] = [await openApp(), await openApp()];
    await inApp(one, login);
    for (let round = 0; round < ROUNDS; round += 1) {
      gateway.clock.advanceSeconds(301);
      const order =
        round % 2 === 0
          ? [() => ask(one), () => inApp(two, login)]
          : [() => inApp(two, login), () => ask(one)];
      await Promise.all(order.map((act) => act()));
      expect(await isSignedIn(two), `round ${round}`).toBe(true);
    }
  }, 1_200_000);

  it("by a refresh, a sign-out and a login: who signs in last is signed in, and cookies that are left are good", async () => {
    const [one, two] = [await openApp(), await openApp()];
    await inApp(one, login);
    for (let round = 0; round < ROUNDS; round += 1) {
      gateway.clock.advanceSeconds(301);
      await Promise.all([ask(one), inApp(one, "session.logout()"), ask(two), inApp(two, login)]);
      const names = (await context.cookies(url)).map(({ name }) => name);
      // A pair or none, and a pair is of a live session.
      const hasRefreshToken = names.includes("__Host-cardea-rt");
      expect(names.includes("__Host-cardea-at"), `round ${round}`).toBe(hasRefreshToken);
      expect(await isSignedIn(two), `round ${round}`).toBe(hasRefreshToken);
      expect(await inApp(two, login)).toBe("in");
      expect(await isSignedIn(one), `round ${round}`).toBe(true);
    }
  }, 1_200_000);
});

describe("a plain Node renderer", () => {
  it("under a storm of prefetches refreshes once per page, with one rotation and the right Set-Cookie", async () => {
    const own = sites.origin("app.example.test");
    const renderer = createServer((request, response) => {
      const session = createServerSession({
        url: gateway.gateway.url,
        origin: own,
        cookies: request.headers.cookie,
        mayWrite: true,
        headers: { get: (name) => [request.headers[name] ?? null].flat()[0] ?? null },
      });
      session
        .request({ query: SESSION })
        .then(
          ({ data }) => JSON.stringify(data),
          () => "signed out",
        )
        .then((text) => response.writeHead(200, { "set-cookie": [...session.setCookies] }).end(text));
    });
    renderer.listen(0, "127.0.0.1");
    await once(renderer, "listening");
    const { port } = renderer.address() as AddressInfo; // a TCP server has an AddressInfo
    const visit = async (headers: Readonly<Record<string, string>>) => {
      const response = await fetch(`http://127.0.0.1:${port}/`, { headers });
      return { text: await response.text(), setCookies: response.headers.getSetCookie() };
    };
    const page = await sites.open(context, "app.example.test");
    await askFrom(page, url, LOGIN, INPUT);
    const jar = async (): Promise<string> =>
      (await context.cookies(url)).map(({ name, value }) => `${name}=${value}`).join("; ");
    const cookie = await jar();
    gateway.clock.advanceSeconds(301);
    const before = rotations();

    const prefetches = ["sec-purpose", "purpose", "next-router-prefetch"].flatMap((name) =>
      Array.from({ length: 10 }, () => visit({ cookie, [name]: name.startsWith("next") ? "1" : "prefetch" })),
    );
    const visits = Array.from({ length: 10 }, () => visit({ cookie }));
    for (const ahead of await Promise.all(prefetches))
      expect(ahead).toEqual({ text: "signed out", setCookies: [] });
    const rendered = await Promise.all(visits);
    expect(rotations() - before).toBe(1);
    const tokenOf = (setCookies: readonly string[]): string | undefined =>
      setCookies.find((line) => line.startsWith("__Host-cardea-rt="))?.split(";")[0];
    const [token] = new Set(rendered.map(({ setCookies }) => tokenOf(setCookies)));
    for (const { text, setCookies } of rendered) {
      expect(JSON.parse(text)).toEqual({ session: { id: expect.any(String) } });
      expect(tokenOf(setCookies)).toBe(token);
      for (const line of setCookies)
        expect(line).toMatch(
          /^__Host-cardea-(at|rt)=[\w.-]+; Path=\/; Max-Age=\d+; HttpOnly; Secure; SameSite=Lax$/,
        );
    }
    const handed = rendered[0]?.setCookies.map((line) => line.split(";")[0]).join("; ") ?? "";
    const next = await visit({ cookie: handed });
    expect(JSON.parse(next.text)).toEqual({ session: { id: expect.any(String) } });
    expect(next.setCookies).toEqual([]);
    renderer.close();
    renderer.closeAllConnections();
  });
});
