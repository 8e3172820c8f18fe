import { buildSchema, type DocumentNode, parse, print } from "graphql";
import { describe, expect, it } from "vitest";
import { createWireNames, fieldNamesOf } from "../../../../src/federation/plan/wire-names.js";
import { prepareForPlanner } from "../../../../src/federation/planning/prepare-operation.js";

const schema = buildSchema(`
  type Query { me: User n: Int }
  type Mutation { pay: User refund: User }
  type User { id: ID name: String friend: User }
`);
const RESERVED = { fields: fieldNamesOf(schema), requiredWithArguments: new Set<string>() };
const prepare = (document: DocumentNode, trueVariables: readonly string[] = []) =>
  prepareForPlanner(document, createWireNames(document, RESERVED), (name) => trueVariables.includes(name));
const flat = (text: string): string => text.replace(/\s+/g, " ").trim();
const prepared = (text: string, trueVariables: readonly string[] = []): readonly string[] =>
  prepare(parse(text), trueVariables).map((document) => flat(print(document)));
const normal = (text: string): string => flat(print(parse(text)));

describe("an operation without conditions, introspection or mutations", () => {
  it("is planned as the very document it is", () => {
    const document = parse("query($a:Int){me{...F}} fragment F on User{id name}");
    expect(prepare(document)[0]).toBe(document);
  });
});

describe("conditions", () => {
  it("are evaluated by their variables and their literals", () => {
    const text =
      "query($y:Boolean!,$n:Boolean!){me{a1:name @include(if:$y) a2:name @skip(if:$y) a3:name @include(if:$n) a4:name @skip(if:$n) a5:name @include(if:true) a6:name @skip(if:true)}}";
    expect(prepared(text, ["y"])).toEqual([
      normal("query($y:Boolean!,$n:Boolean!){me{a1:name a4:name a5:name}}"),
    ]);
  });

  it("must both hold if both are present", () => {
    const text = "query($i:Boolean!,$s:Boolean!){n me{x1:id @include(if:$i) @skip(if:$s)}}";
    const kept = normal("query($i:Boolean!,$s:Boolean!){n me{x1:id}}");
    const left = normal("query($i:Boolean!,$s:Boolean!){n me{__typename}}");
    expect([["i"], [], ["s"], ["i", "s"]].map((values) => prepared(text, values)[0])).toEqual([
      kept,
      left,
      left,
      left,
    ]);
  });

  it("take fragments and spreads with them", () => {
    const text =
      "query($v:Boolean!){n ...F @include(if:$v) ...on Query @skip(if:$v){me{id}}} fragment F on Query{me{name}}";
    expect(prepared(text, ["v"])[0]).toContain("...F");
    expect(prepared(text, ["v"])[0]).not.toContain("me { id }");
    expect(prepared(text)[0]).not.toContain("...F");
    expect(prepared(text)[0]).toContain("... on Query { me { id } }");
  });

  it("are evaluated inside fragments", () => {
    const text = "query($v:Boolean!){...F} fragment F on Query{n me @include(if:$v){id}}";
    expect(prepared(text)).toEqual([normal("query($v:Boolean!){...F} fragment F on Query{n}")]);
  });

  it("that leave nothing below a field leave its type name, so that the object is still fetched", () => {
    expect(prepared("{me{id @skip(if:true)}}")).toEqual([normal("{me{__typename}}")]);
    expect(prepared("{me{...on User{id @skip(if:true)}}}")).toEqual([normal("{me{...on User{__typename}}}")]);
  });

  it("that leave nothing at the root leave nothing to plan", () => {
    expect(prepared("{me @skip(if:true){id}}")).toEqual([]);
    expect(prepared("{...on Query{me @skip(if:true){id}}}")).toEqual([]);
    expect(prepared("{...F} fragment F on Query{me @skip(if:true){id}}")).toEqual([]);
  });

  it("leave no directive of theirs to the planner", () => {
    const [text] = prepared(
      "query($v:Boolean!){me @include(if:$v){id @skip(if:false) ...on User @include(if:$v){name}}}",
      ["v"],
    );
    expect(text).not.toMatch(/@/);
  });
});

describe("what the gateway answers itself", () => {
  it.each([
    "{__typename}",
    "{__schema{types{name}}}",
    '{__type(name:"A"){name}}',
    "{...on Query{__typename}}",
    "{...F} fragment F on Query{...G} fragment G on Query{t:__typename s:__schema{types{name}}}",
    "mutation{__typename}",
  ])("alone is not planned: %s", (text) => {
    expect(prepared(text)).toEqual([]);
  });

  it("is taken out beside what is", () => {
    expect(prepared("{t:__typename me{__typename id} __schema{types{name}}}")).toEqual([
      normal("{me{__typename id}}"),
    ]);
  });

  it("is not taken out below the root", () => {
    expect(prepared("{me{t:__typename}}")[0]).toContain("__typename");
  });
});

describe("a mutation", () => {
  it("is split into one document per root field, in their order", () => {
    expect(prepared("mutation M{b:refund{id} a:pay{id} __typename}")).toEqual([
      normal("mutation M{b:refund{id}}"),
      normal("mutation M{a:pay{id}}"),
    ]);
  });

  it("of one root field stays whole, inside any fragments", () => {
    expect(prepared("mutation{...F} fragment F on Mutation{pay{id}}")).toEqual([
      normal("mutation{...F} fragment F on Mutation{pay{id}}"),
    ]);
  });

  it("keeps what belongs to one response key together, so that it is called once", () => {
    const text =
      "mutation{pay{id} refund{id} ...F ...on Mutation{pay{friend{id}}}} fragment F on Mutation{pay{name}}";
    const documents = prepared(text);
    expect(documents).toHaveLength(2);
    expect(documents[0]).toContain(
      "mutation { pay { id } ... on Mutation { pay { name } } ... on Mutation { pay { friend { id } } } }",
    );
    expect(documents[1]).toContain("mutation { refund { id } }");
  });

  it("is split inside nested fragments, with the type conditions around each field", () => {
    const text = "mutation{...F} fragment F on Mutation{...on Mutation{a:pay{id} b:refund{id}}}";
    expect(prepared(text).map((one) => one.split(" fragment")[0])).toEqual([
      "mutation { ... on Mutation { ... on Mutation { a: pay { id } } } }",
      "mutation { ... on Mutation { ... on Mutation { b: refund { id } } } }",
    ]);
  });

  it("calls a field once that a fragment brings twice", () => {
    const documents = prepared("mutation{...F ...F refund{id}} fragment F on Mutation{pay{id}}");
    expect(documents.filter((one) => one.split("fragment")[0]?.includes("pay"))).toHaveLength(1);
  });

  it("leaves out what its conditions leave out", () => {
    expect(prepared("mutation($v:Boolean!){pay @include(if:$v){id} refund{id}}")).toEqual([
      normal("mutation($v:Boolean!){refund{id}}"),
    ]);
  });
});

describe("names on the wire", () => {
  it("replace an alias that could be mistaken for a key", () => {
    const [text] = prepared("{me{id:name}}");
    expect(text).not.toMatch(/\bid: name/);
    expect(text).toMatch(/cardea_\w+: name/);
  });

  it("are those of the whole operation in each part of a mutation", () => {
    const documents = prepared("mutation{pay{id:name} refund{id:name}}");
    const aliases = documents.map((one) => /(cardea_\w+): name/.exec(one)?.[1]);
    expect(aliases[0]).toBeDefined();
    expect(aliases[1]).toBe(aliases[0]);
  });
});

describe("a document without an operation", () => {
  it("is not planned", () => {
    expect(prepared("fragment F on Query{n}")).toEqual([]);
  });
});
