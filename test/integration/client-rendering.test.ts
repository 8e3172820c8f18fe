import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SignedOutError } from "../../src/client/index.js";
import { createServerSession, type ServerSession } from "../../src/client/server.js";
import { type CookieGateway, type Jar, startCookieGateway, WEB } from "../support/cookie-gateway.js";

const QUERY = { query: "{ session { current } }" };

let gateway: CookieGateway;
let renderer: Server;
let origin: string;
let jar: Jar;

/** What a page shows. */
const render = async (session: ServerSession): Promise<object> => {
  const data = await session.request(QUERY).then(
    (answer) => answer.data,
    (error: unknown) => (error instanceof SignedOutError ? "signed out" : "unavailable"),
  );
  return { data, state: session.state() };
};

beforeAll(async () => {
  gateway = await startCookieGateway();
  // Stands in for Next.js and SvelteKit: `/` as their middleware and handlers do it, `/component` as a server component,
  // which cannot set cookies any more.
  renderer = createServer(async (request, response) => {
    const headers = new Headers(
      Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]),
    );
    const aSession = (mayWrite: boolean): ServerSession =>
      createServerSession({
        url: gateway.gateway.url,
        origin: WEB,
        cookies: headers.get("cookie"),
        headers,
        mayWrite,
      });
    const session = aSession(request.url !== "/component");
    const pages = await Promise.all([render(session), render(session), render(session)]);
    for (const line of session.setCookies) response.appendHeader("set-cookie", line);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(pages[0]));
  });
  await new Promise<void>((resolve) => renderer.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(renderer.address() as AddressInfo).port}`; // listening on TCP
});
afterAll(async () => {
  renderer.close();
  await gateway.stop();
});
beforeEach(async () => {
  jar = gateway.jar();
  await jar.login();
});

const cookies = (): string => [...jar.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
const visit = async (path = "/", headers: Record<string, string> = {}) => {
  const response = await fetch(`${origin}${path}`, { headers: { cookie: cookies(), ...headers } });
  return { page: (await response.json()) as unknown, setCookies: response.headers.getSetCookie() };
};
const rotations = (): number => gateway.events.filter(({ type }) => type === "session.refreshed").length;
const SIGNED_IN = {
  data: { session: { current: true } },
  state: { kind: "signedIn", gateway: "reachable" },
};

describe("a server that renders for a cookie client", () => {
  it("renders what the visitor may see, and sets nothing while the token is good", async () => {
    expect(await visit()).toEqual({ page: SIGNED_IN, setCookies: [] });
    expect(await visit("/component")).toEqual({ page: SIGNED_IN, setCookies: [] });
  });

  it("rotates once under a storm of prefetches, and hands the cookies to the visit alone", async () => {
    gateway.clock.advanceSeconds(301);
    const before = rotations();
    const prefetches = Array.from({ length: 20 }, (_, at) =>
      visit("/", at % 2 === 0 ? { "sec-purpose": "prefetch" } : { "next-router-prefetch": "1" }),
    );
    const [visited, ...ahead] = await Promise.all([visit(), ...prefetches]);
    expect(rotations() - before).toBe(1);
    expect(visited?.page).toEqual(SIGNED_IN);
    expect(visited?.setCookies.map((line) => line.split("=")[0])).toEqual(
      expect.arrayContaining(["__Host-web-at", "__Host-web-rt"]),
    );
    for (const each of ahead)
      expect(each).toEqual({
        page: { data: "signed out", state: { kind: "unknown", gateway: "reachable" } },
        setCookies: [],
      });
  });

  it("leaves the refresh to the browser where no cookie can be set", async () => {
    gateway.clock.advanceSeconds(301);
    const before = rotations();
    const { page, setCookies } = await visit("/component");
    expect(page).toEqual({ data: "signed out", state: { kind: "unknown", gateway: "reachable" } });
    expect(setCookies).toEqual([]);
    expect(rotations()).toBe(before);
  });

  it("hands on that the cookies are cleared when the session was revoked", async () => {
    const other = gateway.jar();
    await other.login();
    await other.send({ query: "mutation { revokeOtherSessions { status } }" });
    const { page, setCookies } = await visit();
    expect(page).toMatchObject({ data: "signed out", state: { kind: "signedOut" } });
    expect(setCookies.filter((line) => line.includes("Max-Age=0")).length).toBeGreaterThanOrEqual(2);
  });

  it("renders an anonymous visitor as signed out, and mixes up no two visitors", async () => {
    const response = await fetch(origin);
    expect(await response.json()).toMatchObject({ state: { kind: "signedOut" } });
    expect((await visit()).page).toEqual(SIGNED_IN);
  });
});
