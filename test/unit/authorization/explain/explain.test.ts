import { parse } from "graphql";
import { describe, expect, it } from "vitest";
import {
  explainOperation,
  explainSchema,
  explainScope,
  operationText,
  schemaText,
  scopeText,
} from "../../../../src/authorization/index.js";
import { ANONYMOUS } from "../../../../src/domain/principal.js";
import { aGraph, aUser, HEAD, NOW } from "../support.js";

const A = `
type Query { me: User nodes: [Node!]! list(f: Filter): Int }
type User @key(fields: "id") @auth(scopes: ["user"]) { id: ID! ssn: String @shareable @auth(scopes: ["pii"]) }
interface Node { id: ID! } type Pub implements Node { id: ID! } type Priv implements Node @auth(scopes: ["priv"]) { id: ID! }
input Filter { all: Boolean @auth(maxAge: 60) }
type Mutation { changePassword(to: String): Int @auth changeEmail(to: String): Int @auth(fresh: true) login: Int setMfa: Int @auth(maxAge: 60) }`;
const B = 'type User @key(fields: "id") { id: ID! ssn: String @shareable @auth(maxAge: 120) }';
const graph = aGraph({ a: A, b: B });
const sources = [
  { name: "a", sdl: HEAD + A },
  { name: "b", sdl: HEAD + B },
];

describe("explainOperation", () => {
  it("lists each guarded selection with demand, verdict and the line in each subgraph that asks for it", async () => {
    const document = parse("{ me { ssn } }");
    const explained = await explainOperation(graph, {
      document,
      principal: aUser({ scopes: ["user"] }),
      nowSeconds: NOW,
      sources,
    });
    expect(explained).toMatchObject({ decision: "filtered", planned: "{\n  me {\n    __typename\n  }\n}" });
    expect(explained.selections).toMatchObject([
      { coordinate: "Query.me", verdict: "GRANTED", demand: "signed in, scopes user" },
      { coordinate: "User.ssn", verdict: "FORBIDDEN", demand: "signed in, scopes pii, proved within 120 s" },
    ]);
    const ssn = explained.selections[1]?.askedBy.map((one) => [one.source, one.coordinate, one.line]);
    const lineOf = (text: string, needle: string) =>
      (HEAD + text).split("\n").findIndex((line) => line.includes(needle)) + 1;
    expect(ssn).toEqual([
      ["a", "User", lineOf(A, 'scopes: ["user"]')],
      ["a", "User.ssn", lineOf(A, "ssn: String")],
      ["b", "User.ssn", lineOf(B, "ssn: String")],
    ]);
  });

  it("tells positions by runtime type and input demands by variable", async () => {
    const document = parse("query($f: Filter) { nodes { id } list(f: $f) }");
    const explained = await explainOperation(graph, { document, nowSeconds: NOW, sources });
    expect(explained.selections).toMatchObject([
      { coordinate: "Query.nodes", kind: "position", types: ["Priv"], verdict: undefined },
      { coordinate: "Query.list", kind: "field", variables: ["$f"], askedBy: [{ coordinate: "Filter.all" }] },
    ]);
  });

  it("says which selections are skipped", async () => {
    const document = parse("query($x: Boolean!) { me @include(if: $x) { id } }");
    const explained = await explainOperation(graph, {
      document,
      principal: ANONYMOUS,
      variables: { x: false },
      nowSeconds: NOW,
    });
    expect(explained.selections).toMatchObject([{ coordinate: "Query.me", verdict: "SKIPPED" }]);
    expect(explained.decision).toBe("allowed");
  });

  it("gives the very verdicts the decision is made of", async () => {
    const query = "query { me { id ssn } nodes { id } }";
    for (const scopes of [[], ["user"], ["pii"], ["user", "pii", "priv"]]) {
      const principal = aUser({ scopes });
      const explained = await explainOperation(graph, { document: parse(query), principal, nowSeconds: NOW });
      const decision = graph.decide(query, { principal });
      const denied = "denied" in decision ? decision.denied.map((one) => [one.coordinate, one.code]) : [];
      const told = explained.selections.filter((one) => one.verdict !== "GRANTED");
      expect(told.map((one) => [one.coordinate, one.verdict])).toEqual(denied);
    }
  });

  it("says when the split would be too large and positions are judged strictly", async () => {
    const small = aGraph(A, { maxExpandedSelections: 4 });
    const document = parse("{ nodes { id a: id } }");
    const explained = await explainOperation(small, { document, principal: aUser(), nowSeconds: NOW });
    expect(explained.fellBackToStrict).toBe(false);
    const wide = aGraph(`${A} type P2 implements Node { id: ID! } type P3 implements Node { id: ID! }`, {
      maxExpandedSelections: 5,
    });
    const strict = await explainOperation(wide, { document, principal: aUser(), nowSeconds: NOW });
    expect(strict).toMatchObject({ fellBackToStrict: true, decision: "filtered", planned: undefined });
    expect(strict.selections).toMatchObject([{ kind: "whole", verdict: "FORBIDDEN" }]);
  });

  it("prints a table for people", async () => {
    const explained = await explainOperation(graph, {
      document: parse("query Me { me { id } }"),
      principal: ANONYMOUS,
      nowSeconds: NOW,
      sources,
    });
    expect(operationText(explained)).toMatch(
      /^Me: filtered\nverdict +coordinate.*\n-+.*\nUNAUTHENTICATED +Query\.me +signed in, scopes user +a:\d+ User$/,
    );
  });
});

describe("explainScope", () => {
  it("names everything a scope has to do with, and whether it is enough", () => {
    const uses = explainScope(graph, "pii");
    expect(uses.map((one) => [one.coordinate, one.alone])).toEqual([["User.ssn", false]]);
    expect(explainScope(graph, "priv").map((one) => [one.coordinate, one.alone])).toEqual([
      ["Priv", true],
      ["Priv.id", true],
    ]);
    expect(scopeText("nowhere", explainScope(graph, "nowhere"))).toContain("no guard requires");
  });
});

describe("explainSchema", () => {
  const explained = explainSchema(graph);

  it("separates what anyone, a thief and only a recent login reach", () => {
    expect(explained.anonymous).toEqual(expect.arrayContaining(["Query.nodes", "Pub.id", "Mutation.login"]));
    expect(explained.anonymous).not.toContain("User.id");
    expect(explained.stolenToken).toEqual(
      expect.arrayContaining(["Query.me", "User.id", "Mutation.changePassword"]),
    );
    expect(explained.freshOnly).toEqual(
      expect.arrayContaining(["User.ssn", "Mutation.changeEmail", "Mutation.setMfa"]),
    );
  });

  it("warns of credential-changing mutations without freshness, and of lists that one denial empties", () => {
    expect(explained.warnings.map((one) => one.coordinate)).toEqual([
      "Mutation.changePassword",
      "Query.nodes",
    ]);
  });

  it("lists the positions where a hidden object can be noticed", () => {
    expect(explained.positions).toEqual([
      { coordinate: "Query.nodes", guardedTypes: ["Priv"], nonNullItems: true },
    ]);
    expect(schemaText(explained)).toContain("Query.nodes: Priv");
  });
});
