import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkConfig } from "../../../src/config/load.js";
import type { ConfigInput } from "../../../src/config/schema.js";
import { ConfigError, type Problem } from "../../../src/domain/errors.js";

const [ONE, TWO] = ["Vq3kD8sT1xZr7Lw0Yh5uNc2mBf9gJp4e", "m6Rz0Xa9Ek2Wd7Pq4Ls8Ty1Hv5Cj3Gn-2"];
const environment = { ONE, TWO, SAME: ONE, SHORT: "Vq3kD8sT1xZr7Lw0Yh5uNc2mBf9gJp4" };
const folder = mkdtempSync(join(tmpdir(), "cardea-clients-"));
writeFileSync(join(folder, "secret"), TWO);

const check = (clients: ConfigInput["clients"], more: ConfigInput = {}) =>
  checkConfig({ supergraph: "graph.graphql", clients, ...more }, { environment, folder });
const bySecret = (...secrets: string[]) => ({ method: "client_secret_basic" as const, secrets });

function problemsOf(clients: ConfigInput["clients"], more: ConfigInput = {}): readonly Problem[] {
  try {
    check(clients, more);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const secret of Object.values(environment)) expect(error.message).not.toContain(secret);
    return error.problems;
  }
}

describe("clients.*.auth", () => {
  it("reads one secret or two, from the environment or a file", () => {
    const { clients } = check({ bff: { auth: bySecret("env:ONE", "file:secret") } });
    expect(clients["bff"]?.auth).toEqual({ method: "client_secret_basic", secrets: [ONE, TWO] });
  });

  it("resolves the key set of a client against the folder of the configuration", () => {
    const { clients } = check({ bff: { auth: { method: "private_key_jwt", jwks: "file:bff.json" } } });
    expect(clients["bff"]?.auth).toMatchObject({
      jwks: join(folder, "bff.json"),
      allowPrivateAddresses: true,
    });
  });

  it.each<[string, ConfigInput["clients"], Partial<Problem>]>([
    [
      "a secret in the file",
      { bff: { auth: bySecret(ONE) } },
      { kind: "INVALID_SETTING", where: "clients.bff.auth.secrets[0]" },
    ],
    ["31 characters", { bff: { auth: bySecret("env:SHORT") } }, { kind: "WEAK_SECRET" }],
    ["a missing variable", { bff: { auth: bySecret("env:NONE") } }, { kind: "UNREADABLE_REFERENCE" }],
    ["one secret twice", { bff: { auth: bySecret("env:ONE", "env:SAME") } }, { kind: "SHARED_SECRET" }],
    [
      "the secret of another client",
      { a: { auth: bySecret("env:ONE") }, b: { auth: bySecret("env:SAME") } },
      {
        kind: "SHARED_SECRET",
        where: "clients.b.auth.secrets[0]",
        found: expect.stringContaining("clients.a.auth") as never,
      },
    ],
    [
      "three secrets",
      { bff: { auth: bySecret("env:ONE", "env:TWO", "file:secret") } },
      { kind: "INVALID_SETTING" },
    ],
    [
      "no secret",
      { bff: { auth: { method: "client_secret_basic" } } },
      { kind: "MISSING_SETTING", where: "clients.bff.auth.secrets" },
    ],
    [
      "no keys",
      { bff: { auth: { method: "private_key_jwt" } } },
      { kind: "MISSING_SETTING", where: "clients.bff.auth.jwks" },
    ],
    [
      "the settings of both methods",
      { bff: { auth: { ...bySecret("env:ONE"), jwks: "keys.json" } } },
      { kind: "CONFLICTING_SETTINGS", where: "clients.bff.auth.jwks" },
    ],
    [
      "introspection without it",
      { bff: { introspect: true } },
      { kind: "CONFLICTING_SETTINGS", where: "clients.bff.introspect" },
    ],
    [
      "a cookie client",
      { web: { delivery: "cookie", origins: ["https://app.example"], auth: bySecret("env:ONE") } },
      { kind: "CONFLICTING_SETTINGS", where: "clients.web.auth" },
    ],
  ])("refuses %s, and shows no secret", (_, clients, expected) => {
    expect(problemsOf(clients)).toContainEqual(expect.objectContaining(expected));
  });

  it("refuses the secret of a pepper, and a gateway without OAuth endpoints", () => {
    const clients = { bff: { auth: bySecret("env:ONE") } };
    expect(
      problemsOf(clients, { tokens: { refreshPeppers: [{ id: 1, secret: "env:SAME" }] } }),
    ).toMatchObject([{ kind: "SHARED_SECRET", where: "clients.bff.auth.secrets[0]" }]);
    expect(problemsOf(clients, { authSubgraph: { enabled: false } })).toMatchObject([
      { kind: "CONFLICTING_SETTINGS", where: "clients.bff.auth" },
    ]);
  });
});
