import { describe, expect, it } from "vitest";
import { clientRegistryOf, corsOrigins, foreignSiteNotes } from "../../../src/compose/clients.js";
import { checkConfig } from "../../../src/config/load.js";
import type { ConfigInput } from "../../../src/config/schema.js";
import { clientId, DEFAULT_CLIENT } from "../../../src/domain/brand.js";

const registry = (input: ConfigInput) =>
  clientRegistryOf(checkConfig({ supergraph: "g.graphql", ...input }, { folder: "/", environment: {} }));

describe("the registry of clients", () => {
  it("always has the bearer client `default`, with the defaults of tokens and sessions", () => {
    expect(registry({}).byId.get(DEFAULT_CLIENT)).toMatchObject({
      id: "default",
      delivery: "bearer",
      origins: [],
      access: "jwt",
      login: new Set(["password"]),
      refresh: true,
      accessTtlSeconds: 300,
      absoluteSeconds: 2_592_000,
    });
  });

  it("fills in what a client leaves out, and keeps what it sets", () => {
    const { byId } = registry({
      tokens: { format: "opaque", accessTtlSeconds: 120 },
      clients: { app: { absoluteSeconds: 3600, login: [] }, tool: { access: "jwt", accessTtlSeconds: 60 } },
    });
    expect(byId.get(clientId("app"))).toMatchObject({
      access: "opaque",
      accessTtlSeconds: 120,
      absoluteSeconds: 3600,
      login: new Set(),
    });
    expect(byId.get(clientId("tool"))).toMatchObject({
      access: "jwt",
      accessTtlSeconds: 60,
      absoluteSeconds: 2_592_000,
    });
  });
});

const WEB = "https://app.example.com";
const settings: ConfigInput = {
  server: { corsOrigins: ["https://tools.example.com"] },
  clients: {
    web: { delivery: "cookie", origins: [WEB, "https://elsewhere.test"] },
    app: { origins: ["https://bearer.example.com"] },
  },
};

describe("the origins of clients", () => {
  it("may send cookies only for cookie clients", () => {
    const config = checkConfig({ supergraph: "g.graphql", ...settings }, { folder: "/", environment: {} });
    const { withCookies, withoutCookies } = corsOrigins(config, registry(settings));
    expect([...withCookies]).toEqual([WEB, "https://elsewhere.test"]);
    expect([...withoutCookies]).toEqual(["https://tools.example.com", "https://bearer.example.com"]);
  });

  it("on another site than the gateway are named at start, because browsers drop their cookies", () => {
    expect(foreignSiteNotes(registry(settings), ["https://api.example.com"])).toEqual([
      expect.stringContaining("https://elsewhere.test"),
    ]);
    expect(foreignSiteNotes(registry(settings), [])).toEqual([]);
  });
});
