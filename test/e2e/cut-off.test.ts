import type { ChildProcess } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { endCommands, runCommand, startCommand, withFolder } from "../support/command-line.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { A_PEPPER } from "../support/secrets.js";
import { type SubgraphServer, startSubgraphServer } from "../support/subgraph-server.js";

const PASSWORD = "a long enough password";
const LOGIN =
  "mutation ($input: LoginInput!) { login(input: $input) { ... on AuthPayload { accessToken session { id } } } }";

let folder: Awaited<ReturnType<typeof withFolder>>;
let redis: RedisServer;
let subgraph: SubgraphServer;
/** Of two processes that share nothing but Redis. */
let here: string;
let there: string;
/** Of each call the user it was made for, and whether it was closed before it was answered. */
let aborted: string[] = [];
let release: () => void = () => undefined;

const cardea = (...args: string[]) => runCommand([...args, "--json"], { cwd: folder.path });

const serve = (): Promise<string> =>
  new Promise((resolve, reject) => {
    const gateway: ChildProcess = startCommand(["serve", "--json"], { cwd: folder.path });
    gateway.stdout?.setEncoding("utf8").once("data", (text: string) => {
      resolve((JSON.parse(text) as { readonly url: string }).url);
    });
    gateway.once("close", (code) => reject(new Error(`the gateway ended with ${code}`)));
  });

beforeAll(async () => {
  [folder, redis, subgraph] = await Promise.all([
    withFolder(),
    startRedis(),
    startSubgraphServer(() => undefined),
  ]);
  await writeFile(
    join(folder.path, "a.graphql"),
    "type Query { slow: String } type Mutation { write: String }",
  );
  await writeFile(
    join(folder.path, "cardea.config.yaml"),
    [
      "supergraph: supergraph.graphql",
      `store: { kind: redis, url: "${redis.url}" }`,
      `tokens: { keys: [tokens.json], issuer: "https://gateway.example", refreshPeppers: [{ id: 1, secret: "${A_PEPPER}" }] }`,
      "identity: { keys: [identity.json] }",
      "users: { path: users.yaml }",
      "server: { port: 0 }",
      "ops: { port: 0 }",
    ].join("\n"),
  );
  await cardea("keys", "new", "--out", "tokens.json");
  await cardea("keys", "new", "--out", "identity.json");
  for (const name of ["dora", "ede"])
    await runCommand(["users", "add", name, "--password-stdin"], { cwd: folder.path, input: PASSWORD });
  await cardea("compose", "--subgraph", `a=${subgraph.url}=a.graphql`, "--out", "supergraph.graphql");
  [here, there] = await Promise.all([serve(), serve()]);
});
beforeEach(() => {
  const mine: string[] = [];
  aborted = mine;
  subgraph.calls.length = 0;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  subgraph.answering = async ({ headers }, response) => {
    response.once("close", () => {
      if (!response.writableFinished) mine.push(String(headers["x-request-id"]));
    });
    await released;
    return { data: { slow: "told", write: "told" } };
  };
});
afterAll(async () => {
  release();
  await endCommands();
  await subgraph.stop();
  await redis.close();
  await folder.remove();
});

async function ask(url: string, query: string, token?: string, variables: object = {}) {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, body: await response.json(), atMs: performance.now() };
}
async function signIn(username: string): Promise<{ readonly token: string; readonly id: string }> {
  const { body } = await ask(here, LOGIN, undefined, { input: { username, password: PASSWORD } });
  const { accessToken, session } = body.data.login;
  return { token: accessToken, id: session.id };
}

it.each<[string, (of: { token: string; id: string }) => Promise<unknown>, unknown]>([
  [
    "by its owner elsewhere",
    async ({ token }) => (await ask(here, "mutation { revokeSession { status } }", token)).body,
    { data: { revokeSession: { status: "DONE" } } },
  ],
  ["by an operator", async ({ id }) => (await cardea("sessions", "revoke", id)).json()["ok"], true],
  [
    "by an operator who signs its user out",
    async () => (await cardea("users", "sign-out", "dora")).json()["ok"],
    true,
  ],
])(
  "an operation running in another process ends within a second of being revoked %s",
  async (_, revoke, expected) => {
    const [dora, ede] = [await signIn("dora"), await signIn("ede")];
    const query = ask(there, "{ slow }", dora.token);
    const mutation = ask(there, "mutation { write }", dora.token);
    const edes = ask(there, "{ slow }", ede.token);
    await expect.poll(() => subgraph.calls.length, { timeout: 10_000 }).toBe(3);

    expect(await revoke(dora)).toEqual(expected);
    const revokedMs = performance.now();
    const [refused, unknown] = [await query, await mutation];
    expect(Math.max(refused.atMs, unknown.atMs) - revokedMs).toBeLessThan(1_000);
    expect(refused.status).toBe(401);
    expect(refused.body.data).toBeUndefined();
    expect(refused.body.errors).toMatchObject([
      { extensions: { code: "UNAUTHENTICATED", reason: "TOKEN_REVOKED" } },
    ]);
    expect(unknown).toMatchObject({
      status: 200,
      body: { data: null, errors: [{ path: ["write"], extensions: { code: "SUBGRAPH_UNAVAILABLE" } }] },
    });
    await expect.poll(() => aborted.length).toBe(2);

    release();
    expect((await edes).body).toEqual({ data: { slow: "told" } });
    expect(aborted).toHaveLength(2);
  },
);
