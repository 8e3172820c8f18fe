import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installationProblems } from "../../src/cli/check-installation.js";
import { checkConfig } from "../../src/config/load.js";
import { generateKey } from "../../src/tokens/generate-key.js";
import { A_PEPPER } from "../support/secrets.js";

let folder: string;
/** Nothing listens there. */
const NOWHERE = "127.0.0.1:1";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cardea-check-"));
  for (const name of ["tokens", "identity"])
    writeFileSync(join(folder, `${name}.json`), JSON.stringify((await generateKey("ES256")).privateJwk), {
      mode: 0o600,
    });
  const outside = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" });
  writeFileSync(
    join(folder, "jwks.json"),
    JSON.stringify({ keys: [{ ...outside, kid: "k", alg: "ES256" }] }),
  );
  writeFileSync(join(folder, "empty-jwks.json"), JSON.stringify({ keys: [] }));
  writeFileSync(join(folder, "users.yaml"), "users: []\n", { mode: 0o600 });
  writeFileSync(join(folder, "bad-users.yaml"), "users: [{ id: 1 }]\n", { mode: 0o600 });
  writeFileSync(join(folder, "documents.json"), '{ "a": "{ b }" }');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SOUND = {
  supergraph: "supergraph.graphql",
  tokens: { keys: ["tokens.json"], refreshPeppers: [{ id: 1, secret: A_PEPPER }] },
  identity: { keys: ["identity.json"] },
  users: { path: "users.yaml" },
  issuers: [{ issuer: "https://login.example", audience: "graph", jwks: "jwks.json" }],
  server: { persistedDocuments: { path: "documents.json" } },
};

async function problemsOf(settings: object, offline = true, environment = {}): Promise<readonly string[]> {
  const config = checkConfig({ ...SOUND, ...settings }, { folder, environment });
  const problems = await installationProblems(config, { offline, allowMemoryStore: false });
  return problems.map(({ kind, where }) => `${kind} ${where.replaceAll(folder, ".")}`);
}

describe("what a configuration names, opened as a start would", () => {
  it("is all there", async () => {
    expect(await problemsOf({})).toEqual([]);
  });

  it.each([
    ["users file that is missing", { users: { path: "none.yaml" } }, /^BAD_USER_FILE/],
    ["users file that cannot be used", { users: { path: "bad-users.yaml" } }, /bad-users\.yaml|users\[0\]/],
    ["key file that is missing", { identity: { keys: ["none.json"] } }, /none\.json/],
    ["key in both rings", { identity: { keys: ["tokens.json"] } }, /^SHARED_KEY identity\.keys/],
    [
      "list of documents that is missing",
      { server: { persistedDocuments: { path: "none.json" } } },
      /^BAD_PERSISTED_DOCUMENTS/,
    ],
    [
      "key set that is missing",
      { issuers: [{ ...SOUND.issuers[0], jwks: "none.json" }] },
      /^BAD_ISSUER issuers\[https:\/\/login\.example\]\.jwks/,
    ],
    [
      "key set without a key",
      { issuers: [{ ...SOUND.issuers[0], jwks: "empty-jwks.json" }] },
      /^BAD_ISSUER issuers\[https:\/\/login\.example\]\.jwks/,
    ],
    [
      "issuer that is the gateway's own",
      { issuers: [{ ...SOUND.issuers[0], issuer: "http://localhost:4000/identity" }] },
      /^BAD_ISSUER .*\.issuer$/,
    ],
    [
      "store that a deployment may not have",
      { server: { workers: 2 } },
      /^REFUSED_IN_DEPLOYMENT store\.kind/,
    ],
  ])("refuses a %s", async (_name, settings, expected) => {
    expect((await problemsOf(settings)).join("\n")).toMatch(expected);
  });

  it("names everything that is wrong at once", async () => {
    const found = await problemsOf({ users: { path: "none.yaml" }, identity: { keys: ["none.json"] } });
    expect(found.length).toBeGreaterThanOrEqual(2);
  });

  it("asks the store and the issuers' key sets, and leaves them out offline", async () => {
    const settings = {
      store: { kind: "redis", url: `redis://${NOWHERE}`, commandTimeoutMs: 200 },
      issuers: [{ ...SOUND.issuers[0], jwks: `http://${NOWHERE}/jwks`, allowPrivateAddresses: true }],
    };
    expect(await problemsOf(settings)).toEqual([]);
    const found = await problemsOf(settings, false);
    expect(found).toContain("STORE_UNAVAILABLE store.url");
    expect(found).toContain(`BAD_ISSUER issuers[https://login.example].jwks: http://${NOWHERE}/jwks`);
  });
});
