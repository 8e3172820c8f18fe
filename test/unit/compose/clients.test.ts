import { describe, expect, it } from "vitest";
import { clientRegistryOf } from "../../../src/compose/clients.js";
import { checkConfig } from "../../../src/config/load.js";
import type { ConfigInput } from "../../../src/config/schema.js";
import { clientId, DEFAULT_CLIENT } from "../../../src/domain/brand.js";

const registry = (input: ConfigInput) =>
  clientRegistryOf(checkConfig({ supergraph: "g.graphql", ...input }, { folder: "/", environment: {} }));

describe("the registry of clients", () => {
  it("always has the bearer client `default`, with the defaults of tokens and sessions", () => {
    expect(registry({}).byId.get(DEFAULT_CLIENT)).toEqual({
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
