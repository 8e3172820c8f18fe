import { describe, expect, it } from "vitest";
import { loadConfig } from "../../../src/config/load.js";
import type { ConfigPurpose } from "../../../src/config/purpose.js";
import { ConfigError } from "../../../src/domain/errors.js";

/** A deployment's settings, as flags; none of the variables they name is set. */
const DEPLOYMENT = {
  supergraph: "supergraph.graphql",
  store: { kind: "redis" as const, url: "env:REDIS_URL" },
  tokens: {
    keys: ["env:TOKEN_KEY", "tokens.json"],
    refreshPeppers: [{ id: 1, secret: "env:REFRESH_PEPPER" }],
    sealingSecrets: [{ id: 1, secret: "env:SEALING_SECRET" }],
    acceptOpaqueUntil: "2030-01-01T00:00:00Z",
  },
  identity: { keys: ["env:IDENTITY_KEY", "identity.json"] },
};

const read = async (purpose: ConfigPurpose, environment: Readonly<Record<string, string>> = {}) =>
  (await loadConfig({ cwd: "/nowhere", environment, flags: DEPLOYMENT, purpose })).config;

describe("the secrets of a configuration", () => {
  it("are each demanded by a gateway", async () => {
    const error = await read("serve").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ConfigError);
    const places = (error as ConfigError).problems.map(({ where }) => where).join("\n");
    for (const place of [
      "store.url",
      "tokens.keys[0]",
      "refreshPeppers",
      "sealingSecrets",
      "identity.keys[0]",
    ])
      expect(places).toContain(place);
  });

  it("are neither read nor missed by a verb that serves nothing", async () => {
    const config = await read("graph");
    expect(config.store).toMatchObject({ kind: "memory" });
    expect(config.tokens).toMatchObject({ keys: [], refreshPeppers: [], sealingSecrets: [] });
    expect(config.identity.keys).toEqual([{ kind: "file", path: "/nowhere/identity.json" }]);
  });

  it("are drawn by cardea dev where none is given, and its sessions rest in memory", async () => {
    const config = await read("develop");
    expect(config.store.kind).toBe("memory");
    expect(config.tokens.keys).toEqual([{ kind: "file", path: "/nowhere/tokens.json" }]);
    expect(config.tokens.refreshPeppers).toEqual([]);
    expect(config.identity.keys).toEqual([{ kind: "file", path: "/nowhere/identity.json" }]);
  });

  it("are used by cardea dev where they are given", async () => {
    const config = await read("develop", { IDENTITY_KEY: "{}" });
    expect(config.identity.keys[0]).toEqual({ kind: "text", name: "env:IDENTITY_KEY", text: "{}" });
  });

  it("leave a configuration without a graph refused, unless the graph is named elsewhere", async () => {
    const options = { cwd: "/nowhere", environment: {}, flags: { server: { port: 4444 } } };
    await expect(loadConfig(options)).rejects.toThrow(/supergraph/);
    const { config } = await loadConfig({ ...options, graphOptional: true });
    expect(config.graph).toEqual({ kind: "subgraphs", subgraphs: [] });
  });
});
