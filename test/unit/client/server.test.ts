import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { GatewayUnavailableError, SignedOutError } from "../../../src/client/index.js";
import { createServerSession, type ServerSessionOptions } from "../../../src/client/server.js";

/** A gateway for a cookie client, with scripted answers: the real one is tested elsewhere. */
let url: string;
let close: () => void;
let live: string;
let refreshes: number;
let isDown: boolean;
let mayRefresh: boolean;
let seen: { readonly cookie: string | undefined; readonly origin: string | undefined }[];

const EXPIRED = {
  errors: [{ message: "Sign in.", extensions: { code: "UNAUTHENTICATED", reason: "TOKEN_EXPIRED" } }],
};
const REFUSED = {
  data: { refreshToken: null },
  errors: [{ message: "No.", extensions: { code: "INVALID_GRANT", reason: "SESSION_REVOKED" } }],
};

beforeEach(async () => {
  live = "at1";
  refreshes = 0;
  isDown = false;
  mayRefresh = true;
  seen = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const { cookie, origin } = request.headers;
    seen.push({ cookie, origin });
    const answer = (status: number, body: object, cookies: string[] = []): void => {
      response.writeHead(status, { "content-type": "application/json", "set-cookie": cookies });
      response.end(JSON.stringify(body));
    };
    if (isDown)
      return answer(503, { errors: [{ message: "Later.", extensions: { code: "SERVICE_UNAVAILABLE" } }] });
    if (text.includes("refreshToken(")) {
      refreshes += 1;
      if (!mayRefresh)
        return answer(200, REFUSED, [
          "__Host-cardea-at=; Path=/; Max-Age=0",
          "__Host-cardea-rt=; Path=/; Max-Age=0",
        ]);
      live = "at2";
      return answer(200, { data: { refreshToken: { expiresIn: 300 } } }, [
        "__Host-cardea-at=at2; Path=/; HttpOnly; Secure",
        "__Host-cardea-rt=rt2; Path=/; HttpOnly; Secure",
      ]);
    }
    if (cookie === undefined || cookie === "theme=dark")
      return answer(200, {
        data: { me: null },
        errors: [{ message: "Sign in.", path: ["me"], extensions: { code: "UNAUTHENTICATED" } }],
      });
    if (!cookie.includes(`__Host-cardea-at=${live}`)) return answer(401, EXPIRED);
    return answer(200, { data: { me: "ada" } });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`; // listening on TCP
  close = () => server.close();
});
afterEach(() => close());

const aRequest = (options: Partial<ServerSessionOptions> = {}) =>
  createServerSession({
    url,
    origin: "https://app.example.test",
    cookies: "__Host-cardea-at=at1; __Host-cardea-rt=rt1; theme=dark",
    mayWrite: true,
    ...options,
  });
const ME = { query: "{ me }" };

describe("the session of a server that renders", () => {
  it("forwards the cookies and the origin of the front end", async () => {
    const session = aRequest();
    expect(session.state().kind).toBe("unknown");
    expect(await session.request(ME)).toEqual({ data: { me: "ada" } });
    expect(seen).toEqual([
      {
        cookie: "__Host-cardea-at=at1; __Host-cardea-rt=rt1; theme=dark",
        origin: "https://app.example.test",
      },
    ]);
    expect(session.state()).toEqual({ kind: "signedIn", gateway: "reachable" });
    expect(session.setCookies).toEqual([]);
  });

  it("refreshes once per incoming request, sends the new cookies on, and hands them to the browser", async () => {
    live = "gone";
    const session = aRequest();
    const answers = await Promise.all([session.request(ME), session.request(ME), session.request(ME)]);
    expect(answers.map(({ data }) => data)).toEqual([{ me: "ada" }, { me: "ada" }, { me: "ada" }]);
    expect(refreshes).toBe(1);
    expect(seen.at(-1)?.cookie).toBe("__Host-cardea-at=at2; __Host-cardea-rt=rt2; theme=dark");
    expect(session.setCookies.map((line) => line.split(";")[0])).toEqual([
      "__Host-cardea-at=at2",
      "__Host-cardea-rt=rt2",
    ]);
  });

  it.each([
    ["where no cookies can be set", { mayWrite: false }],
    ["for a prefetch of the browser", { headers: new Headers({ "sec-purpose": "prefetch;prerender" }) }],
    ["for a prefetch of Next.js", { headers: new Headers({ "next-router-prefetch": "1" }) }],
    ["for a prefetch by its old name", { headers: new Headers({ purpose: "prefetch" }) }],
  ])("never refreshes %s, and renders an unknown visitor", async (_, options) => {
    live = "gone";
    const session = aRequest(options);
    await expect(session.request(ME)).rejects.toBeInstanceOf(SignedOutError);
    expect(refreshes).toBe(0);
    expect(session.state().kind).toBe("unknown");
    expect(session.setCookies).toEqual([]);
  });

  it("is signed out when the gateway refuses the refresh, and hands on that the cookies are cleared", async () => {
    live = "gone";
    mayRefresh = false;
    const session = aRequest();
    await expect(session.request(ME)).rejects.toBeInstanceOf(SignedOutError);
    expect(session.state().kind).toBe("signedOut");
    expect(session.setCookies).toHaveLength(2);
  });

  it("signs nobody out while the gateway is down", async () => {
    isDown = true;
    const session = aRequest();
    await session.request(ME).catch(() => undefined);
    expect(session.state()).toEqual({ kind: "unknown", gateway: "unreachable" });
    close();
    const unreachable = aRequest({ url: "http://127.0.0.1:9/graphql" });
    await expect(unreachable.request(ME)).rejects.toBeInstanceOf(GatewayUnavailableError);
  });

  it("is signed out without cookies of a session", async () => {
    const session = aRequest({ cookies: "theme=dark" });
    await session.request(ME);
    expect(session.state().kind).toBe("signedOut");
    const anonymous = aRequest({ cookies: null });
    await anonymous.request(ME);
    expect(anonymous.state().kind).toBe("signedOut");
  });
});
