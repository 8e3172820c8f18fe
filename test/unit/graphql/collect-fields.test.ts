import { buildSchema, type FieldNode, parse, print, type SelectionSetNode } from "graphql";
import { describe, expect, it } from "vitest";
import {
  conditionVariablesOf,
  createFieldCollector,
  isIncluded,
} from "../../../src/graphql/collect-fields.js";
import { onlyOperation } from "../../../src/graphql/documents.js";

const schema = buildSchema(`
  interface Thing { id: ID name: String }
  interface Person implements Thing { id: ID name: String }
  type User implements Thing & Person { id: ID name: String mail: String }
  type Post implements Thing { id: ID name: String text: String }
  union Hit = User | Post
  type Query { thing: Thing hit: Hit }
`);
const collecting = (text: string) => {
  const document = parse(text);
  const set = onlyOperation(document)?.selectionSet as SelectionSetNode;
  const collector = createFieldCollector(document, schema);
  const typeOf = (name: string) => {
    const type = schema.getType(name);
    if (type === undefined) throw new Error("no such type");
    return type;
  };
  return {
    keys: (typeName: string, ...trueVariables: readonly string[]) =>
      collector
        .collect([set], typeOf(typeName), (name) => trueVariables.includes(name))
        .map(({ responseKey }) => responseKey),
    nodes: (typeName: string) =>
      Object.fromEntries(
        collector
          .collect([set, set], typeOf(typeName), () => false)
          .map(({ responseKey, name, nodes }) => [responseKey, [name, ...nodes.map((node) => print(node))]]),
      ),
    isUniform: (typeName: string) => collector.isUniform([set], typeOf(typeName)),
    collector,
  };
};

describe("the fields collected on an object", () => {
  it("are those whose type conditions hold for its type, in document order", () => {
    const { keys } = collecting(
      "{b:id ...on User{mail} ...on Post{text} ...on Thing{a:id} ...on Hit{h:__typename} ...on Person{p:id} ...{n:name}}",
    );
    expect(keys("User")).toEqual(["b", "mail", "a", "h", "p", "n"]);
    expect(keys("Post")).toEqual(["b", "text", "a", "h", "n"]);
  });

  it("are those of an interface, for every object of it", () => {
    const { keys } = collecting(
      "{id ...on User{mail} ...on Thing{a:id} ...on Person{p:id} ...on Hit{h:__typename}}",
    );
    expect([keys("Thing"), keys("Person")]).toEqual([
      ["id", "a"],
      ["id", "a", "p"],
    ]);
  });

  it("are merged by response key from all places", () => {
    const { nodes } = collecting("{id ...F x:id ...on Thing{id}} fragment F on Thing{id}");
    expect(nodes("User")).toEqual({ id: ["id", "id", "id", "id", "id", "id"], x: ["id", "x: id", "x: id"] });
  });

  it("are those of a fragment once, however often and wherever it is spread", () => {
    const { keys } = collecting(
      "{...F ...F ...on Thing{...F}} fragment F on Thing{id ...F ...G} fragment G on Thing{name ...F}",
    );
    expect(keys("User")).toEqual(["id", "name"]);
  });

  it("are nothing of a fragment or a type nobody defined", () => {
    expect(collecting("{id ...Gone ...on Nobody{name} ...on constructor{name}}").keys("User")).toEqual([
      "id",
    ]);
  });

  it("may have names that objects have", () => {
    const { keys } = collecting("{__proto__:id constructor:id toString:id}");
    expect(keys("User")).toEqual(["__proto__", "constructor", "toString"]);
  });

  it("leave out what a condition leaves out, and a fragment whose spread was left out may come later", () => {
    const text = "query($v:Boolean!){...F @include(if:$v) id @skip(if:$v) ...F} fragment F on Thing{name}";
    expect(collecting(text).keys("User", "v")).toEqual(["name"]);
    expect(collecting(text).keys("User")).toEqual(["id", "name"]);
  });
});

describe("selections mean the same for every type of an interface", () => {
  it.each([
    ["{id name}", true],
    ["{id ...on Thing{name}}", true],
    ["{id ...F ...F} fragment F on Thing{name ...{x:id}}", true],
    ["{id __typename}", false],
    ["{t:__typename}", false],
    ["{id ...F} fragment F on Thing{__typename}", false],
    ["{id ...on User{id}}", false],
    ["{id ...on Person{id}}", false],
    ["{id ...on Hit{__typename}}", false],
    ["{id ...F} fragment F on User{id}", false],
  ])("%s: %s", (text, expected) => {
    expect(collecting(text).isUniform("Thing")).toBe(expected);
  });

  it.each(["Hit", "User"])("never at a position of %s", (typeName) => {
    expect(collecting("{__typename:id}").isUniform(typeName)).toBe(false);
  });
});

describe("a selection is included", () => {
  const included = (directives: string, ...trueVariables: readonly string[]) => {
    const field = onlyOperation(parse(`{a ${directives}}`))?.selectionSet.selections[0] as FieldNode;
    return isIncluded(field.directives, (name) => trueVariables.includes(name));
  };

  it.each([
    ["", true],
    ["@skip(if:false)", true],
    ["@skip(if:true)", false],
    ["@include(if:true)", true],
    ["@include(if:false)", false],
    ["@skip(if:false) @include(if:true)", true],
    ["@skip(if:true) @include(if:true)", false],
    ["@skip(if:false) @include(if:false)", false],
    ["@include(if:true) @skip(if:true)", false],
    ["@other(if:false)", true],
    ["@Skip(if:true)", true],
  ])("with %j: %s", (directives, expected) => {
    expect(included(directives)).toBe(expected);
  });

  it("by the value of its variable", () => {
    expect([included("@include(if:$v)", "v"), included("@include(if:$v)")]).toEqual([true, false]);
    expect([included("@skip(if:$v)", "v"), included("@skip(if:$v)")]).toEqual([false, true]);
  });

  it("with a condition that is no Boolean as with false", () => {
    expect([
      included('@include(if:"true")'),
      included("@include(if:null)"),
      included("@include"),
      included("@skip(if:1)"),
    ]).toEqual([false, false, false, true]);
  });

  it("without directives at all", () => {
    expect(isIncluded(undefined, () => true)).toBe(true);
  });
});

describe("the variables of conditions", () => {
  it("are those anywhere in the document, each once, and no others", () => {
    const text = `query($a:Boolean!,$b:Boolean!,$c:Boolean!,$d:Boolean!){
      id @include(if:$a) x:id @skip(if:$b) ...F @include(if:$a) y:id @skip(if:true) z(arg:$c) @other(if:$d)}
      fragment F on Thing{id @skip(if:$constructor)}`;
    expect(conditionVariablesOf(parse(text))).toEqual(["a", "b", "constructor"]);
    expect(collecting(text).collector.conditionVariables).toEqual(["a", "b", "constructor"]);
  });
});
