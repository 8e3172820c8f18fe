import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type ConfigError,
  type ConfigInput,
  createGateway,
  type DomainEvent,
  type RunningGateway,
} from "../../src/index.js";
import { composeGraph } from "../support/federated-graph.js";
import { type SubgraphServer, startSubgraphServer } from "../support/subgraph-server.js";

const PLAIN = "type Query { a: Int } type Mutation { first: Int last: Int }";
const COLLIDING = "type Query { a: Int session: Int } type Mutation { login(name: String): Int }";

let folder: string;
let subgraph: SubgraphServer;
const running: RunningGateway[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "cardea-graft-"));
  subgraph = await startSubgraphServer(({ query }) => {
    const [, key = "a"] = /\{(?:\w+: )?(\w+)/.exec(query) ?? [];
    return { data: { [key]: 1 } };
  });
});
afterEach(async () => {
  for (const gateway of running.splice(0)) await gateway.stop();
  await subgraph.stop();
  rmSync(folder, { recursive: true });
});

const path = (): string => join(folder, "supergraph.graphql");
const write = (sdl: string): void => {
  const graph = { name: "host", subgraphs: { host: sdl }, resolvers: {}, lookup: () => undefined };
  writeFileSync(
    path(),
    composeGraph(graph, () => subgraph.url),
  );
};
const start = async (config: ConfigInput = {}) => {
  const events: DomainEvent[] = [];
  const gateway = await createGateway({
    config: {
      supergraph: path(),
      server: { port: 0 },
      ops: { port: 0 },
      log: { level: "silent" },
      ...config,
    },
    folder,
    environment: {},
    listener: (event) => events.push(event),
  });
  running.push(gateway);
  const ask = async (query: string, variables = {}): Promise<{ data?: unknown; errors?: unknown }> => {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ query, variables });
    return (await fetch(gateway.url, { method: "POST", headers, body })).json();
  };
  return { gateway, ask, events };
};
const MUTATIONS = '{ __type(name: "Mutation") { fields { name } } }';

describe("a supergraph composed elsewhere, without the auth subgraph", () => {
  it("gets login, and runs a mixed mutation in document order", async () => {
    write(PLAIN);
    const { ask } = await start();
    const reply = await ask(
      'mutation ($p: Secret!) { first login(input: { username: "nobody", password: $p }) { __typename } last }',
      { p: "hunter2" },
    );
    expect(reply.data).toEqual({ first: 1, login: null, last: 1 });
    expect(reply.errors).toMatchObject([{ path: ["login"], extensions: { code: "INVALID_CREDENTIALS" } }]);
    expect(subgraph.calls.map(({ query }) => query)).toEqual(["mutation{first}", "mutation{last}"]);
    expect(JSON.stringify(subgraph.calls)).not.toContain("hunter2");
  });

  it("that collides gets nothing, and start-up names every collision and the way out", async () => {
    write(COLLIDING);
    const { gateway, ask } = await start();
    const notes = gateway.notes.filter((note) => note.includes("left out")).join("\n");
    expect(notes).toContain("Query.session");
    expect(notes).toContain("Mutation.login");
    expect(notes).toContain("authSubgraph");
    expect(await ask(MUTATIONS)).toEqual({ data: { __type: { fields: [{ name: "login" }] } } });
    expect((await ask("{ session }")).data).toEqual({ session: 1 });
  });

  it("that collides is refused where the configuration insists on login", async () => {
    write(COLLIDING);
    const refusal = await start({ authSubgraph: { enabled: true } }).catch((error: unknown) => error);
    expect((refusal as ConfigError).problems.map(({ where }) => where)).toEqual([
      "Query.session, Mutation.login",
    ]);
  });

  it("that collides gets everything under a prefix", async () => {
    write(COLLIDING);
    const { ask } = await start({ authSubgraph: { enabled: true, prefix: "auth_" } });
    expect(JSON.stringify(await ask(MUTATIONS))).toContain('"auth_Login"');
  });
});
