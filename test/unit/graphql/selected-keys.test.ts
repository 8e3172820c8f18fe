import { parse } from "graphql";
import { describe, expect, it } from "vitest";
import { onlyOperation } from "../../../src/graphql/documents.js";
import { createFetchParser, fieldsOf, keysOf } from "../../../src/graphql/selected-keys.js";

const of = <T>(text: string, read: (...args: Parameters<typeof keysOf>) => T): T => {
  const document = parse(text);
  const operation = onlyOperation(document);
  if (operation === undefined) throw new Error("no operation");
  return read(document, operation.selectionSet);
};

describe("the fields of a selection", () => {
  it("are those of fragments as well, whatever their type, and not those below", () => {
    const text = "{a ...on T{b{x}} ...{c} ...F} fragment F on U{d ...G} fragment G on V{e}";
    expect(of(text, fieldsOf).map(({ name }) => name.value)).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("are those of a fragment once, however often it is spread, itself included", () => {
    const text = "{...F ...F ...{...F}} fragment F on T{a ...F ...G} fragment G on T{b ...F}";
    expect(of(text, fieldsOf).map(({ name }) => name.value)).toEqual(["a", "b"]);
  });

  it("are each selection of one key, and its key once", () => {
    const text = "{a a x:a a(n:1)}";
    expect([of(text, fieldsOf).length, of(text, keysOf)]).toEqual([4, ["a", "x"]]);
  });

  it("are nothing of a fragment nobody defined", () => {
    expect(of("{...Gone ...constructor a}", keysOf)).toEqual(["a"]);
  });

  it("may have names that objects have", () => {
    expect(of("{__proto__:a constructor toString:b}", keysOf)).toEqual([
      "__proto__",
      "constructor",
      "toString",
    ]);
  });
});

describe("a parser of fetches", () => {
  it("reads each text once, and forgets nothing between", () => {
    const read = createFetchParser();
    const first = read("{a}");
    expect(read("{b}")).not.toBe(first);
    expect(read("{a}")).toBe(first);
    expect(createFetchParser()("{a}")).not.toBe(first);
  });

  it("reads texts that are names of objects' members like any other", () => {
    expect(() => createFetchParser()("constructor")).toThrow(/Syntax Error/);
  });

  it("throws for the same text each time: a failure is no document", () => {
    const read = createFetchParser();
    for (let n = 0; n < 2; n += 1) expect(() => read("{a")).toThrow(/Syntax Error/);
  });

  it("keeps no places in the text", () => {
    expect(createFetchParser()("{a}").loc).toBeUndefined();
  });
});
