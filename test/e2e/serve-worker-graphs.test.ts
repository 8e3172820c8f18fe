import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { composeSubgraphs } from "../../src/composition/index.js";
import { endCommands, runCommand } from "../support/command-line.js";
import { type RecordingSubgraph, startRecordingSubgraph } from "../support/recording-subgraph.js";
import { freePort, type RedisServer, startRedis } from "../support/redis-server.js";
import { A_PEPPER } from "../support/secrets.js";
import { type ServeProcess, startServing } from "../support/serve-process.js";
import { startSupergraphRegistry } from "../support/supergraph-registry.js";

const sdl = (fields: string): string => `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
  @link(url: "https://specs.cardea.dev/auth/v1.0", import: ["@auth"])
  @composeDirective(name: "@auth")
directive @auth(fresh: Boolean! = false, maxAge: Int, scopes: [String!]! = [], anyOf: [[String!]!]) repeatable on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | ENUM | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION
type Query { hello: Int ${fields} }
`;

let folder: string;
let redis: RedisServer;
let subgraph: RecordingSubgraph;
const opened: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cardea-worker-graphs-"));
  redis = await startRedis();
  subgraph = await startRecordingSubgraph({ name: "a", sdl: sdl("wallet: Int other: Int new: Int") });
  for (const name of ["tokens", "identity"])
    await runCommand(["keys", "new", "--out", `${name}.json`], { cwd: folder });
});
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});
afterAll(async () => {
  await endCommands();
  await subgraph.close();
  await redis.close();
  rmSync(folder, { recursive: true, force: true });
});

const graph = (fields: string): string =>
  composeSubgraphs([{ name: "a", url: subgraph.url, sdl: sdl(fields) }]).supergraphSdl;

/**
 * Two workers on a port that stays theirs when both have died. The SDL that the subgraph reports is not compared,
 * because these tests are about the graph that was served before.
 */
async function serve(supergraph: string): Promise<ServeProcess> {
  writeFileSync(join(folder, "approved.txt"), "");
  writeFileSync(
    join(folder, "cardea.config.yaml"),
    JSON.stringify({
      supergraph,
      supergraphCheck: "on",
      supergraphPollMs: 600_000,
      unverifiableSubgraphs: ["a"],
      approvedOpenings: "approved.txt",
      server: { port: await freePort(), workers: 2, drainDelayMs: 0 },
      ops: { port: 0 },
      store: { kind: "redis", url: redis.url },
      tokens: {
        issuer: "https://graph.test",
        keys: ["tokens.json"],
        refreshPeppers: [{ id: 1, secret: A_PEPPER }],
      },
      identity: { keys: ["identity.json"] },
      log: { level: "info" },
    }),
  );
  const served = await startServing([], {}, folder);
  opened.push(() => served.stop());
  return served;
}

/** The answers to a query that is sent often enough to reach each worker. */
async function answers(served: ServeProcess, query: string): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  for (let n = 0; n < 8; n += 1) {
    const response = await fetch(served.line.url, {
      method: "POST",
      headers: { "content-type": "application/json", connection: "close" },
      body: JSON.stringify({ query }),
    });
    const { data, errors } = (await response.json()) as {
      data?: Record<string, unknown>;
      errors?: readonly { extensions: { code: string } }[];
    };
    seen.add(errors?.[0]?.extensions.code ?? Object.keys(data ?? {}).join());
  }
  return seen;
}

/** Which workers have reported this since the start. */
const reported = (served: ServeProcess, type: string): ReadonlySet<number> =>
  new Set(
    served
      .output()
      .stderr.split("\n")
      .filter((line) => line.includes(`"type":"${type}"`))
      .map((line) => Number(/"pid":(\d+)/.exec(line)?.[1])),
  );
const refusals = (served: ServeProcess): number => reported(served, "supergraph.refused").size;
const swaps = (served: ServeProcess): number => reported(served, "supergraph.swapped").size;
const replaced = (served: ServeProcess): number =>
  served.output().stderr.split(" serves as process ").length - 1;
const pidsOf = ({ line }: ServeProcess): readonly number[] => line.workers.map(({ pid }) => pid);

const SOON = { timeout: 30_000, interval: 100 };

describe("a worker started in place of another", { timeout: 180_000 }, () => {
  it("serves no graph that the others refused, though all of them died, and takes what is approved", async () => {
    const file = join(folder, "g.graphql");
    const approvals = join(folder, "approved.txt");
    writeFileSync(file, graph("wallet: Int @auth"));
    const served = await serve("g.graphql");
    // A removed field returns with the same guard, on every worker.
    writeFileSync(file, graph("other: Int"));
    await expect.poll(() => swaps(served), SOON).toBe(2);
    writeFileSync(file, graph("wallet: Int"));
    await expect.poll(() => refusals(served), SOON).toBe(2);
    process.kill(pidsOf(served)[1] ?? 0, "SIGKILL");
    await expect.poll(() => replaced(served), SOON).toBe(1);
    await expect.poll(() => refusals(served), SOON).toBe(3);
    expect(await answers(served, "{ wallet }")).toEqual(new Set(["GRAPHQL_VALIDATION_FAILED"]));
    expect(await answers(served, "{ other }")).toEqual(new Set(["other"]));

    const [, second = ""] = /worker 1 serves as process (\d+)/.exec(served.output().stderr) ?? [];
    for (const pid of [pidsOf(served)[0] ?? 0, Number(second)]) process.kill(pid, "SIGKILL");
    await expect.poll(() => replaced(served), SOON).toBe(3);
    await expect.poll(() => refusals(served), SOON).toBe(5);
    expect(await answers(served, "{ wallet }")).toEqual(new Set(["GRAPHQL_VALIDATION_FAILED"]));

    const [, refused = ""] = /"supergraph.refused","digest":"(\w+)"/.exec(served.output().stderr) ?? [];
    writeFileSync(approvals, refused);
    served.child.kill("SIGHUP");
    await expect.poll(() => swaps(served), SOON).toBe(4);
    expect(await answers(served, "{ wallet }")).toEqual(new Set(["wallet"]));
  });

  it("starts from the graph the others serve while the source has none that could be", async () => {
    writeFileSync(join(folder, "g.graphql"), graph("wallet: Int @auth"));
    const served = await serve("g.graphql");
    writeFileSync(join(folder, "g.graphql"), "type Query {");
    await expect.poll(() => refusals(served), SOON).toBe(2);
    process.kill(pidsOf(served)[0] ?? 0, "SIGKILL");
    await expect.poll(() => replaced(served), SOON).toBe(1);
    expect(await answers(served, "{ wallet }")).toEqual(new Set(["UNAUTHENTICATED"]));
    writeFileSync(join(folder, "g.graphql"), graph("wallet: Int @auth new: Int"));
    await expect.poll(() => swaps(served), SOON).toBe(2);
    expect(await answers(served, "{ new }")).toEqual(new Set(["new"]));
  });
});

describe("a worker that missed a graph", { timeout: 120_000 }, () => {
  it("serves openly nothing that the other guards, though the source opens it again", async () => {
    const file = join(folder, "g.graphql");
    writeFileSync(file, graph("wallet: Int"));
    const served = await serve("g.graphql");
    const [, slow = 0] = pidsOf(served);
    process.kill(slow, "SIGSTOP");
    opened.push(async () => process.kill(slow, "SIGCONT"));
    writeFileSync(file, graph("wallet: Int @auth"));
    await expect.poll(() => swaps(served), SOON).toBe(1);
    writeFileSync(file, graph("wallet: Int other: Int"));
    await expect.poll(() => refusals(served), SOON).toBe(1);
    process.kill(slow, "SIGCONT");
    await expect.poll(() => swaps(served), SOON).toBe(2);
    await expect.poll(() => refusals(served), SOON).toBe(2);
    expect(await answers(served, "{ wallet }")).toEqual(new Set(["UNAUTHENTICATED"]));
  });
});

describe("workers that start one after the other", { timeout: 120_000 }, () => {
  it("serve no graph that opens what the first of them guards", async () => {
    const registry = await startSupergraphRegistry(graph("wallet: Int @auth"));
    opened.push(() => registry.stop());
    const open = graph("wallet: Int");
    const starting = serve(registry.url);
    await expect.poll(() => registry.served.whole, { ...SOON, interval: 5 }).toBe(1);
    registry.publish(open);
    const served = await starting;
    await expect.poll(() => refusals(served), SOON).toBe(1);
    expect(await answers(served, "{ wallet }")).toEqual(new Set(["UNAUTHENTICATED"]));
  });
});
