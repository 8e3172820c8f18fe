import { buildSubgraphSchema } from "@apollo/subgraph";
import { getOperationAST, graphql, parse } from "graphql";
import { afterAll, describe, expect, it } from "vitest";
import { createAuthorizer } from "../../src/authorization/index.js";
import { composeSubgraphs } from "../../src/composition/index.js";
import { ANONYMOUS } from "../../src/domain/principal.js";
import { executeOperation } from "../../src/federation/execution.js";
import { createPlannerHost } from "../../src/federation/planning/process/pool.js";
import { MASK_EVERYTHING } from "../../src/federation/response/errors.js";
import { parseAnswer } from "../../src/federation/subgraph/transport/parse-answer.js";
import { buildSnapshot } from "../../src/federation/supergraph/snapshot.js";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@override", "@composeDirective"])
  @link(url: "https://specs.cardea.dev/auth/v1.0", import: ["@auth"]) @composeDirective(name: "@auth")
directive @auth(fresh: Boolean! = false, maxAge: Int, scopes: [String!]! = [], anyOf: [[String!]!]) repeatable on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | ENUM | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION
`;

const OLD = `${LINK}
  type Query { goods: [Good!]! }
  type Good @key(fields: "id") { id: ID! half: String tenth: String never: String always: String named: String secret: String }`;
const NEW = `${LINK}
  type Good @key(fields: "id") {
    id: ID!
    half: String @override(from: "old", label: "percent(50)")
    tenth: String @override(from: "old", label: "percent(10)")
    never: String @override(from: "old", label: "percent(0)")
    always: String @override(from: "old", label: "percent(100)")
    named: String @override(from: "old", label: "new-goods")
    secret: String @override(from: "old", label: "percent(50)") @auth
  }`;

const subgraphs = Object.entries({ old: OLD, new: NEW }).map(([name, sdl]) => ({
  name,
  url: `http://${name}.test/`,
  sdl,
}));
const planning = createPlannerHost();
afterAll(() => planning.stop());

/** Every field of a good says which subgraph answered it. */
const resolversOf = (name: string) => {
  const fields = ["half", "tenth", "never", "always", "named", "secret"];
  return {
    ...(name === "old" ? { Query: { goods: () => [{ id: "1" }, { id: "1" }] } } : {}),
    Good: {
      __resolveReference: (sent: object) => sent,
      ...Object.fromEntries(fields.map((field) => [field, () => name])),
    },
  };
};

const start = async () => {
  const { supergraphSdl } = composeSubgraphs(subgraphs);
  const authorized = createAuthorizer({ supergraphSdl, settings: {} });
  const snapshot = await buildSnapshot(supergraphSdl, { authorizerFactory: () => authorized, planning });
  const schemas = new Map(
    subgraphs.map(({ name, sdl }) => [
      name,
      buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: resolversOf(name) }),
    ]),
  );
  const ask = async (query: string, random: number) => {
    const document = parse(query);
    const operation = getOperationAST(document);
    if (!operation) throw new Error("no operation");
    const entry = snapshot.operations.get(document, operation);
    const input = { principal: ANONYMOUS, variables: {}, nowSeconds: 0, degraded: false };
    const decision = await snapshot.authorizer.decide(entry.compiled, input);
    if (decision.kind !== "allowed" && decision.kind !== "filtered") throw new Error(decision.kind);
    const sent: string[] = [];
    const { data } = await executeOperation({
      ...input,
      snapshot,
      entry,
      decision,
      random,
      exposure: MASK_EVERYTHING,
      call: async ({ subgraph, query: source, variablesText }) => {
        sent.push(`${subgraph}: ${source}`);
        const schema = schemas.get(subgraph);
        if (schema === undefined) throw new Error(`no subgraph ${subgraph}`);
        const variableValues = JSON.parse(variablesText) as Record<string, unknown>;
        const answer = await graphql({ schema, source, variableValues });
        return parseAnswer(200, Buffer.from(JSON.stringify(answer)));
      },
    });
    return { data: JSON.parse(JSON.stringify(data)) as unknown, sent };
  };
  return { ask, snapshot };
};

const both = (good: Record<string, unknown>) => ({ goods: [good, good] });

describe("a progressive @override", () => {
  it.each([
    [0, { half: "new", tenth: "new" }],
    [0.0999, { half: "new", tenth: "new" }],
    [0.1, { half: "new", tenth: "old" }],
    [0.4999, { half: "new", tenth: "old" }],
    [0.5, { half: "old", tenth: "old" }],
    [0.9999, { half: "old", tenth: "old" }],
  ])("sends a request drawn at %d to the side of each label's percentage", async (random, good) => {
    const { ask } = await start();
    expect((await ask("{ goods { half tenth } }", random)).data).toEqual(both(good));
  });

  it("holds 0 and 100 percent for every draw", async () => {
    const { ask } = await start();
    for (const random of [0, 0.5, 0.9999])
      expect((await ask("{ goods { never always } }", random)).data).toEqual(
        both({ never: "old", always: "new" }),
      );
  });

  it("leaves a field under a label nobody activates with its old owner", async () => {
    const { ask } = await start();
    for (const random of [0, 0.9999])
      expect((await ask("{ goods { named } }", random)).data).toEqual(both({ named: "old" }));
  });

  it("draws once for a request: all its fields and places are on one side", async () => {
    const { ask } = await start();
    const { data } = await ask("{ goods { half } again: goods { other: half } }", 0.3);
    expect(data).toEqual({
      goods: [{ half: "new" }, { half: "new" }],
      again: [{ other: "new" }, { other: "new" }],
    });
  });

  it("keeps one plan for each side, however many draws there are", async () => {
    const { ask, snapshot } = await start();
    for (let at = 0; at < 100; at += 1) await ask("{ goods { half } }", at / 100);
    // The thresholds 0, 10, 50 and 100 cut the draws into three parts.
    expect(snapshot.plans.size).toBe(3);
    expect(snapshot.plans.hits).toBe(97);
  });

  it("guards the field on both sides, wherever the guard is written", async () => {
    const { ask } = await start();
    for (const random of [0, 0.9999]) {
      const { data, sent } = await ask("{ goods { id secret } }", random);
      expect(data).toEqual(both({ id: "1", secret: null }));
      expect(sent.join()).not.toContain("secret");
    }
  });
});
