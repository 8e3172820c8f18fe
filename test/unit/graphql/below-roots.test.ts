import { buildSchema, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { fieldsBelowRoots, rootTypesOf } from "../../../src/graphql/below-roots.js";

const schema = buildSchema(`
  interface Node { query: Query id: ID }
  type Query { me: User node: Node a: Int viewer: Query }
  type Mutation { pay: Paid }
  type Paid { query: Query mutation: Mutation ok: Boolean }
  type User implements Node { query: Query id: ID friend: User }
`);
const found = (text: string) =>
  fieldsBelowRoots(parse(text), schema).map(({ path, name }) => `${path.join(".")} ${name}`);

describe("fields of a root type below the root", () => {
  it("are none at the root itself", () => {
    expect(found("{a me{id friend{id}} __typename}")).toEqual([]);
    expect(found("mutation{pay{ok}}")).toEqual([]);
  });

  it("are found wherever a root type occurs again, with aliases in the path and the field's own name", () => {
    expect(found("{v:viewer{x:a viewer{a}}}")).toEqual(["v.x a", "v.viewer viewer", "v.viewer.a a"]);
    expect(found("mutation{p:pay{query{a} mutation{pay{ok}}}}")).toEqual([
      "p.query.a a",
      "p.mutation.pay pay",
    ]);
  });

  it("are found below an interface and below its types", () => {
    expect(found("{node{query{a} ...on User{friend{query{__schema{types{name}}}}}}}")).toEqual([
      "node.query.a a",
      "node.friend.query.__schema __schema",
    ]);
  });

  it("are found where a fragment is spread, in each such place", () => {
    const text = "{...F viewer{...F me{query{...F}}}} fragment F on Query{a}";
    expect(found(text)).toEqual(["viewer.a a", "viewer.me me", "viewer.me.query.a a"]);
  });

  it("are found in a fragment whose condition is an interface or is missing", () => {
    expect(found("{viewer{...{a}} me{...on Node{query{a}}}}")).toEqual(["viewer.a a", "me.query.a a"]);
  });

  it("are found once where one key is selected many times over", () => {
    const spreads = Array.from({ length: 50 }, () => "viewer{viewer{viewer{a}}}").join(" ");
    const all = found(`{${spreads}}`);
    expect(new Set(all)).toEqual(
      new Set(["viewer.viewer viewer", "viewer.viewer.viewer viewer", "viewer.viewer.viewer.a a"]),
    );
    expect(all.length).toBeLessThanOrEqual(150);
  });

  it("end with fragments that spread themselves at one place", () => {
    expect(found("{viewer{...F}} fragment F on Query{a ...F ...G} fragment G on Query{...F}")).toEqual([
      "viewer.a a",
    ]);
  });

  it("are not behind fields, fragments or types nobody defined", () => {
    expect(
      found("{gone{query{a}} constructor{query{a}} viewer{...Gone ...on Nobody{a} ...on toString{a}}}"),
    ).toEqual([]);
  });

  it("are none in a document without an operation", () => {
    expect(found("fragment F on Query{viewer{a}}")).toEqual([]);
  });
});

describe("the root types", () => {
  it("are those of queries and mutations, whatever they are called", () => {
    expect([...rootTypesOf(schema)]).toEqual(["Query", "Mutation"]);
    const renamed = buildSchema("schema{query:Q} type Q{a:Int} type Query{b:Int q:Q}");
    expect([...rootTypesOf(renamed)]).toEqual(["Q", undefined]);
  });
});
