import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  ConfigError,
  type ConfigInput,
  createGateway,
  type DomainEvent,
  type RunningGateway,
} from "../../src/index.js";
import { runHere } from "../support/command-in-process.js";
import { composeGraph } from "../support/federated-graph.js";
import { type SubgraphServer, startSubgraphServer } from "../support/subgraph-server.js";

const PLAIN = "type Query { a: Int }";
const TYPES = `scalar Secret input LoginInput { username: String! password: Secret! }
  type AuthPayload { accessToken: Secret }`;
/** Every way to come to own something of the auth subgraph's. */
const CLAIMS: readonly (readonly [name: string, sdl: string])[] = [
  ["the whole of login", `${PLAIN} ${TYPES} type Mutation { login(input: LoginInput!): AuthPayload }`],
  [
    "login in a shape of its own",
    `${PLAIN} type Mutation { login(name: String!, password: String!): String }`,
  ],
  ["a query", "type Query { session: Int }"],
  ["a type", `${PLAIN} type AuthPayload { a: Int } type Mutation { m: AuthPayload }`],
  ["an input", `type Query { a(i: LoginInput): Int } input LoginInput { username: String }`],
  ["a scalar", `type Query { a: Secret } scalar Secret`],
];

let folder: string;
let subgraph: SubgraphServer;
const running: RunningGateway[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "cardea-passwords-"));
  subgraph = await startSubgraphServer(({ query }) =>
    query.includes("login") ? { data: { login: null } } : { data: { a: 1 } },
  );
  writeFileSync(join(folder, "users.yaml"), "users: []\n");
});
afterEach(async () => {
  await stopAll();
  await subgraph.stop();
  rmSync(folder, { recursive: true });
});
const stopAll = async (): Promise<void> => {
  for (const gateway of running.splice(0)) await gateway.stop();
};

const write = (sdl: string): void => {
  const graph = { name: "host", subgraphs: { host: sdl }, resolvers: {}, lookup: () => undefined };
  writeFileSync(
    join(folder, "supergraph.graphql"),
    composeGraph(graph, () => subgraph.url),
  );
  writeFileSync(join(folder, "host.graphql"), sdl);
};
const BASE: ConfigInput = { server: { port: 0 }, ops: { port: 0 }, log: { level: "silent" } };
const FILE: ConfigInput = { ...BASE, supergraph: "supergraph.graphql" };
const WITH_USERS: ConfigInput = { ...FILE, users: { path: "users.yaml" } };

const start = async (config: ConfigInput) => {
  const events: DomainEvent[] = [];
  const gateway = await createGateway({
    config,
    folder,
    environment: {},
    listener: (event) => events.push(event),
  });
  running.push(gateway);
  const login = async (): Promise<string> => {
    const response = await fetch(gateway.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        query: "mutation ($i: LoginInput!) { login(input: $i) { __typename } }",
        variables: { i: { username: "bob", password: "correct-horse" } },
      }),
    });
    return response.text();
  };
  return { gateway, events, login };
};
const refusalOf = async (config: ConfigInput): Promise<readonly string[]> => {
  const caught: unknown = await start(config).catch((error: unknown) => error);
  if (!(caught instanceof ConfigError)) return [];
  return caught.problems.map(({ kind }) => kind);
};
const check = (config: ConfigInput) => {
  writeFileSync(join(folder, "cardea.config.json"), JSON.stringify(config));
  return runHere(["check", "--config", join(folder, "cardea.config.json")]);
};

describe("where a users file is configured, a graph in which another subgraph owns", () => {
  it.each(CLAIMS)("%s is refused at start, whatever is said of the auth subgraph", async (_name, sdl) => {
    write(sdl);
    for (const enabled of [undefined, true, false]) {
      const config = { ...WITH_USERS, authSubgraph: enabled === undefined ? {} : { enabled } };
      expect(await refusalOf(config)).toEqual(["AUTH_SUBGRAPH_COLLISION"]);
    }
    const { supergraph: _file, ...rest } = WITH_USERS;
    const subgraphs = [{ name: "host", url: subgraph.url, sdl: "host.graphql" }];
    expect(await refusalOf({ ...rest, subgraphs })).toEqual(["AUTH_SUBGRAPH_COLLISION"]);
    expect(JSON.stringify(subgraph.calls)).not.toContain("login");
  });

  it("login is refused by check, from a supergraph and from subgraphs", async () => {
    write(CLAIMS[0]?.[1] ?? "");
    const { supergraph: _file, ...rest } = WITH_USERS;
    const subgraphs = [{ name: "host", url: subgraph.url, sdl: "host.graphql" }];
    for (const graph of [WITH_USERS, { ...rest, subgraphs }]) {
      for (const authSubgraph of [{}, { enabled: false }]) {
        const { code, text } = await check({ ...graph, authSubgraph });
        expect(code).toBe(1);
        expect(text).toContain("Mutation.login");
        expect(text).toContain("authSubgraph.prefix");
      }
    }
  });

  it("login is refused by a reload, and by every start after it, with and without a last good one", async () => {
    write(PLAIN);
    const lastGood = { ...WITH_USERS, lastGoodSupergraph: "last-good.graphql" };
    const first = await start(lastGood);
    expect(await first.login()).toContain("INVALID_CREDENTIALS");
    write(CLAIMS[0]?.[1] ?? "");
    expect(await first.gateway.reload()).toBe(false);
    const refused = first.events.findLast(({ type }) => type === "supergraph.refused");
    expect(JSON.stringify(refused)).toContain("Mutation.login");
    expect(await first.login()).toContain("INVALID_CREDENTIALS");
    await stopAll();

    const again = await start(lastGood);
    expect(again.events.map(({ type }) => type)).toContain("supergraph.fallback");
    expect(await again.login()).toContain("INVALID_CREDENTIALS");
    await stopAll();
    // A replica that has never seen the good one.
    expect(await refusalOf(WITH_USERS)).toEqual(["AUTH_SUBGRAPH_COLLISION"]);
    expect(JSON.stringify(subgraph.calls)).not.toContain("login");
  });

  it("login is refused in a last good one of before there were users", async () => {
    write(CLAIMS[0]?.[1] ?? "");
    const { users, ...before } = { ...WITH_USERS, lastGoodSupergraph: "last-good.graphql" };
    await start(before);
    await stopAll();
    write(PLAIN);
    const file = join(folder, "supergraph.graphql");
    writeFileSync(file, readFileSync(file, "utf8").replace("a: Int", "a: Int @policy"));
    expect(await refusalOf({ ...before, users })).toContain("AUTH_SUBGRAPH_COLLISION");
  });

  it("login is served under a prefix", async () => {
    write(CLAIMS[0]?.[1] ?? "");
    const { gateway } = await start({ ...WITH_USERS, authSubgraph: { prefix: "cardea" } });
    expect(await gateway.reload()).toBe(true);
    expect((await check({ ...WITH_USERS, authSubgraph: { prefix: "cardea" } })).code).toBe(0);
  });
});

describe("where nobody's password is known", () => {
  it("a reload decides as the next start does", async () => {
    write(PLAIN);
    const first = await start(FILE);
    write(CLAIMS[0]?.[1] ?? "");
    expect(await first.gateway.reload()).toBe(true);
    await stopAll();
    const again = await start(FILE);
    expect(again.gateway.notes.join("\n")).toContain("the auth subgraph is left out");
  });
});

describe("an operation named like one of the auth subgraph's", () => {
  it.each([
    ["while that is switched off", CLAIMS[1]?.[1], { enabled: false }],
    ["where that is left out", CLAIMS[1]?.[1], {}],
    ["where that does not offer it", CLAIMS[1]?.[1], { fields: ["session"] }],
    ["that it never had", `${PLAIN} type Mutation { completeProviderLogin: Int }`, {}],
  ])("%s is judged by the credential it comes with", async (_name, sdl, authSubgraph) => {
    write(sdl ?? "");
    const { gateway } = await start({ ...FILE, authSubgraph });
    const field = sdl?.includes("completeProviderLogin")
      ? "completeProviderLogin"
      : 'login(name: "a", password: "b")';
    const response = await fetch(gateway.url, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer of-nobody" },
      body: JSON.stringify({ query: `mutation { ${field} }` }),
    });
    expect(response.status).toBe(401);
    expect(subgraph.calls).toEqual([]);
  });
});
