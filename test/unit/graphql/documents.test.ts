import { type FieldNode, Kind, parse, print } from "graphql";
import { describe, expect, it } from "vitest";
import {
  fragmentNamed,
  fragmentsOf,
  inlined,
  inlineFragment,
  isIntrospection,
  isIntrospectionName,
  isTypename,
  onlyOperation,
  responseKey,
  TYPENAME,
} from "../../../src/graphql/documents.js";

const selectionsOf = (text: string) => onlyOperation(parse(text))?.selectionSet.selections ?? [];
const fieldsOf = (text: string) => selectionsOf(text) as readonly FieldNode[];
const flat = (text: string): string => text.replace(/\s+/g, " ").trim();

describe("the operation of a document", () => {
  it("is found behind fragments, and is none where there are only fragments", () => {
    expect(onlyOperation(parse("fragment F on Query{a} mutation M{b}"))?.name?.value).toBe("M");
    expect(onlyOperation(parse("fragment F on Query{a}"))).toBeUndefined();
  });
});

describe("fragments", () => {
  const document = parse(
    "{a} fragment F on Query{a} fragment constructor on Query{b} fragment F on Query{c}",
  );
  const body = (node: { readonly selectionSet: Parameters<typeof print>[0] } | undefined) =>
    node === undefined ? undefined : flat(print(node.selectionSet));

  it("are found by name, of two with one name the last of all and the first of a look-up", () => {
    expect([...fragmentsOf(document).keys()]).toEqual(["F", "constructor"]);
    expect(body(fragmentsOf(document).get("F"))).toBe("{ c }");
    expect(body(fragmentNamed(document, "F"))).toBe("{ a }");
  });

  it.each(["toString", "__proto__", "a", "f", ""])(
    "are not found under %j when nobody defined it",
    (name) => {
      expect([fragmentsOf(document).get(name), fragmentNamed(document, name)]).toEqual([
        undefined,
        undefined,
      ]);
    },
  );

  it("are found under names that objects have when they are defined", () => {
    expect(body(fragmentNamed(document, "constructor"))).toBe("{ b }");
  });
});

describe("names of fields", () => {
  it("are keys of the response by their alias, if they have one", () => {
    expect(fieldsOf("{a b:a __proto__:a}").map(responseKey)).toEqual(["a", "b", "__proto__"]);
  });

  it("recognise __typename only under its own name", () => {
    const selections = selectionsOf(
      "{__typename t:__typename __typename:a __typename @skip(if:true) ...{__typename} typename}",
    );
    expect(selections.map(isTypename)).toEqual([true, false, false, true, false, false]);
    expect([isTypename(TYPENAME), print(TYPENAME)]).toEqual([true, "__typename"]);
  });

  it("recognise what the gateway answers itself by the field, not by the alias", () => {
    expect(fieldsOf("{__schema a:__type __schema:a __typename __Schema}").map(isIntrospection)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(["__schema", "__type", "__typename", "schema", ""].map(isIntrospectionName)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe("an inline fragment", () => {
  it("is written with its type and selections", () => {
    expect(flat(print(inlineFragment("User", selectionsOf("{id name}"))))).toBe("... on User { id name }");
  });
});

describe("selections with their spreads written out", () => {
  const written = (text: string) => {
    const document = parse(text);
    const selections = inlined(document, onlyOperation(document)?.selectionSet.selections ?? []);
    return flat(print({ kind: Kind.SELECTION_SET, selections }));
  };

  it("select the same at every depth, with the types of the fragments", () => {
    const text = "{a{...F} ...on Query{b} ...{c}} fragment F on T{x{...G} y} fragment G on U{z}";
    expect(written(text)).toBe("{ a { ... on T { x { ... on U { z } } y } } ... on Query { b } ... { c } }");
  });

  it("keep aliases and arguments, and write a fragment as often as it is spread", () => {
    const text = "{...F a:b(x:1){...F}} fragment F on T{c}";
    expect(written(text)).toBe("{ ... on T { c } a: b(x: 1) { ... on T { c } } }");
  });

  it("have nothing of a fragment nobody defined", () => {
    const [selection] = inlined(parse("{a}"), selectionsOf("{...Gone}"));
    expect(selection).toEqual({
      kind: Kind.INLINE_FRAGMENT,
      selectionSet: { kind: Kind.SELECTION_SET, selections: [] },
    });
  });

  it("leave the document as it was", () => {
    const text = "{...F} fragment F on T{c{d}}";
    const document = parse(text);
    const before = print(document);
    inlined(document, onlyOperation(document)?.selectionSet.selections ?? []);
    expect(print(document)).toBe(before);
  });
});
