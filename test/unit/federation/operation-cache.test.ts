import { getOperationAST, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { createOperationCache } from "../../../src/federation/operation-cache.js";
import { composeGraph } from "../../support/federated-graph.js";
import { permissiveAuthorizer } from "../../support/permissive-authorizer.js";

const graph = {
  name: "small",
  subgraphs: { a: "type Query { n(b: Boolean): Int m: Int viewer: Query }" },
  resolvers: {},
  lookup: () => undefined,
};
const { apiSchema, authorizer } = permissiveAuthorizer(composeGraph(graph, () => "http://a.invalid"));
const entryOf = (text: string, name: string) => {
  const document = parse(text);
  const operation = getOperationAST(document, name);
  if (!operation) throw new Error("no operation");
  return createOperationCache(apiSchema, authorizer).get(document, operation);
};

describe("the conditions of an operation", () => {
  const text = `query One($on: Boolean = true) { ...F m }
    query Two($on: Boolean, $off: Boolean!) { n(b: $on) m @skip(if: $off) }
    fragment F on Query { n @include(if: $on) }`;

  it("are those of its own fragments, not of other operations in the document", () => {
    expect(entryOf(text, "One").collector.conditionVariables).toEqual(["on"]);
    expect(entryOf(text, "Two").collector.conditionVariables).toEqual(["off"]);
  });

  it("make an explicit null a request error there and nowhere else", () => {
    expect(() => entryOf(text, "One").variables.check({ on: null })).toThrow(/\$on/);
    expect(() => entryOf(text, "Two").variables.check({ on: null, off: false })).not.toThrow();
  });
});

describe("the schema below the root", () => {
  it.each([
    ["query A { viewer { __schema { queryType { name } } } }", "__schema", "viewer.__schema"],
    [
      'query A { v: viewer { ...F } } fragment F on Query { m t: __type(name: "Query") { name } }',
      "__type",
      "v.t",
    ],
    [
      "query A { ...F } fragment F on Query { viewer { viewer { ... { ...G } } } } fragment G on Query { __schema { queryType { name } } }",
      "__schema",
      "viewer.viewer.__schema",
    ],
  ])("is refused: nobody would answer %s", (text, name, place) => {
    expect(() => entryOf(text, "A")).toThrow(`${name} is not supported below the root, at ${place}.`);
  });

  it("does not forbid it at the root, in a fragment too", () => {
    expect(() =>
      entryOf("query A { ...F viewer { m } } fragment F on Query { __schema { queryType { name } } }", "A"),
    ).not.toThrow();
  });
});
