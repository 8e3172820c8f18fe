import { Kind, parse, print } from "graphql";
import { describe, expect, it } from "vitest";
import { onlyOperation } from "../../../src/graphql/documents.js";
import { mergeSelections } from "../../../src/graphql/merge-selections.js";

const selectionsOf = (text: string) => onlyOperation(parse(text))?.selectionSet.selections ?? [];
const merged = (first: string, second: string): string | undefined => {
  const selections = mergeSelections(selectionsOf(first), selectionsOf(second));
  return selections && print({ kind: Kind.SELECTION_SET, selections }).replace(/\s+/g, " ");
};

describe("two selections in one", () => {
  it.each([
    ["{a b}", "{b c}", "{ a b c }"],
    ["{a{x}}", "{a{y}}", "{ a { x y } }"],
    ["{a{x{p}}}", "{a{x{q} y}}", "{ a { x { p q } y } }"],
    ["{x:a}", "{x:a a}", "{ x: a a }"],
    ["{...on T{a}}", "{...on T{b}}", "{ ... on T { a b } }"],
    ["{...on T{a}}", "{...on U{a}}", "{ ... on T { a } ... on U { a } }"],
    ["{...{a}}", "{...{b} ...on T{c}}", "{ ... { a b } ... on T { c } }"],
    ["{a(n:1){x}}", "{a(n:1){y}}", "{ a(n: 1) { x y } }"],
    ["{a}", "{a}", "{ a }"],
    ["{__proto__:a constructor}", "{constructor b}", "{ __proto__: a constructor b }"],
  ])("%s and %s", (first, second, expected) => {
    expect(merged(first, second)).toBe(expected);
  });

  it.each([
    ["{x:a}", "{x:b}"],
    ["{a(n:1)}", "{a(n:2)}"],
    ["{a(n:1)}", "{a}"],
    ["{a(n:$v)}", "{a(n:$w)}"],
    ["{a @include(if:$v)}", "{a}"],
    ["{p{x:a}}", "{p{x:b}}"],
    ["{...on T{x:a}}", "{...on T{x:b}}"],
  ])("are none where one key has two meanings: %s and %s", (first, second) => {
    expect(merged(first, second)).toBeUndefined();
  });

  it("leave both as they were", () => {
    const [first, second] = [selectionsOf("{a{x}}"), selectionsOf("{a{y} b}")];
    const before = [first, second].map((one) => JSON.stringify(one));
    mergeSelections(first, second);
    expect([first, second].map((one) => JSON.stringify(one))).toEqual(before);
  });

  it("are either of them when the other is empty", () => {
    expect(mergeSelections([], selectionsOf("{a}"))).toEqual(selectionsOf("{a}"));
    expect(mergeSelections(selectionsOf("{a}"), [])).toEqual(selectionsOf("{a}"));
  });
});
