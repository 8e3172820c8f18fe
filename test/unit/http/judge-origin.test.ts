import { describe, expect, it } from "vitest";
import { createClientRegistry } from "../../../src/domain/client-policy.js";
import { judgeOrigin, type OriginFacts, ownOriginsOf } from "../../../src/http/judge-origin.js";
import { aCookieClient } from "../../support/a-cookie-client.js";

const API = "https://api.example.com";
const web = aCookieClient("web", ["https://app.example.com", API]);
const shop = aCookieClient("shop", ["https://shop.example.com"]);
const registry = createClientRegistry([web, shop]);
const own = ownOriginsOf(registry, [API]);

const facts: OriginFacts = {
  method: "POST",
  hasAuthorization: false,
  carriesCookies: true,
  origin: undefined,
  fetchSite: undefined,
  host: "api.example.com",
};
const judge = (change: Partial<OriginFacts>, of = own) => {
  const verdict = judgeOrigin({ ...facts, ...change }, registry, of);
  if (verdict.kind === "readCookies") return verdict.client.id;
  return verdict.kind === "refused" ? `refused: ${verdict.reason}` : verdict.kind;
};

describe("whose cookies a request may use", () => {
  it.each<[Partial<OriginFacts>, string]>([
    [{ origin: "https://app.example.com" }, "web"],
    [{ origin: "https://shop.example.com" }, "shop"],
    [{ origin: "https://app.example.com", method: "GET" }, "web"],
    [{ origin: "https://app.example.com", method: "UPGRADE" }, "web"],
    [{ origin: "https://app.example.com", carriesCookies: false }, "web"],
    [{ origin: "https://app.example.com", fetchSite: "cross-site" }, "web"],
    [{ method: "GET", fetchSite: "same-origin" }, "web"],
    [{ method: "HEAD", fetchSite: "same-origin" }, "web"],
    [{ method: "GET", fetchSite: "same-origin", host: "rewritten-by-a-proxy" }, "web"],
    [{ hasAuthorization: true }, "ignoreCookies"],
    [{ hasAuthorization: true, origin: "https://app.example.com" }, "ignoreCookies"],
    [{ hasAuthorization: true, origin: "https://evil.example" }, "ignoreCookies"],
    [{ carriesCookies: false, origin: "https://evil.example" }, "ignoreCookies"],
    [{ carriesCookies: false }, "ignoreCookies"],
    [{ origin: "https://evil.example" }, "refused: unknown"],
    [{ origin: "https://APP.example.com" }, "refused: unknown"],
    [{ origin: "" }, "refused: unknown"],
    [{ origin: "https://evil.example", method: "GET", fetchSite: "same-origin" }, "refused: unknown"],
    [{ origin: "null" }, "refused: null"],
    [{}, "refused: missing"],
    [{ fetchSite: "same-origin" }, "refused: missing"],
    [{ method: "PUT", fetchSite: "same-origin" }, "refused: missing"],
    [{ method: "UPGRADE", fetchSite: "same-origin" }, "refused: missing"],
    [{ method: "GET" }, "refused: missing"],
    [{ method: "GET", fetchSite: "same-site" }, "refused: missing"],
    [{ method: "GET", fetchSite: "cross-site" }, "refused: missing"],
    [{ method: "GET", fetchSite: "none" }, "refused: missing"],
  ])("%j: %s", (change, expected) => {
    expect(judge(change)).toBe(expected);
  });

  it("is nobody's when no client lists the gateway's own origin", () => {
    expect(judge({ method: "GET", fetchSite: "same-origin" }, [])).toBe("refused: not listed");
  });

  it("is chosen by Host where clients list several public URLs, and by nothing else", () => {
    const several = createClientRegistry([
      aCookieClient("a", ["https://a.test"]),
      aCookieClient("b", ["https://b.test:8443"]),
    ]);
    const both = ownOriginsOf(several, ["https://a.test/api", "https://b.test:8443", "not a url"]);
    const chosen = (host: string | undefined) =>
      judge({ method: "GET", fetchSite: "same-origin", host }, both);
    expect(chosen("b.test:8443")).toBe("b");
    expect(chosen("a.test")).toBe("a");
    expect(chosen("b.test")).toBe("refused: not listed");
    expect(chosen(undefined)).toBe("refused: not listed");
  });
});
