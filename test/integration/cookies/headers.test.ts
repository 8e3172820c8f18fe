import { afterAll, beforeAll, expect, it } from "vitest";
import { type CookieGateway, startCookieGateway, WEB } from "../../support/cookie-gateway.js";

let gateway: CookieGateway;
beforeAll(async () => {
  gateway = await startCookieGateway({
    server: {
      port: 0,
      publicUrls: ["https://api.example.com"],
      hsts: { maxAgeSeconds: 31_536_000, includeSubDomains: true },
    },
    clients: { app: { origins: ["https://bearer.example.com"] } },
  });
});
afterAll(() => gateway.stop());

const headersOf = async (path: string, headers: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries((await fetch(gateway.origin + path, { headers })).headers);

it.each(["/graphql?query={__typename}", "/nothing-here", "/oauth/token", "/.well-known/jwks.json"])(
  "%s is never sniffed, never embedded by another site, and keeps browsers on https",
  async (path) => {
    expect(await headersOf(path)).toMatchObject({
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": path.includes("jwks") ? "cross-origin" : "same-origin",
      "strict-transport-security": "max-age=31536000; includeSubDomains",
    });
  },
);

it.each([
  [WEB, "true"],
  ["https://bearer.example.com", undefined],
])("%s may embed what CORS shares with it; credentials: %s", async (origin, credentials) => {
  const headers = await headersOf("/graphql?query={__typename}", { origin, "apollo-require-preflight": "1" });
  expect(headers["access-control-allow-origin"]).toBe(origin);
  expect(headers["cross-origin-resource-policy"]).toBe("cross-origin");
  expect(headers["access-control-allow-credentials"]).toBe(credentials);
  expect(headers["vary"]).toContain("Origin");
});

it("sends no Strict-Transport-Security unless it is configured", async () => {
  const other = await startCookieGateway();
  try {
    expect((await fetch(`${other.origin}/nothing-here`)).headers.get("strict-transport-security")).toBeNull();
  } finally {
    await other.stop();
  }
});
