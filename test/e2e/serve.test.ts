import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { composeSubgraphs } from "../../src/composition/index.js";
import { createOutsideIssuer, type OutsideIssuer } from "../support/outside-issuer.js";
import { type RecordingSubgraph, startRecordingSubgraph } from "../support/recording-subgraph.js";
import { runCardea, type ServeProcess, startServing } from "../support/serve-process.js";

const HEAD = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
  @link(url: "https://specs.cardea.dev/auth/v1.0", import: ["@auth"])
  @composeDirective(name: "@auth")
directive @auth(fresh: Boolean! = false, maxAge: Int, scopes: [String!]! = [], anyOf: [[String!]!]) repeatable on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | ENUM | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION
`;
const LIBRARY = `${HEAD}
type Query { shelves: [Shelf!] ledger: Int @auth(scopes: ["ledger:read"]) vault: String @auth(fresh: true) }
type Mutation { lend(book: ID!): Boolean @auth }
type Shelf { id: ID! label: String }
`;

let folder: string;
let library: RecordingSubgraph;
let outside: OutsideIssuer;
let supergraph: string;
const running: ServeProcess[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cardea-serve-"));
  library = await startRecordingSubgraph({ name: "library", sdl: LIBRARY });
  outside = await createOutsideIssuer(folder);
  supergraph = join(folder, "supergraph.graphql");
  const { supergraphSdl } = composeSubgraphs([{ name: "library", url: library.url, sdl: LIBRARY }]);
  writeFileSync(supergraph, supergraphSdl);
});
afterAll(() => library.close());
afterEach(async () => {
  library.forget();
  await Promise.all(running.splice(0).map((each) => each.stop()));
});

async function serve(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<ServeProcess> {
  const served = await startServing(args, environment, folder);
  running.push(served);
  return served;
}

async function ask(served: ServeProcess, query: string, token?: string) {
  const response = await fetch(served.line.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const mint = async (scopes: readonly string[], fresh: boolean): Promise<string> =>
  (await outside.mint({ anonymous: false, scopes, fresh }, Math.floor(Date.now() / 1000))) ?? "";

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const accepting = (extra = ""): string =>
  file("outside.yaml", `issuers: [${JSON.stringify(outside.settings)}]\nops: { port: 0 }\n${extra}`);

describe("cardea serve", () => {
  it("serves any supergraph with two flags, and notes what does not outlive the process", async () => {
    const served = await serve(["--supergraph", supergraph, "--port", "0"]);
    expect(served.line).toMatchObject({ ok: true, store: "memory", keys: "generated", config: null });
    expect(served.line.notes.join("\n")).toMatch(/memory[\s\S]*generated/);
    const { status, body } = await ask(served, "{ shelves { id } ledger }");
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ shelves: expect.any(Array), ledger: null });
    expect(body.errors[0].extensions.code).toBe("UNAUTHENTICATED");
    expect(library.requests.map(({ query }) => query).join()).not.toContain("ledger");
    expect(await served.stop()).toBe(0);
  });

  it("admits tokens of an outside issuer, and sends the subgraph the caller with its own audience", async () => {
    const served = await serve(["--config", accepting(), "--supergraph", supergraph, "--port", "0"]);
    const admitted = await ask(served, "{ ledger vault }", await mint(["ledger:read"], true));
    expect(admitted.body.errors).toBeUndefined();
    const identity = library.requests[0]?.headers.authorization?.replace("Bearer ", "") ?? "";
    const keys = createRemoteJWKSet(
      new URL(`http://localhost:${new URL(served.line.url).port}/identity/.well-known/jwks.json`),
    );
    const { payload } = await jwtVerify(identity, keys, {
      issuer: served.line.identityIssuer,
      audience: "library",
    });
    expect(payload["scope"]).toBe("ledger:read");

    const stale = await ask(served, "{ vault }", await mint([], false));
    expect([stale.status, stale.body.errors[0].extensions.code]).toEqual([403, "STEP_UP_REQUIRED"]);
    const poor = await ask(served, "{ ledger }", await mint([], true));
    expect([poor.status, poor.body.errors[0].extensions.code]).toEqual([403, "FORBIDDEN"]);
    const forged = await ask(served, "{ shelves { id } }", `${await mint([], true)}x`);
    expect([forged.status, forged.body.errors[0].extensions.reason]).toEqual([401, "TOKEN_INVALID"]);
    const back = await ask(served, "{ shelves { id } }", identity);
    expect([back.status, back.body.errors[0].extensions.reason]).toEqual([401, "TOKEN_INVALID"]);
  });

  it("answers ops and discovery documents, with no key in both sets and no private member", async () => {
    const served = await serve(["--supergraph", supergraph, "--port", "0", "--ops-port", "0"]);
    const get = async (url: string) => (await fetch(url)).json();
    const origin = new URL(served.line.url).origin;
    expect(await get(`${served.line.opsUrl}/livez`)).toEqual({ status: "ok" });
    expect(await get(`${served.line.opsUrl}/readyz`)).toMatchObject({
      status: "ready",
      checks: {
        supergraph: { ok: true },
        keys: { ok: true },
        store: { ok: true },
        revocations: { ok: true },
      },
    });
    expect(await (await fetch(`${served.line.opsUrl}/metrics`)).text()).toContain(
      "cardea_http_request_duration_seconds",
    );
    const [clients, subgraphs] = await Promise.all([
      get(`${origin}/.well-known/jwks.json`),
      get(`${origin}/identity/.well-known/jwks.json`),
    ]);
    expect(clients.keys[0].x).not.toBe(subgraphs.keys[0].x);
    expect(JSON.stringify([clients, subgraphs])).not.toContain('"d":');
    expect((await get(`${origin}/.well-known/openid-configuration`)).issuer).toBe(served.line.issuer);
    expect((await get(`${origin}/identity/.well-known/openid-configuration`)).issuer).toBe(
      `${served.line.issuer}/identity`,
    );
    expect((await get(`${origin}/.well-known/oauth-authorization-server`)).jwks_uri).toContain(
      "/.well-known/jwks.json",
    );
  });

  it("swaps in a supergraph that was replaced on disk, and keeps the old one when the new is refused", async () => {
    const path = file(
      "watched.graphql",
      composeSubgraphs([{ name: "library", url: library.url, sdl: LIBRARY }]).supergraphSdl,
    );
    const served = await serve(["--supergraph", path, "--port", "0"]);
    writeFileSync(path, "type Query { broken");
    const extended = LIBRARY.replace("shelves:", "opened: Int shelves:");
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect((await ask(served, "{ shelves { id } }")).status).toBe(200);
    writeFileSync(
      path,
      composeSubgraphs([{ name: "library", url: library.url, sdl: extended }]).supergraphSdl,
    );
    const until = Date.now() + 10_000;
    let status = 400;
    while (status !== 200 && Date.now() < until)
      status = (await ask(served, '{ __type(name: "Query") { name } opened }')).status;
    expect(status).toBe(200);
  });

  it("loads the supergraph from a URL, and loads it again on SIGHUP", async () => {
    let sdl = composeSubgraphs([{ name: "library", url: library.url, sdl: LIBRARY }]).supergraphSdl;
    const registry = createHttpServer((_, response) => response.end(sdl));
    await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve));
    const { port } = registry.address() as { port: number };
    const served = await serve(["--supergraph", `http://127.0.0.1:${port}/supergraph`, "--port", "0"]);
    expect((await ask(served, "{ opened }")).status).toBe(400);
    const extended = LIBRARY.replace("shelves:", "opened: Int shelves:");
    sdl = composeSubgraphs([{ name: "library", url: library.url, sdl: extended }]).supergraphSdl;
    served.child.kill("SIGHUP");
    await expect.poll(async () => (await ask(served, "{ opened }")).status, { timeout: 8_000 }).toBe(200);
    registry.close();
  });

  it("finishes a running request after SIGTERM, refuses new ones, and ends with 0", async () => {
    let arrived: () => void = () => undefined;
    const inside = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const slow = createHttpServer((request, response) => {
      request.resume();
      arrived();
      setTimeout(() => response.end('{"data":{"shelves":[]}}'), 3_000);
    });
    await new Promise<void>((resolve) => slow.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(slow.address() as { port: number }).port}/`;
    const path = file(
      "slow.graphql",
      composeSubgraphs([{ name: "library", url, sdl: LIBRARY }]).supergraphSdl,
    );
    const served = await serve(["--supergraph", path, "--port", "0"]);
    const answer = ask(served, "{ shelves { id label } }");
    await inside;
    const stopped = served.stop();
    const knock = () =>
      ask(served, "{ __typename }").then(
        () => "served",
        () => "refused",
      );
    await expect.poll(knock, { timeout: 10_000 }).toBe("refused");
    expect((await answer).body).toEqual({ data: { shelves: [] } });
    expect(await stopped).toBe(0);
    slow.close();
  });

  it("writes no token into its log, whatever is wrong with it", async () => {
    const served = await serve([
      "--config",
      accepting("log: { level: debug }"),
      "--supergraph",
      supergraph,
      "--port",
      "0",
    ]);
    const token = await mint(["ledger:read"], true);
    await ask(served, "{ ledger }", token);
    await ask(served, "{ ledger }", `${token}AA`);
    await ask(served, `mutation { lend(book: { x: "${token}" }) }`, token);
    await served.stop();
    const { stdout, stderr } = served.output();
    expect(stderr).toContain("subgraph.called");
    expect(stdout + stderr).not.toContain(token.slice(-40));
  });
});

describe("cardea serve refuses to start", () => {
  const refused = async (args: readonly string[], environment: Record<string, string> = {}) => {
    const ended = await runCardea(["serve", ...args], environment, folder);
    expect(ended.stdout + ended.stderr).not.toMatch(/\n\s+at /);
    // On a busy machine a start reports its current step.
    const lines = ended.stderr.trim().split("\n");
    return { ...ended, lines: lines.filter((line) => !line.startsWith("still ")) };
  };

  it("with every problem of the configuration at once, one line each, exit code 1", async () => {
    const config = file(
      "bad.yaml",
      "server: { prot: 1 }\nauth: { freshSeconds: soon }\nstore: { kind: redis }\n",
    );
    const { exitCode, lines } = await refused(["--config", config]);
    expect(exitCode).toBe(1);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/did you mean server\.port|auth\.freshSeconds/);
  });

  it("with the same problems as JSON", async () => {
    const config = file("bad.yaml", "server: { prot: 1 }\n");
    const { exitCode, stdout } = await refused(["--config", config, "--json"]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      problems: [{ kind: "UNKNOWN_KEY", where: "server.prot", fix: "did you mean server.port?" }],
    });
  });

  it("in production on memory and generated keys, naming each and how to fix it", async () => {
    const { exitCode, lines } = await refused(["--supergraph", supergraph, "--port", "0"], {
      NODE_ENV: "production",
    });
    expect(exitCode).toBe(1);
    expect(lines.map((line) => line.split(":")[0])).toEqual([
      "store.kind",
      "tokens.issuer",
      "identity.keys",
      "tokens.keys",
      "tokens.refreshPeppers",
    ]);
    const allowed = await refused(["--supergraph", supergraph, "--port", "0", "--allow-memory-store"], {
      NODE_ENV: "production",
    });
    expect([allowed.exitCode, allowed.lines.length]).toEqual([1, 4]);
  });

  it("with Redis and generated keys", async () => {
    const { exitCode, lines } = await refused(["--supergraph", supergraph], {
      CARDEA_STORE_KIND: "redis",
      CARDEA_STORE_URL: "redis://127.0.0.1:1",
    });
    expect([exitCode, lines.length]).toEqual([1, 3]);
  });

  it.each([
    [
      "a guard that cannot be read",
      (sdl: string) => sdl.replace('scopes: ["ledger:read"]', "maxAge: -1"),
      "Query.ledger",
    ],
    [
      "a directive that only looks like a guard",
      (sdl: string) => sdl.replaceAll("specs.cardea.dev/auth", "specs.cardea.example/auth"),
      "auth",
    ],
    ["text that is no SDL", () => "type Query {", "supergraph"],
  ])("on a supergraph with %s", async (_, change, where) => {
    const { supergraphSdl } = composeSubgraphs([{ name: "library", url: library.url, sdl: LIBRARY }]);
    const path = file("refused.graphql", change(supergraphSdl));
    const { exitCode, stderr } = await refused(["--supergraph", path, "--port", "0"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(where);
  });

  it("on a port that is in use", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    const { exitCode, stderr } = await refused(["--supergraph", supergraph, "--port", String(port)]);
    taken.close();
    expect(exitCode).toBe(1);
    expect(stderr).toContain("server.port");
  });

  it.each([[["--port", "http"]], [["--port", "70000"]], [["--prot", "1"]], [["extra"]]])(
    "called with %j, exit code 2",
    async (args) => {
      expect((await refused(args)).exitCode).toBe(2);
    },
  );
});
