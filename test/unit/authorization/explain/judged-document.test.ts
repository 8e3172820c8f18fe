import { getOperationAST, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { judgedDocument } from "../../../../src/authorization/explain/judged-document.js";
import { inspectOperation } from "../../../../src/authorization/index.js";
import { ANONYMOUS } from "../../../../src/domain/principal.js";
import { aGraph, aUser, NOW } from "../support.js";

const graph = aGraph(`
type Query { me: User nodes: [Node!]! find(text: String, by: Filter): Int open: Int }
type User @auth(scopes: ["user"]) { id: ID! ssn: String @auth(scopes: ["pii"]) }
interface Node { id: ID! } type Pub implements Node { id: ID! } type Priv implements Node @auth(scopes: ["priv"]) { id: ID! }
input Filter { all: Boolean @auth(maxAge: 60) }`);
const judged = async (query: string, scopes?: readonly string[], operationName?: string) => {
  const { judged: text } = await inspectOperation(graph, {
    document: parse(query),
    nowSeconds: NOW,
    operationName,
    ...(scopes === undefined ? {} : { principal: aUser({ scopes }) }),
  });
  return text.split("\n").map((line) => line.trim());
};

describe("the judged document", () => {
  it("has the demand of each guarded selection on its line, and no comment on the others", async () => {
    expect(await judged("{ open me { id ssn } }")).toEqual([
      "{",
      "open",
      "me {  # signed in, scopes user",
      "id",
      "ssn  # signed in, scopes pii",
      "}",
      "}",
    ]);
  });

  it("has the verdicts for a caller", async () => {
    const lines = await judged("{ me { ssn } }", ["user"]);
    expect(lines).toContain("me {  # signed in, scopes user => GRANTED");
    expect(lines).toContain("ssn  # signed in, scopes pii => FORBIDDEN");
  });

  it("names the types of a position, and the variables that may add to a demand", async () => {
    expect(await judged("{ nodes { id } }")).toContain("nodes {  # Priv: signed in, scopes priv");
    const [line] = (await judged("query($f: Filter) { find(by: $f) }")).filter((one) => one.includes("find"));
    expect(line).toMatch(/^find\(by: \$f\) {2}# .*\(and by \$f\)$/);
  });

  it("tells two selections of one field apart by their nodes", async () => {
    const lines = await judged("{ a: me { id } b: me { ssn } }", []);
    expect(lines.filter((line) => line.includes("# signed in, scopes user => FORBIDDEN"))).toEqual([
      "a: me {  # signed in, scopes user => FORBIDDEN",
      "b: me {  # signed in, scopes user => FORBIDDEN",
    ]);
  });

  it("comments a fragment where it is written, once, and leaves other operations out", async () => {
    const text = "query A { me { ...F } x: me { ...F } } query B { open } fragment F on User { ssn }";
    const lines = await judged(text, undefined, "A");
    expect(lines.filter((line) => line.startsWith("ssn"))).toEqual(["ssn  # signed in, scopes pii"]);
    expect(lines.join()).not.toContain("query B");
  });

  it("stays GraphQL: it parses to the operation it was made of", async () => {
    const text =
      '{ find(text: "a long text that makes the printer break the arguments up, one # each", by: { all: true }) me @skip(if: false) { ssn } }';
    const lines = await judged(text);
    expect(parse(lines.join("\n"), { noLocation: true })).toEqual(parse(text, { noLocation: true }));
    expect(lines.filter((line) => line.includes("#") && line.includes("proved within 60 s"))).toHaveLength(1);
  });

  it("leaves the document it is given as it is", () => {
    const document = parse("{ open }", { noLocation: true });
    const before = JSON.stringify(document);
    const operation = getOperationAST(document);
    const node = operation?.selectionSet.selections[0];
    if (operation === null || operation === undefined || node?.kind !== "Field") throw new Error("no field");
    const selection = { kind: "field", types: [], demand: "d", variables: [], verdict: undefined };
    expect(judgedDocument(document, operation, [{ node, selection }])).toBe("{\n  open  # d\n}");
    expect(JSON.stringify(document)).toBe(before);
  });
});

describe("the document to be planned", () => {
  it("is what everybody granted would get, where no caller is given", async () => {
    const document = parse("{ me { ssn } }");
    const everything = await inspectOperation(graph, { document, nowSeconds: NOW });
    expect(everything.plannable?.text).toContain("ssn");
    expect(everything.explanation.planned).toBeUndefined();
    const nothing = await inspectOperation(graph, { document, nowSeconds: NOW, principal: ANONYMOUS });
    expect(nothing.plannable?.text ?? "").not.toContain("ssn");
  });
});
