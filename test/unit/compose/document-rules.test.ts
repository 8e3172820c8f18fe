import { parse, validate } from "graphql";
import { describe, expect, it } from "vitest";
import { authSubgraphSdl } from "../../../src/auth-subgraph/sdl.js";
import { createAuthorizer } from "../../../src/authorization/create-authorizer.js";
import { documentRules, secretTypesOf } from "../../../src/compose/document-rules.js";
import { AUTH_SUBGRAPH_URL, composeSubgraphs } from "../../../src/composition/index.js";

const graphOf = (...subgraphs: { readonly name: string; readonly url: string; readonly sdl: string }[]) =>
  createAuthorizer({ supergraphSdl: composeSubgraphs(subgraphs).supergraphSdl, settings: {} });
const own = {
  name: "own",
  url: "http://own.test/",
  sdl: 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9")\nscalar TopSecret\ntype Query { open(with: TopSecret): Int }',
};
const auth = (prefix: string) => ({
  name: "auth",
  url: AUTH_SUBGRAPH_URL,
  sdl: authSubgraphSdl({ prefix }),
});

describe("the secret types of a graph", () => {
  it.each([
    ["", "Secret"],
    ["our", "OurSecret"],
  ])("are those of its auth subgraph, with the prefix %j", (prefix, expected) => {
    expect(secretTypesOf(graphOf(own, auth(prefix)))).toEqual([expected]);
  });

  it("are none without the auth subgraph", () => {
    expect(secretTypesOf(graphOf(own))).toEqual([]);
  });
});

describe("the rules for documents", () => {
  it("refuse a literal of a secret type, and of no other", () => {
    const graph = graphOf(own, auth("our"));
    const problems = (text: string) =>
      validate(graph.apiSchema, parse(text), documentRules(secretTypesOf(graph))).map(
        ({ message }) => message,
      );
    expect(
      problems('mutation { ourLogin(input: { username: "a", password: "hunter2" }) { __typename } }'),
    ).toEqual(["A secret cannot be a literal in the document: use a variable."]);
    expect(problems('{ open(with: "word") }')).toEqual([]);
  });
});
