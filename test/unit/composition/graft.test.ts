import { readFileSync } from "node:fs";
import { type GraphQLSchema, getOperationAST, parse, printType } from "graphql";
import { afterAll, describe, expect, it } from "vitest";
import { createAuthorizer } from "../../../src/authorization/index.js";
import { authSubgraphProblems, type Graft, graftAuthSubgraph } from "../../../src/composition/index.js";
import { ANONYMOUS } from "../../../src/domain/principal.js";
import { executeOperation } from "../../../src/federation/execution.js";
import { createPlannerHost } from "../../../src/federation/planning/process/pool.js";
import { MASK_EVERYTHING } from "../../../src/federation/response/errors.js";
import { buildSnapshot } from "../../../src/federation/supergraph/snapshot.js";
import { composeGraph, type FederatedGraph } from "../../support/federated-graph.js";
import { shop } from "../../support/graphs/shop.js";

const AUTH_SDL = readFileSync(new URL("../../../schema/auth.graphql", import.meta.url), "utf8");
const planning = createPlannerHost();
afterAll(() => planning.stop());

const graph = (subgraphs: Record<string, string>): FederatedGraph => ({
  name: "host",
  subgraphs,
  resolvers: {},
  lookup: () => undefined,
});
const textOf = (graft: Graft): string => (graft.kind === "grafted" ? graft.supergraphSdl : graft.kind);
const serve = (supergraphSdl: string) =>
  buildSnapshot(supergraphSdl, {
    authorizerFactory: (sdl) => createAuthorizer({ supergraphSdl: sdl, settings: {} }),
    planning,
  });
const mutationOf = (schema: GraphQLSchema): readonly string[] =>
  Object.keys(schema.getMutationType()?.getFields() ?? {});

/** Runs an anonymous operation and answers what was sent, in order. */
const traffic = async (supergraphSdl: string, query: string): Promise<readonly string[]> => {
  const snapshot = await serve(supergraphSdl);
  const document = parse(query);
  const operation = getOperationAST(document);
  if (!operation) throw new Error("no operation");
  const entry = snapshot.operations.get(document, operation);
  const decision = await snapshot.authorizer.decide(entry.compiled, {
    principal: ANONYMOUS,
    variables: {},
    nowSeconds: 0,
    degraded: false,
  });
  if (decision.kind !== "allowed") throw new Error(`the operation is ${decision.kind}`);
  const sent: string[] = [];
  await executeOperation({
    snapshot,
    entry,
    decision,
    principal: ANONYMOUS,
    variables: {},
    exposure: MASK_EVERYTHING,
    random: 0,
    call: async ({ subgraph, query: text }) => {
      sent.push(`${snapshot.subgraphs.get(subgraph)?.url} ${text}`);
      return {
        kind: "answered",
        data: null,
        errors: [{ message: "", path: undefined, extensions: undefined }],
      };
    },
  });
  return sent;
};

describe("grafting the auth subgraph", () => {
  it("gives a supergraph composed elsewhere login and its companions", async () => {
    const grafted = textOf(graftAuthSubgraph(composeGraph(shop), AUTH_SDL));
    const { apiSchema } = await serve(grafted);
    expect(mutationOf(apiSchema)).toContain("login");
    expect(Object.keys(apiSchema.getQueryType()?.getFields() ?? {})).toEqual(
      expect.arrayContaining(["me", "topProducts", "session", "sessions"]),
    );
    expect(authSubgraphProblems(grafted, { isOn: true, sdl: AUTH_SDL })).toEqual([]);
  });

  it("keeps the guards of its own fields", async () => {
    const grafted = textOf(graftAuthSubgraph(composeGraph(shop), AUTH_SDL));
    await expect(traffic(grafted, "{ sessions { id } }")).rejects.toThrow("filtered");
    await expect(traffic(grafted, "mutation { revokeSession { status } }")).rejects.toThrow("refused");
  });

  it("splits an operation at the root, mutations in document order", async () => {
    const host = composeGraph(graph({ a: "type Query { a: Int } type Mutation { first: Int last: Int }" }));
    const grafted = textOf(graftAuthSubgraph(host, AUTH_SDL));
    expect(
      await traffic(grafted, "mutation { first refreshToken(input: null) { scope } last x: first }"),
    ).toEqual([
      "http://a.test/graphql mutation{first}",
      "cardea://auth mutation{refreshToken(input: null){scope}}",
      "http://a.test/graphql mutation{last}",
      "http://a.test/graphql mutation{x: first}",
    ]);
  });

  it("sends the graph's own fields to the graph alone, also where one subgraph had them all", async () => {
    const grafted = textOf(
      graftAuthSubgraph(composeGraph(graph({ a: "type Query { a: Int b: Int }" })), AUTH_SDL),
    );
    expect(await traffic(grafted, "{ a b }")).toEqual(["http://a.test/graphql {a b}"]);
  });

  it("adds a mutation type under the name the schema uses, or a new one", async () => {
    const none = textOf(graftAuthSubgraph(composeGraph(graph({ a: "type Query { a: Int }" })), AUTH_SDL));
    expect(mutationOf((await serve(none)).apiSchema)).toContain("login");
  });

  it("leaves a supergraph alone that has the auth subgraph", () => {
    const grafted = textOf(graftAuthSubgraph(composeGraph(shop), AUTH_SDL));
    expect(graftAuthSubgraph(grafted, AUTH_SDL)).toEqual({ kind: "present" });
  });

  it("grafts nothing on a collision, and names every one of them", () => {
    const host = composeGraph(
      graph({
        a: "type Query { session: Int } type Mutation { login(a: Int): AuthPayload } type AuthPayload { a: Int }",
      }),
    );
    const graft = graftAuthSubgraph(host, AUTH_SDL);
    expect(graft.kind === "collides" && graft.problems.map(({ where }) => where)).toEqual([
      "AuthPayload, Query.session, Mutation.login",
    ]);
  });

  it("shares the scalar everybody means the same by", async () => {
    const host = composeGraph(graph({ a: "scalar JSONObject type Query { a: JSONObject }" }));
    const { apiSchema } = await serve(textOf(graftAuthSubgraph(host, AUTH_SDL)));
    expect(printType(apiSchema.getType("JSONObject")!)).toContain("scalar JSONObject");
  });

  it("speaks the host's spelling of @auth", async () => {
    const sdl = `
      extend schema @link(url: "https://specs.cardea.dev/auth/v1.0", import: [{ name: "@auth", as: "@guard" }]) @composeDirective(name: "@guard")
      directive @guard(fresh: Boolean! = false, maxAge: Int, scopes: [String!]! = [], anyOf: [[String!]!]) repeatable on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | ENUM | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION
      type Query { a: Int b: Int @guard }`;
    const grafted = textOf(graftAuthSubgraph(composeGraph(graph({ a: sdl })), AUTH_SDL));
    await expect(traffic(grafted, "{ a sessions { id } }")).rejects.toThrow("filtered");
    await expect(traffic(grafted, "{ b }")).rejects.toThrow("filtered");
    expect(await traffic(grafted, "{ a }")).toHaveLength(1);
  });
});
