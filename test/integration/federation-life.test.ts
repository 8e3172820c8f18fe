import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GraphQLError } from "graphql";
import { afterEach, describe, expect, it } from "vitest";
import { AuthError } from "../../src/domain/errors.js";
import type { EngineOptions } from "../../src/federation/engine.js";
import type { LocalRequest, LocalSubgraph } from "../../src/federation/subgraph/local.js";
import { fileSource, type SupergraphSource, urlSource } from "../../src/federation/supergraph/sources.js";
import { type ApolloGateway, startApolloGateway } from "../support/apollo-gateway.js";
import { composeGraph, type FederatedGraph } from "../support/federated-graph.js";
import { type SubgraphServer, startSubgraphServer } from "../support/subgraph-server.js";

const opened: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});
const subgraph = async (...args: Parameters<typeof startSubgraphServer>): Promise<SubgraphServer> => {
  const server = await startSubgraphServer(...args);
  opened.push(() => server.stop());
  return server;
};
const start = async (
  source: SupergraphSource,
  options: Partial<EngineOptions> = {},
): Promise<ApolloGateway> => {
  const gateway = await startApolloGateway("", { source, ...options });
  opened.push(() => gateway.stop());
  return gateway;
};
const graph = (subgraphs: Record<string, string>): FederatedGraph => ({
  name: "life",
  subgraphs,
  resolvers: {},
  lookup: () => undefined,
});
/** A source whose text the test changes. */
const changeable = (text: string) => {
  let onChange: () => void = () => undefined;
  return {
    source: {
      load: async () => text,
      watch: (callback: () => void) => {
        onChange = callback;
        return () => undefined;
      },
    },
    set(next: string) {
      text = next;
      onChange();
    },
  };
};

describe("the life of a supergraph", () => {
  it("serves every request while it is reloaded a hundred times", async () => {
    const server = await subgraph(() => ({ data: { a: 1, v100: null } }));
    const version = (n: number): string =>
      composeGraph(graph({ s: `type Query { a: Int v${n}: Int }` }), () => server.url);
    const file = changeable(version(0));
    const gateway = await start(file.source);
    let running = true;
    let served = 0;
    const failures: unknown[] = [];
    const client = async (): Promise<void> => {
      for (let n = 0; running; n += 1) {
        const reply = await gateway.ask(`query Q${n % 7} { a }`);
        if (JSON.stringify(reply.data) === '{"a":1}' && reply.errors.length === 0) served += 1;
        else failures.push(reply);
      }
    };
    const clients = [client(), client(), client()];
    for (let n = 1; n <= 100; n += 1) {
      file.set(version(n));
      expect(await gateway.gateway.reload()).toBe(true);
    }
    running = false;
    await Promise.all(clients);
    expect(failures).toEqual([]);
    expect(served).toBeGreaterThan(100);
    expect((await gateway.ask("{ v100 }")).errors).toEqual([]);
    expect((await gateway.ask("{ v99 }")).status).toBe(400);
  });

  it("asks once more, not once for each, when many ask during a slow reload", async () => {
    const text = composeGraph(graph({ s: "type Query { a: Int }" }));
    let asked = 0;
    let release: () => void = () => undefined;
    const source = {
      load: async () => {
        asked += 1;
        if (asked === 2) await new Promise<void>((resolve) => (release = resolve));
        return text;
      },
      watch: () => () => undefined,
    };
    const gateway = await start(source);
    const slow = gateway.gateway.reload();
    await expect.poll(() => asked).toBe(2);
    const others = Array.from({ length: 20 }, () => gateway.gateway.reload());
    release();
    expect(await Promise.all([slow, ...others])).toEqual(Array.from({ length: 21 }, () => true));
    expect(asked).toBe(3);
  });

  it("keeps a request on the snapshot it was validated for", async () => {
    let release: (value: unknown) => void = () => undefined;
    const old = await subgraph(() => new Promise((resolve) => (release = resolve)));
    const fresh = await subgraph(() => ({ data: { a: "new" } }));
    const text = (url: string) => composeGraph(graph({ s: "type Query { a: String }" }), () => url);
    const file = changeable(text(old.url));
    const gateway = await start(file.source);
    const slow = gateway.ask("{ a }");
    await expect.poll(() => old.calls.length).toBe(1);
    file.set(text(fresh.url));
    await gateway.gateway.reload();
    expect((await gateway.ask("{ a }")).data).toEqual({ a: "new" });
    release({ data: { a: "old" } });
    expect((await slow).data).toEqual({ a: "old" });
  });

  it.each([
    ["does not parse", "type Query {"],
    ["is no supergraph", "type Query { a: Int }"],
  ])("keeps the last good one when the next %s, and says so", async (_what, bad) => {
    const server = await subgraph(() => ({ data: { a: 1 } }));
    const file = changeable(composeGraph(graph({ s: "type Query { a: Int }" }), () => server.url));
    const gateway = await start(file.source);
    file.set(bad);
    expect(await gateway.gateway.reload()).toBe(false);
    expect((await gateway.ask("{ a }")).data).toEqual({ a: 1 });
    expect(gateway.events.some(({ type }) => type === "supergraph.refused")).toBe(true);
  });

  it.each<[string, (text: string) => string]>([
    ["names a subgraph it does not declare", (text) => text.replaceAll("graph: S", "graph: NOWHERE")],
    ["lost its join spec", (text) => text.replace(/directive @join__type[^\n]*/, "")],
    ["uses a type it does not define", (text) => text.replace("a: Int", "a: Nowhere")],
    ["is empty", () => ""],
    ["is a query", () => "{ a }"],
    ["is megabytes of nothing", () => "#".repeat(4_000_000)],
  ])("never swaps in one that %s, and goes on serving", async (_what, spoil) => {
    const server = await subgraph(() => ({ data: { a: 1 } }));
    const good = composeGraph(graph({ s: "type Query { a: Int }" }), () => server.url);
    const file = changeable(good);
    const gateway = await start(file.source);
    expect(spoil(good)).not.toBe(good);
    file.set(spoil(good));
    expect(await gateway.gateway.reload()).toBe(false);
    expect((await gateway.ask("{ a }")).data).toEqual({ a: 1 });
    expect(gateway.gateway.figures().reloads.map(({ outcome }) => outcome)).toContain("refused");
  });

  it("refuses arguments filled by @fromContext, naming the field", async () => {
    const text = composeGraph(graph({ s: "type Query { a(b: Int): Int }" })).replace(
      /a\(b: Int\): Int/,
      'a(b: Int): Int @join__field(graph: S, contextArguments: [{ context: "c", name: "b", type: "Int", selection: "x" }])',
    );
    await expect(start(changeable(text).source)).rejects.toThrow("Query.a");
  });

  it("follows a file that is replaced", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cardea-life-"));
    opened.push(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "supergraph.graphql");
    const text = (field: string) => composeGraph(graph({ s: `type Query { ${field}: Int }` }));
    writeFileSync(path, text("before"));
    const gateway = await start(fileSource(path));
    writeFileSync(`${path}.new`, text("after"));
    renameSync(`${path}.new`, path);
    await expect
      .poll(() => gateway.gateway.current()?.supergraphSdl.includes("after"), { timeout: 10_000 })
      .toBe(true);
  });

  it("follows a file that is mounted as Kubernetes does it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cardea-life-"));
    opened.push(() => rmSync(folder, { recursive: true }));
    const text = (field: string) => composeGraph(graph({ s: `type Query { ${field}: Int }` }));
    const mount = (name: string, field: string): void => {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, "supergraph.graphql"), text(field));
      symlinkSync(name, join(folder, "..data_tmp"));
      renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
    };
    mount("..2026_01", "before");
    symlinkSync("..data/supergraph.graphql", join(folder, "supergraph.graphql"));
    const gateway = await start(fileSource(join(folder, "supergraph.graphql")));
    mount("..2026_02", "after");
    await expect
      .poll(() => gateway.gateway.current()?.supergraphSdl.includes("after"), { timeout: 10_000 })
      .toBe(true);
  });

  it("looks now and then at a file whose folder cannot be watched", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cardea-life-"));
    opened.push(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "later", "supergraph.graphql");
    let seen = 0;
    const stop = fileSource(path, { pollIntervalMs: 20 }).watch(() => {
      seen += 1;
    });
    await expect.poll(() => seen).toBeGreaterThan(1);
    stop();
    const told = seen;
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(seen).toBe(told);
  });

  it("polls a URL with its ETag, and reads the text only when it changed", async () => {
    let text = composeGraph(graph({ s: "type Query { before: Int }" }));
    let sent = 0;
    const server: Server = createServer((request, response) => {
      const tag = `"${text.length}"`;
      if (request.headers["if-none-match"] === tag) {
        response.writeHead(304).end();
        return;
      }
      sent += 1;
      response.writeHead(200, { etag: tag }).end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    opened.push(() => new Promise((resolve) => server.close(resolve)));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const gateway = await start(urlSource(url, { pollIntervalMs: 30 }));
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(sent).toBe(1);
    text = composeGraph(graph({ s: "type Query { after: Int more: Int }" }));
    await expect
      .poll(() => gateway.gateway.current()?.supergraphSdl.includes("after"), { timeout: 10_000 })
      .toBe(true);
    server.closeAllConnections();
  });
});

describe("mutations", () => {
  it("completes each root field, other subgraphs' parts included, before the next begins", async () => {
    const order: string[] = [];
    let count = 0;
    const writes = await subgraph(({ query }) => {
      order.push(`write ${query}`);
      const key = /(?:(\w+): )?bump/.exec(query)?.[1] ?? "bump";
      return { data: { [key]: { __typename: "Counter", id: "1", value: ++count } } };
    });
    const reads = await subgraph(async ({ variables }) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      order.push("read");
      return {
        data: { _entities: (variables["representations"] as unknown[]).map(() => ({ seen: count })) },
      };
    });
    const supergraphSdl = composeGraph(
      graph({
        writes:
          'type Query { q: Int } type Mutation { bump: Counter } type Counter @key(fields: "id") { id: ID! value: Int }',
        reads: 'type Query { r: Int } type Counter @key(fields: "id") { id: ID! seen: Int }',
      }),
      (name) => (name === "writes" ? writes.url : reads.url),
    );
    const gateway = await start(changeable(supergraphSdl).source);
    const reply = await gateway.ask(
      "mutation { a: bump { value seen } ...F c: bump { seen } } fragment F on Mutation { b: bump { seen } }",
    );
    expect(reply.errors).toEqual([]);
    expect(reply.data).toEqual({ a: { value: 1, seen: 1 }, b: { seen: 2 }, c: { seen: 3 } });
    expect(order.map((entry) => entry.split(" ")[0])).toEqual([
      "write",
      "read",
      "write",
      "read",
      "write",
      "read",
    ]);
  });
});

describe("the local auth subgraph", () => {
  const AUTH = `type Query { session: String } type Mutation { login(name: String): Grant refreshToken: Grant reauthenticate: Grant } type Grant { token: String user: User } type User @key(fields: "id", resolvable: false) { id: ID! }`;
  const USERS =
    'type Query { me: String } type Mutation { rename: String } type User @key(fields: "id") { id: ID! name: String }';
  const open = async (execute: LocalSubgraph["execute"]) => {
    const requests: LocalRequest[] = [];
    const users = await subgraph(({ query }) =>
      query.includes("_entities")
        ? { data: { _entities: [{ name: "Ann" }] } }
        : { data: { me: "me", rename: "done" } },
    );
    const supergraphSdl = composeGraph(graph({ auth: AUTH, users: USERS }), (name) =>
      name === "auth" ? "cardea://auth" : users.url,
    );
    const gateway = await start(changeable(supergraphSdl).source, {
      local: {
        sdl: AUTH,
        tokenFields: new Set(),
        endingFields: new Set(),
        exemptFields: new Set(["login", "refreshToken"]),
        secretType: "Secret",
        execute: (request) => {
          requests.push(request);
          return execute(request);
        },
      },
    });
    return { gateway, requests, users };
  };
  const granted: LocalSubgraph["execute"] = async ({ onTokens }) => {
    onTokens();
    return {
      data: { login: { token: "t", user: { __typename: "User", id: "1" } }, refreshToken: { token: "r" } },
    };
  };
  const stale = { credential: { kind: "bearer", token: "stale" } } as const;

  it("answers login without a socket, sets a stale credential aside, and tells that tokens left", async () => {
    const { gateway, requests, users } = await open(granted);
    const reply = await gateway.ask(
      "mutation Enter($n: String) { __typename login(name: $n) { token user { name } } }",
      { ...stale, variables: { n: "ann" } },
    );
    expect(reply.errors).toEqual([]);
    expect(reply.data).toEqual({ __typename: "Mutation", login: { token: "t", user: { name: "Ann" } } });
    expect(requests[0]).toMatchObject({
      principal: { kind: "anonymous" },
      operationName: "Enter",
      variables: { n: "ann" },
      requestId: "request-1",
    });
    expect(reply.context.outcome.carriesTokens).toBe(true);
    expect(reply.context.outcome.principal).toEqual({ kind: "anonymous" });
    // The whole operation is anonymous, what other subgraphs are asked included.
    expect(users.calls[0]?.headers["authorization"]).toBeUndefined();
  });

  it.each([
    ["an alias that reads like login", "mutation { login: rename }"],
    [
      "a fragment that brings another field",
      "mutation { refreshToken { token } ...F } fragment F on Mutation { rename }",
    ],
    ["re-authentication", "mutation { reauthenticate { token } }"],
    [
      "a field that is included by a variable",
      "mutation ($yes: Boolean!) { login { token } rename @include(if: $yes) }",
    ],
    ["a query", "{ session }"],
  ])("does not set a stale credential aside for %s", async (_what, query) => {
    const { gateway, requests, users } = await open(granted);
    const reply = await gateway.ask(query, { ...stale, variables: { yes: true } });
    expect(reply.status).toBe(401);
    expect([...requests, ...users.calls]).toEqual([]);
  });

  it("sets it aside when what else is written is skipped", async () => {
    const { gateway } = await open(granted);
    const reply = await gateway.ask(
      "mutation ($no: Boolean = false) { login { token } rename @include(if: $no) ... @skip(if: true) { rename } }",
      stale,
    );
    expect(reply.data).toEqual({ login: { token: "t" } });
  });

  it("keeps the code of a refusal, at the client's path", async () => {
    const { gateway } = await open(async () => ({
      data: { login: null },
      errors: [
        new GraphQLError("inner", {
          path: ["login"],
          originalError: new AuthError("INVALID_CREDENTIALS", "unknown user"),
          extensions: { code: "INVALID_CREDENTIALS" },
        }),
      ],
    }));
    const reply = await gateway.ask("mutation { login { token } }");
    expect(reply.errors).toMatchObject([{ path: ["login"], extensions: { code: "INVALID_CREDENTIALS" } }]);
    expect(reply.context.outcome.carriesTokens).toBe(false);
  });
});
