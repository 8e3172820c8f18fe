import { printSchema } from "graphql";
import { describe, expect, it } from "vitest";
import { ANONYMOUS, type Principal } from "../../../../src/domain/principal.js";
import { aGraph, aUser } from "../support.js";

const BODY = `type Query { q: Int g: Ghost list: [Node!]! only: Box search(plain: Int, f: Filter, deep: Int @auth(scopes: ["deep"])): Int must(x: Int! @auth(scopes: ["must"])): Int soon: Int @auth(fresh: true) }
  type Ghost @auth(scopes: ["ghost"]) { a: Int } type Box { g: Ghost }
  interface Node { id: ID! note: String } type Pub implements Node { id: ID! note: String } type Half implements Node { id: ID! note: String @auth(scopes: ["half"]) }
  input Filter { a: Int b: Int @auth(scopes: ["b"]) } union U = Pub | Ghost type Mutation { wipe: Int @auth }
  extend type Query { u: U }`;

const shown = (principal: Principal, introspection: "on" | "off" | "filtered" = "filtered") => {
  const schema = aGraph(BODY, { introspection }).authorizer.introspectionSchema(principal);
  return schema === undefined ? undefined : printSchema(schema).replace(/\s+/g, " ");
};

describe("introspection", () => {
  it("shows nothing when off and everything when on", () => {
    expect(shown(ANONYMOUS, "off")).toBeUndefined();
    expect(shown(ANONYMOUS, "on")).toContain("type Ghost");
  });

  it("hides from a stranger what asks for scopes or sign-in, and what only leads there", () => {
    const text = shown(ANONYMOUS) ?? "";
    for (const hidden of ["Ghost", "Box", "deep", "must", "wipe", "Mutation", "b: Int", "soon"])
      expect(text).not.toContain(hidden);
    expect(text).toContain("union U = Pub");
    expect(text).toContain("search(plain: Int, f: Filter): Int");
  });

  it("ignores freshness: tooling reads the schema once", () => {
    expect(shown(aUser())).toContain("soon: Int");
  });

  it("keeps what 64 kinds of callers see, and forgets the kind unseen for longest", () => {
    const names = ["a", "b", "c", "d", "e", "f", "g"];
    const fields = names.map((name) => `${name}: Int @auth(scopes: ["${name}"])`).join(" ");
    const { authorizer } = aGraph(`type Query { open: Int ${fields} }`, { introspection: "filtered" });
    const callers = Array.from({ length: 65 }, (_, bits) =>
      aUser({ scopes: names.filter((_name, at) => (bits & (1 << at)) !== 0) }),
    );
    const see = (at: number) => authorizer.introspectionSchema(callers[at] ?? ANONYMOUS);
    const first = callers.slice(0, 64).map((_caller, at) => see(at));
    expect(callers.slice(0, 64).every((_caller, at) => see(at) === first[at])).toBe(true);
    expect(see(0)).toBe(first[0]);
    see(64);
    expect(see(0)).toBe(first[0]);
    expect(see(1)).not.toBe(first[1]);
    expect(Object.keys(see(1)?.getQueryType()?.getFields() ?? {})).toEqual(["open", "a"]);
  });

  it("shows each scope what it opens", () => {
    expect(shown(aUser({ scopes: ["ghost"] }))).toContain("type Ghost");
    expect(shown(aUser({ scopes: ["b"] }))).toContain("b: Int");
    expect(shown(aUser({ scopes: ["half"] }))).toContain("type Half implements Node");
  });

  it("takes an implementation out of an interface it no longer fulfils", () => {
    expect(shown(aUser())).toContain("type Half { id: ID! }");
  });

  it("keeps a bounded number of variants and stays right beyond it", () => {
    const fields = Array.from({ length: 8 }, (_, index) => `f${index}: Int @auth(scopes: ["s${index}"])`);
    const { authorizer } = aGraph(`type Query { q: Int ${fields.join(" ")} }`, { introspection: "filtered" });
    for (let mask = 0; mask < 256; mask += 1) {
      const held = fields.map((_, index) => index).filter((index) => (mask & (1 << index)) !== 0);
      const schema = authorizer.introspectionSchema(aUser({ scopes: held.map((index) => `s${index}`) }));
      expect(Object.keys(schema?.getQueryType()?.getFields() ?? {})).toEqual([
        "q",
        ...held.map((index) => `f${index}`),
      ]);
    }
  });
});
