import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashPassword } from "../../src/credentials/password-hash.js";
import { type RecordingSubgraph, startRecordingSubgraph } from "../support/recording-subgraph.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { A_PEPPER } from "../support/secrets.js";
import { runCardea, type ServeProcess, startServing } from "../support/serve-process.js";

const SDL = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
  @link(url: "https://specs.cardea.dev/auth/v1.0", import: ["@auth"])
  @composeDirective(name: "@auth")
directive @auth(fresh: Boolean! = false, maxAge: Int, scopes: [String!]! = [], anyOf: [[String!]!]) repeatable on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | ENUM | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION
type Query { open: Int guarded: Int @auth }
`;
const PASSWORD = "correct horse battery";
const LOGIN = `mutation ($input: LoginInput!) { login(input: $input) { ... on AuthPayload { accessToken refreshToken } } }`;
const REFRESH = `mutation ($input: RefreshTokenInput) { refreshToken(input: $input) { accessToken refreshToken } }`;

let folder: string;
let redis: RedisServer;
let subgraph: RecordingSubgraph;
let served: ServeProcess;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cardea-workers-"));
  redis = await startRedis();
  subgraph = await startRecordingSubgraph({ name: "a", sdl: SDL });
  for (const name of ["tokens", "identity"]) {
    expect((await runCardea(["keys", "new", "--out", join(folder, `${name}.json`)])).exitCode).toBe(0);
  }
  writeFileSync(
    join(folder, "users.yaml"),
    JSON.stringify({
      users: [
        {
          id: "u1",
          username: "ann",
          passwordHash: await hashPassword(PASSWORD),
          scopes: [],
          status: "active",
        },
      ],
    }),
    { mode: 0o600 },
  );
  writeFileSync(
    join(folder, "cardea.config.yaml"),
    JSON.stringify({
      subgraphs: [{ name: "a", url: subgraph.url }],
      server: { port: 0, workers: 2, drainDelayMs: 0 },
      ops: { port: 0 },
      store: { kind: "redis", url: "env:REDIS" },
      tokens: {
        issuer: "https://graph.test",
        keys: ["tokens.json"],
        refreshPeppers: [{ id: 1, secret: "env:PEPPER" }],
      },
      identity: { keys: ["identity.json"] },
      users: { path: "users.yaml" },
    }),
  );
  served = await startServing([], { NODE_ENV: "production", REDIS: redis.url, PEPPER: A_PEPPER }, folder);
});
afterAll(async () => {
  await served?.stop();
  await subgraph.close();
  await redis.close();
});

async function ask(query: string, variables: object = {}, token?: string, url = served.line.url) {
  const response = await fetch(url.replace("0.0.0.0", "127.0.0.1"), {
    method: "POST",
    headers: {
      "content-type": "application/json",
      connection: "close", // a new connection may reach another worker
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const login = async () =>
  (await ask(LOGIN, { input: { username: "ann", password: PASSWORD } })).body.data.login;

describe("a gateway whose Redis is not there yet", () => {
  it("serves no request before it knows the revocations, and all requests once the store answers", async () => {
    const late = await startRedis();
    await late.stop();
    const starting = startServing(
      ["--workers", "1"],
      { NODE_ENV: "production", REDIS: late.url, PEPPER: A_PEPPER },
      folder,
    );
    const waiting = new Promise((resolve) => setTimeout(() => resolve("waiting"), 4_000));
    expect(await Promise.race([starting, waiting])).toBe("waiting");
    await late.restart();
    const alone = await starting;
    const target = alone.line.url.replace("0.0.0.0", "127.0.0.1");
    expect((await ask("{ open }", {}, undefined, target)).body.data.open).not.toBeNull();
    const status = async () =>
      (await ask(LOGIN, { input: { username: "ann", password: PASSWORD } }, undefined, target)).status;
    await expect.poll(status, { timeout: 10_000, interval: 200 }).toBe(200);
    expect(await alone.stop()).toBe(0);
    await late.close();
  });
});

describe("several workers on one port", () => {
  it("share sessions and keys: what one issued, all accept, and one refresh has one successor", async () => {
    expect(served.line).toMatchObject({ store: "redis", keys: "configured" });
    expect(new Set(served.line.workers.map(({ pid }) => pid)).size).toBe(2);
    const pair = await login();
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => ask("{ guarded }", {}, pair.accessToken)),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const refreshed = await Promise.all(
      Array.from({ length: 10 }, () => ask(REFRESH, { input: { refreshToken: pair.refreshToken } })),
    );
    const successors = new Set(refreshed.map(({ body }) => body.data.refreshToken.refreshToken));
    expect(successors.size).toBe(1);
  });

  it("apply a revocation at once, whichever worker received it", async () => {
    const pair = await login();
    expect(
      (await ask("mutation { revokeSession { status } }", {}, pair.accessToken)).body.data.revokeSession,
    ).toEqual({
      status: "DONE",
    });
    const refused = async () => {
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => ask("{ guarded }", {}, pair.accessToken)),
      );
      return answers.every(({ status }) => status === 401);
    };
    await expect.poll(refused, { timeout: 10_000 }).toBe(true);
  });

  it("are replaced when one dies, while the others serve", async () => {
    const victim = served.line.workers[1]?.pid ?? 0;
    process.kill(victim, "SIGKILL");
    await expect.poll(() => served.output().stderr, { timeout: 15_000 }).toContain("worker 1 ended");
    expect((await ask("{ open }")).status).toBe(200);
    const pair = await login();
    expect((await ask("{ guarded }", {}, pair.accessToken)).status).toBe(200);
  });

  it("end together, with 0", async () => {
    expect(await served.stop()).toBe(0);
    for (const { pid } of served.line.workers) expect(() => process.kill(pid, 0)).toThrow();
  });
});
