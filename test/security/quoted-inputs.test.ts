import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createAuthorizer } from "../../src/authorization/index.js";
import { revocableOf } from "../../src/domain/revocation.js";
import { type ApolloGateway, startApolloGateway } from "../support/apollo-gateway.js";
import { composeGraph, type FederatedGraph } from "../support/federated-graph.js";
import { type Answering, type SubgraphServer, startSubgraphServer } from "../support/subgraph-server.js";
import { aUser } from "../unit/authorization/support.js";

const LINK = `extend schema @link(url: "https://specs.cardea.dev/auth/v1.0", import: ["@auth"]) @composeDirective(name: "@auth")
directive @auth(fresh: Boolean! = false, maxAge: Int, scopes: [String!]! = [], anyOf: [[String!]!]) repeatable on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | ENUM | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION
`;
const graph: FederatedGraph = {
  name: "quoted",
  subgraphs: {
    people: `${LINK} type Query { person: Person } type Person @key(fields: "ssn") { ssn: ID! @auth(scopes: ["pii"]) name: String nick: String }`,
    scores: `${LINK} type Query { top: Int } type Person @key(fields: "ssn") { ssn: ID! @auth(scopes: ["pii"]) score: Int }`,
  },
  resolvers: {},
  lookup: () => undefined,
};
const SECRET = "123-45-6789";
const person: Answering = ({ query }) => ({
  data: { person: { __typename: "Person", ssn: SECRET, name: null, nick: "Al" } },
  ...(/\bname\b/.test(query)
    ? { errors: [{ message: `no name for ${SECRET}`, path: ["person", "name"] }] }
    : {}),
});
/** A subgraph that quotes what it was sent. */
const quoting: Answering = ({ variables }) => ({
  data: { _entities: [{ score: null }] },
  errors: [
    {
      message: `no score for ${JSON.stringify(variables["representations"])}`,
      path: ["_entities", 0, "score"],
      extensions: { hint: SECRET },
    },
  ],
});

let people: SubgraphServer;
let scores: SubgraphServer;
let gateway: ApolloGateway | undefined;
beforeAll(async () => {
  people = await startSubgraphServer(person);
  scores = await startSubgraphServer(quoting);
});
beforeEach(() => {
  scores.answering = quoting;
  scores.calls.length = 0;
});
afterEach(() => gateway?.stop());
afterAll(async () => {
  await people.stop();
  await scores.stop();
});

const ask = async (query: string, scopes: readonly string[] | undefined) => {
  gateway = await startApolloGateway(
    composeGraph(graph, (name) => (name === "people" ? people.url : scores.url)),
    {
      authorizerFactory: (supergraphSdl) => createAuthorizer({ supergraphSdl, settings: {} }),
      exposure: { messages: true, extensions: ["hint"] },
      verifier: {
        verify: () => ({
          kind: "verified",
          principal: aUser({ scopes: [...(scopes ?? [])] }),
          revocable: revocableOf(aUser()),
        }),
      },
    },
  );
  return gateway.ask(query, {
    credential: scopes === undefined ? { kind: "none" } : { kind: "bearer", token: "any" },
  });
};

describe("a subgraph that quotes its input in an error, where messages are shown", () => {
  it.each([
    ["nobody", undefined],
    ["somebody without the scope", []],
  ])("tells %s nothing of a key that was not granted", async (_who, scopes) => {
    const reply = await ask("{ person { nick score } }", scopes);
    expect(JSON.stringify(scores.calls[0]?.variables)).toContain(SECRET);
    expect(reply.errors).toEqual([
      {
        message: "A subgraph reported an error.",
        path: ["person", "score"],
        extensions: { code: "SUBGRAPH_ERROR" },
      },
    ]);
    expect(reply.data).toEqual({ person: { nick: "Al", score: null } });
  });

  it("tells nothing of a key it was merely asked for", async () => {
    scores.answering = () => ({ data: { _entities: [{ score: 1 }] } });
    const reply = await ask("{ person { name score } }", undefined);
    expect(reply.errors).toMatchObject([
      { path: ["person", "name"], message: "A subgraph reported an error." },
    ]);
    expect(JSON.stringify(reply.errors)).not.toContain(SECRET);
  });

  it("is shown to somebody who was granted what it quotes", async () => {
    const reply = await ask("{ person { ssn score } }", ["pii"]);
    expect(reply.errors).toMatchObject([
      { path: ["person", "score"], message: expect.stringContaining(SECRET), extensions: { hint: SECRET } },
    ]);
  });

  it("is shown where the fetch carries nothing that was not granted", async () => {
    people.answering = () => ({
      data: { person: { name: null } },
      errors: [{ message: "no name here", path: ["person", "name"] }],
    });
    const reply = await ask("{ person { name } }", undefined);
    people.answering = person;
    expect(reply.errors).toMatchObject([{ path: ["person", "name"], message: "no name here" }]);
  });
});
