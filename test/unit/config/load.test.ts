import { randomBytes } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../../../src/config/load.js";
import { ConfigError, type Problem } from "../../../src/domain/errors.js";
import { createAuthority } from "../../support/certificates.js";
import { A_PEPPER } from "../../support/secrets.js";

const CANARY = "canary-7f3a9-never-show-me-canary-7f3a9";

function folder(files: Readonly<Record<string, string>> = {}): string {
  const path = mkdtempSync(join(tmpdir(), "cardea-config-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

const load = (
  files: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
  flags = {},
) => loadConfig({ cwd: folder(files), environment, flags });

async function problemsOf(
  yaml: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<readonly Problem[]> {
  const error = await load({ "cardea.config.yaml": yaml }, environment).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ConfigError);
  expect(String(error)).not.toContain(CANARY);
  return (error as ConfigError).problems;
}

describe("loading configuration", () => {
  it("needs nothing but a supergraph and fills in the documented defaults", async () => {
    const { config } = await loadConfig({
      cwd: "/somewhere",
      environment: {},
      flags: { supergraph: "graph.graphql", server: { port: 4444 } },
    });
    expect(config.graph).toEqual({ kind: "file", path: "/somewhere/graph.graphql" });
    expect(config.server).toMatchObject({ host: "127.0.0.1", port: 4444, path: "/graphql" });
    expect(config.ops).toEqual({ host: "127.0.0.1", port: 9400, anyPort: true });
    expect(config.store.kind).toBe("memory");
    expect(config.tokens).toMatchObject({ accessTtlSeconds: 300, format: "jwt", clockToleranceSeconds: 60 });
    expect(config.sessions).toEqual({
      idleSeconds: 604_800,
      absoluteSeconds: 2_592_000,
      graceSeconds: 30,
      lostAnswerSeconds: 86_400,
      unrememberedSeconds: 43_200,
      maxPerUser: 100,
    });
    expect(config.auth).toMatchObject({
      freshSeconds: 300,
      interfaces: "precise",
      disclosure: "codes",
      introspection: "on",
    });
    expect(config.supergraphCheck).toBe("off");
  });

  it("turns the cautious defaults on in production", async () => {
    const { config } = await load(
      { "cardea.config.yaml": "supergraph: g.graphql" },
      { NODE_ENV: "production" },
    );
    expect(config.server.host).toBe("0.0.0.0");
    expect(config.server.drainDelayMs).toBe(5_000);
    expect(config.auth.introspection).toBe("filtered");
    expect(config.supergraphCheck).toBe("on");
  });

  it("binds the ops port to 127.0.0.1 by default, whatever server.host is", async () => {
    const hostIn = async (text: string, environment = {}) =>
      (await load({ "cardea.config.yaml": `supergraph: g.graphql\n${text}` }, environment)).config.ops.host;
    expect(await hostIn("", { NODE_ENV: "production" })).toBe("127.0.0.1");
    expect(await hostIn("server: { host: 0.0.0.0 }")).toBe("127.0.0.1");
    expect(await hostIn("ops: { host: 0.0.0.0 }", { NODE_ENV: "production" })).toBe("0.0.0.0");
  });

  it("lets flags win over the environment and the environment over the file", async () => {
    const { config } = await load(
      { "cardea.config.yaml": "supergraph: g.graphql\nserver: { port: 1, path: /a }\nops: { port: 2 }" },
      { CARDEA_SERVER_PORT: "10", CARDEA_OPS_PORT: "20" },
      { server: { port: 100 } },
    );
    expect([config.server.port, config.ops.port, config.server.path]).toEqual([100, 20, "/a"]);
  });

  it("reads TypeScript, JavaScript, YAML and JSON alike", async () => {
    const port = async (name: string, text: string) => (await load({ [name]: text })).config.server.port;
    expect(
      await Promise.all([
        port(
          "cardea.config.ts",
          "const p: number = 5001; export default { supergraph: 'g', server: { port: p } };",
        ),
        port(
          "cardea.config.mts",
          "export default async () => ({ supergraph: 'g', server: { port: 5002 } });",
        ),
        port("cardea.config.js", "module.exports = { supergraph: 'g', server: { port: 5003 } };"),
        port("cardea.config.yaml", "supergraph: g\nserver:\n  port: 5004\n"),
        port("cardea.config.json", '{"supergraph":"g","server":{"port":5005}}'),
      ]),
    ).toEqual([5001, 5002, 5003, 5004, 5005]);
  });

  it("takes paths relative to the file that names them", async () => {
    const cwd = folder({
      "cardea.config.yaml":
        "supergraph: graphs/g.graphql\nusers: { path: users.yaml }\ntokens: { keys: [keys/a.json] }\nissuers: [{ issuer: https://i, audience: a, jwks: jwks.json }]",
    });
    const { config } = await loadConfig({ cwd: "/", path: join(cwd, "cardea.config.yaml"), environment: {} });
    expect(config.graph).toEqual({ kind: "file", path: join(cwd, "graphs/g.graphql") });
    expect(config.users?.path).toBe(join(cwd, "users.yaml"));
    expect(config.tokens.keys).toEqual([{ kind: "file", path: join(cwd, "keys/a.json") }]);
    expect(config.issuers[0]?.jwks).toBe(join(cwd, "jwks.json"));
  });

  it("parses every setting the manual names", async () => {
    const { config } = await load({
      "cardea.config.yaml": `
subgraphs: [{ name: a, url: http://localhost:1/graphql, sdl: a.graphql }, { name: b, url: http://localhost:2/graphql }]
server: { host: 0.0.0.0, port: 0, path: /api, workers: 2 }
ops: { host: 127.0.0.1, port: 0 }
store: { kind: redis, url: redis://localhost:6379, keyPrefix: "c:" }
tokens: { issuer: https://gw, audience: https://gw, keys: [k.json], accessTtlSeconds: 60, format: opaque, clockToleranceSeconds: 5,
          refreshPeppers: [{ id: 1, secret: "${CANARY}" }] }
identity: { issuer: https://gw/identity, keys: [i.json], subgraphs: { a: { mode: header, audience: aa, typ: at+jwt } } }
authSubgraph: { enabled: true, prefix: auth_, fields: [login] }
clients: { web: { delivery: bearer, refresh: false, accessTtlSeconds: 30, scopes: [a:b] } }
supergraphCheck: on
limits: { maxBodyBytes: 1000 }
sessions: { idleSeconds: 600, absoluteSeconds: 6000, graceSeconds: 5 }
auth: { freshSeconds: 10, interfaces: strict, positions: { Query.node: precise }, disclosure: full, introspection: off,
        strictWhenDegraded: [pay], dryRun: true }
users: { kind: file, path: users.yaml }
issuers: [{ issuer: https://idp, audience: [x, y], jwks: https://idp/jwks, algorithms: [RS256], maxTtlSeconds: 60,
            scopes: { claim: scp, allow: [r], map: { R: r } }, trustAuthTime: true, subject: { claim: sub, prefix: "idp|" } }]
`,
    });
    expect(config.store).toMatchObject({ kind: "redis", keyPrefix: "c:" });
    expect(config.issuers[0]).toMatchObject({
      subject: { claim: "sub", prefix: "idp|" },
      trustAuthTime: true,
    });
    expect(config.identity.subgraphs["a"]).toMatchObject({ mode: "header", audience: "aa", typ: "at+jwt" });
  });
});

describe("refusing configuration", () => {
  it("names an unknown key and the one that was meant", async () => {
    const problems = await problemsOf(
      "supergraph: g\nserver: { prot: 1 }\nsuperGraph: x\ntokens: { acessTtlSeconds: 3 }",
    );
    expect(problems.map(({ kind, fix }) => `${kind}: ${fix}`).sort()).toEqual([
      "UNKNOWN_KEY: did you mean server.port?",
      "UNKNOWN_KEY: did you mean supergraph?",
      "UNKNOWN_KEY: did you mean tokens.accessTtlSeconds?",
    ]);
  });

  it("looks for the meant key inside lists and maps as well", async () => {
    const problems = await problemsOf(
      "supergraph: g\nissuers: [{ issuer: i, audience: a, jwks: j, trustAuthTim: true }]\nclients: { web: { delivry: cookie } }\nidentity: { subgraphs: { a: { aud: x } } }",
    );
    const fixes = problems.map(({ fix }) => fix);
    expect(fixes).toContain("did you mean issuers[0].trustAuthTime?");
    expect(fixes).toContain("did you mean clients.web.delivery?");
    expect(problems.map(({ where }) => where)).toContain("identity.subgraphs.a.aud");
  });

  it("reports all problems of file and environment at once, by type and never by value", async () => {
    const problems = await problemsOf(
      `server: { port: "${CANARY}", path: nope }
store: { kind: 3 }
tokens: { refreshPeppers: [{ id: 999, secret: { nested: "${CANARY}" } }] }
sessions: { idleSeconds: -1 }`,
      { CARDEA_OPS_PORT: CANARY },
    );
    const at = (where: string) => problems.find((problem) => problem.where === where);
    expect(at("server.port")).toMatchObject({ found: "a string of 39 characters", allowed: "a number" });
    expect(at("server.path")).toMatchObject({ allowed: "an absolute path" });
    expect(at("store.kind")).toMatchObject({ found: "a number", allowed: "memory | redis" });
    expect(at("tokens.refreshPeppers[0].id")).toMatchObject({ allowed: "a whole number from 0 to 255" });
    expect(at("tokens.refreshPeppers[0].secret")).toMatchObject({ found: "an object", allowed: "a string" });
    expect(at("sessions.idleSeconds")).toMatchObject({ allowed: "a whole number from 1 to 315360000" });
    expect(at("CARDEA_OPS_PORT")).toMatchObject({ found: "a string of 39 characters" });
  });

  it("ignores service variables that a container platform injects", async () => {
    const environment = {
      CARDEA_SERVICE_HOST: "10.0.0.1",
      CARDEA_SERVICE_PORT: "4000",
      CARDEA_SERVICE_PORT_HTTP: "4000",
      CARDEA_STORE_SERVICE_HOST: "10.0.0.2",
      CARDEA_STORE_PORT_6379_TCP_ADDR: "10.0.0.2",
      CARDEA_PORT: "tcp://10.0.0.1:4000",
      CARDEA_CACHE_PORT: "tcp://10.0.0.3:6379",
      CARDEA_DEMO_HOST: "0.0.0.0",
    };
    const { config } = await load({ "cardea.config.yaml": "supergraph: g" }, environment);
    expect(config.server.port).toBe(4000);
  });

  it.each([
    ["CARDEA_SERVER_PROT", "did you mean CARDEA_SERVER_PORT?"],
    ["CARDEA_SEVER_PORT", "did you mean CARDEA_SERVER_PORT?"],
    ["CARDEA_LIMIT_LOGIN_PER_ACCOUNT", "did you mean CARDEA_LIMITS_LOGIN_PER_ACCOUNT?"],
    ["CARDEA_SUPERGRAF", "did you mean CARDEA_SUPERGRAPH?"],
    ["CARDEA__STORE_KIND", "did you mean CARDEA_STORE_KIND?"],
    ["cardea_store_kind", "did you mean CARDEA_STORE_KIND?"],
    ["CARDEA_TOKENS_KEY", "did you mean CARDEA_TOKENS_KEYS?"],
  ])("refuses the environment variable %s, naming the one that was meant", async (name, fix) => {
    const problems = await problemsOf("supergraph: g", { [name]: "1" });
    expect(problems.map((problem) => [problem.kind, problem.where, problem.fix])).toEqual([
      ["UNKNOWN_KEY", name, fix],
    ]);
  });

  it("refuses an unknown CARDEA_ variable that resembles nothing, unless a setting refers to it", async () => {
    const environment = { CARDEA_MY_OWN_PEPPER: "kT3vZq9xLw2mRb7Yc5NfHs8PdGj4UeXa" };
    const [problem, ...others] = await problemsOf("supergraph: g", environment);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ kind: "UNKNOWN_KEY", where: "CARDEA_MY_OWN_PEPPER" });
    expect(problem?.fix).toContain("env:CARDEA_MY_OWN_PEPPER");
    expect(JSON.stringify(problem)).not.toContain("kT3vZq9xLw");
    const pepper = [{ id: 1, secret: "env:CARDEA_MY_OWN_PEPPER" }];
    const inFile = await load(
      { "cardea.config.json": JSON.stringify({ supergraph: "g", tokens: { refreshPeppers: pepper } }) },
      environment,
    );
    const inVariable = await load(
      { "cardea.config.yaml": "supergraph: g" },
      { CARDEA_TOKENS_REFRESH_PEPPERS: JSON.stringify(pepper), ...environment },
    );
    for (const { config } of [inFile, inVariable]) expect(config.tokens.refreshPeppers).toHaveLength(1);
  });

  it("refuses neither or both ways of naming the graph", async () => {
    expect((await problemsOf("server: {}")).map(({ where }) => where)).toEqual(["supergraph"]);
    const both = await problemsOf("supergraph: g\nsubgraphs: [{ name: a, url: http://a }]");
    expect(both.map(({ kind }) => kind)).toEqual(["CONFLICTING_SETTINGS"]);
  });

  it("refuses lifetimes in which a token would outlive its session", async () => {
    const problems = await problemsOf(
      "supergraph: g\nsessions: { idleSeconds: 60, absoluteSeconds: 30 }\nclients: { web: { accessTtlSeconds: 90 } }",
    );
    expect(problems.map(({ where }) => where)).toEqual(["sessions.idleSeconds", "sessions.absoluteSeconds"]);
  });

  it("reports where a file does not parse without quoting it", async () => {
    const problems = await problemsOf(`tokens: { refreshPeppers: [{ id: 1, secret: ${CANARY}`);
    expect(problems.map(({ kind }) => kind)).toEqual(["UNREADABLE_CONFIG"]);
  });

  it("refuses a file that is a list instead of ignoring it", async () => {
    expect((await problemsOf("- supergraph: g"))[0]).toMatchObject({ found: "a list of 1" });
  });

  it("refuses a missing file named by --config", async () => {
    const error = await loadConfig({ cwd: folder(), path: "nowhere.yaml", environment: {} }).catch(
      (caught: unknown) => caught,
    );
    expect((error as ConfigError).problems[0]).toMatchObject({ kind: "UNREADABLE_CONFIG" });
  });
});

const authority = createAuthority("config test");

describe("deadlines of calls to subgraphs", () => {
  it("are shorter than the operation timeout by default", async () => {
    const transport = async (text: string) =>
      (await load({ "cardea.config.yaml": `supergraph: g\n${text}` })).config.transport;
    expect(await transport("")).toMatchObject({ operationTimeoutMs: 30_000, timeoutMs: 15_000 });
    expect(await transport("transport: { operationTimeoutMs: 3000 }")).toMatchObject({ timeoutMs: 1_500 });
    expect(await transport("transport: { operationTimeoutMs: 90000 }")).toMatchObject({ timeoutMs: 15_000 });
  });

  it("are refused where the operation always ends first", async () => {
    const problems = await problemsOf(
      "supergraph: g\ntransport: { timeoutMs: 40000, subgraphs: { a: { timeoutMs: 30001 }, b: { timeoutMs: 30000 } } }",
    );
    expect(problems.map(({ kind, where }) => [kind, where])).toEqual([
      ["CONFLICTING_SETTINGS", "transport.timeoutMs"],
      ["CONFLICTING_SETTINGS", "transport.subgraphs.a.timeoutMs"],
    ]);
  });
});

describe("settings that collide", () => {
  it.each([
    ["the token endpoint", "server: { path: /oauth/token }", "server.path"],
    ["a key set", "server: { path: /identity/.well-known/jwks.json }", "server.path"],
    ["a path no client sends", "server: { path: /a/../graphql }", "server.path"],
    ["a path with an empty part", "server: { path: /graphql/ }", "server.path"],
    [
      "the length of a body",
      "identity: { subgraphs: { a: { header: Content-Length } } }",
      "identity.subgraphs.a.header",
    ],
    [
      "a plain identity",
      "identity: { subgraphs: { a: { header: X-User-Id } } }",
      "identity.subgraphs.a.header",
    ],
    [
      "a client's header",
      "identity: { subgraphs: { a: { header: x-who } } }\ntransport: { forwardHeaders: [X_Who] }",
      "identity.subgraphs.a.header",
    ],
  ])("is refused: %s", async (_, yaml, where) => {
    expect(await problemsOf(`supergraph: g\n${yaml}`)).toMatchObject([
      { kind: "CONFLICTING_SETTINGS", where },
    ]);
  });

  it("are accepted when nothing collides", async () => {
    for (const yaml of [
      "server: { path: / }",
      "server: { path: /oauthx }",
      "identity: { subgraphs: { a: { header: x-who } } }",
    ])
      await expect(load({ "cardea.config.yaml": `supergraph: g\n${yaml}` })).resolves.toBeDefined();
  });
});

describe("secrets by reference", () => {
  const SECRET = A_PEPPER;
  const yaml = (secret: string) =>
    `supergraph: g\ntokens: { refreshPeppers: [{ id: 7, secret: "${secret}" }] }`;
  const pepper = async (secret: string, environment: Record<string, string> = {}) =>
    (await load({ "cardea.config.yaml": yaml(secret), "pepper.txt": `${SECRET}\n` }, environment)).config
      .tokens.refreshPeppers[0];

  it("reads env: and file:, the latter without its last line break", async () => {
    expect(await pepper("env:PEPPER", { PEPPER: SECRET })).toEqual({ id: 7, secret: SECRET });
    expect(await pepper("file:pepper.txt")).toEqual({ id: 7, secret: SECRET });
  });

  it("refuses a reference that leads nowhere", async () => {
    expect((await problemsOf(yaml("env:NOT_SET")))[0]).toMatchObject({
      kind: "UNREADABLE_REFERENCE",
      where: "tokens.refreshPeppers[0].secret",
      fix: "set the environment variable NOT_SET",
    });
    expect((await problemsOf(yaml("file:missing.txt")))[0]).toMatchObject({ kind: "UNREADABLE_REFERENCE" });
  });

  it("refuses a pepper too short to be one, and two peppers of one id", async () => {
    const problems = await problemsOf(
      "supergraph: g\ntokens: { refreshPeppers: [{ id: 1, secret: short }, { id: 1, secret: env:P }] }",
      { P: SECRET },
    );
    expect(problems.map(({ kind }) => kind)).toEqual(["WEAK_SECRET", "DUPLICATE_NAME"]);
  });

  it.each([
    ["one character", "a".repeat(48)],
    ["few characters", "abcabdacbabcaabbcacbabcabdacbabcaabbcacb"],
    ["a run", "abcdefghijklmnopqrstuvwxyz0123456789"],
    ["a repeated word", "change-me-now!".repeat(3)],
    ["a repeated word, truncated", "change-me-now!".repeat(3).slice(0, 36)],
  ])("refuses a pepper or sealing secret in production that could be guessed: %s", async (_, weak) => {
    for (const list of ["refreshPeppers", "sealingSecrets"])
      expect(
        await problemsOf(`supergraph: g\ntokens: { ${list}: [{ id: 1, secret: env:P }] }`, {
          P: weak,
          NODE_ENV: "production",
        }),
      ).toContainEqual(expect.objectContaining({ kind: "WEAK_SECRET", where: `tokens.${list}[0].secret` }));
  });

  it("takes one typed by hand elsewhere, but never one of few characters", async () => {
    const typed = "0123456789abcdef0123456789abcdef";
    expect(await pepper("env:PEPPER", { PEPPER: typed })).toEqual({ id: 7, secret: typed });
    for (const weak of ["a".repeat(48), "abcabdacbabcaabbcacbabcabdacbabcaabbcacb"])
      expect(await problemsOf(yaml("env:P"), { P: weak })).toMatchObject([{ kind: "WEAK_SECRET" }]);
  });

  it("takes what was drawn, in any of the usual spellings", async () => {
    for (let round = 0; round < 200; round += 1)
      for (const drawn of [randomBytes(16).toString("hex"), randomBytes(24).toString("base64")])
        expect(await pepper("env:PEPPER", { PEPPER: drawn })).toEqual({ id: 7, secret: drawn });
  });

  it("refuses one secret under two ids, and one that is a pepper and seals too", async () => {
    const twice = await problemsOf(
      "supergraph: g\ntokens: { refreshPeppers: [{ id: 1, secret: env:P }, { id: 2, secret: env:P }] }",
      { P: SECRET },
    );
    expect(twice).toMatchObject([{ kind: "SHARED_SECRET", where: "tokens.refreshPeppers[1].secret" }]);
    const both = await problemsOf(
      "supergraph: g\ntokens: { refreshPeppers: [{ id: 1, secret: env:P }], sealingSecrets: [{ id: 1, secret: env:P }] }",
      { P: SECRET },
    );
    expect(both).toMatchObject([
      {
        kind: "SHARED_SECRET",
        where: "tokens.sealingSecrets[0].secret",
        found: "the same secret as tokens.refreshPeppers[0].secret",
      },
    ]);
    expect(JSON.stringify([twice, both])).not.toContain(SECRET);
  });

  it("refuses an end of a change of format without the secrets it is about", async () => {
    expect(
      await problemsOf('supergraph: g\ntokens: { acceptOpaqueUntil: "2027-01-31T12:00:00Z" }'),
    ).toMatchObject([{ kind: "MISSING_SETTING", where: "tokens.sealingSecrets" }]);
    expect(await problemsOf('supergraph: g\ntokens: { acceptOpaqueUntil: "soon" }')).toMatchObject([
      { kind: "INVALID_SETTING", where: "tokens.acceptOpaqueUntil" },
    ]);
  });

  it("reads TLS material by reference, and takes every kind of Redis URL", async () => {
    const { config } = await load({
      "cardea.config.yaml":
        "supergraph: g\nstore: { kind: redis, url: 'rediss-cluster://a:1,b:2', tls: { ca: file:ca.pem } }",
      "ca.pem": authority.ca,
    });
    expect(config.store.tls?.ca).toBe(authority.ca.trim());
    const refused = await problemsOf("supergraph: g\nstore: { kind: redis, url: 'http://a:1' }");
    expect(refused.map(({ where }) => where)).toEqual(["store.url"]);
  });

  it.each([
    ["an authority that is no certificate", "ca: file:bad.pem", "ca"],
    ["a truncated authority", "ca: file:cut.pem", "ca"],
    ["a key that belongs to another certificate", "cert: file:one.pem, key: file:other.key", "cert"],
    ["a certificate without its key", "cert: file:one.pem", "key"],
  ])("refuses %s at start, and quotes nothing of it", async (_what, tls, where) => {
    const files = {
      "bad.pem": `-----BEGIN CERTIFICATE-----\n${CANARY}\n-----END CERTIFICATE-----\n`,
      "cut.pem": authority.ca.slice(0, 200),
      "one.pem": authority.issue("one", ["DNS:one"]).cert,
      "other.key": authority.issue("other", ["DNS:other"]).key,
    };
    for (const section of [
      "transport: { tls: { %s } }",
      "transport: { subgraphs: { a: { tls: { %s } } } }",
      "issuers: [{ issuer: 'https://a.example', audience: us, jwks: 'https://a.example/', tls: { %s } }]",
    ]) {
      const yaml = `supergraph: g\n${section.replace("%s", tls)}`;
      const refusal = await load({ ...files, "cardea.config.yaml": yaml }).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(ConfigError);
      const { problems } = refusal as ConfigError;
      expect(problems.map((problem) => problem.where.split(".").at(-1))).toEqual([where]);
      expect(JSON.stringify(problems)).not.toContain(CANARY);
    }
  });

  it("has no setting that accepts a certificate unverified", async () => {
    const problems = await problemsOf("supergraph: g\ntransport: { tls: { rejectUnauthorized: false } }");
    expect(problems).toMatchObject([{ kind: "UNKNOWN_KEY", where: "transport.tls.rejectUnauthorized" }]);
  });

  it("keeps the password inside a malformed store URL to itself", async () => {
    const problems = await problemsOf(`supergraph: g\nstore: { kind: redis, url: "http://:${CANARY}@host" }`);
    expect(problems.map(({ where }) => where)).toEqual(["store.url"]);
  });
});
