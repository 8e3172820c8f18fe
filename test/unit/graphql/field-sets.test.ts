import { Kind, print } from "graphql";
import { describe, expect, it } from "vitest";
import { itemsOf, parseFieldSet } from "../../../src/graphql/field-sets.js";

const written = (text: string): string => print(parseFieldSet(text)).replace(/\s+/g, " ");
const items = (text: string, on?: string) =>
  itemsOf(parseFieldSet(text), on).map((item) => [item.on, item.node.name.value]);

describe("a field set", () => {
  it.each([
    ["id", "{ id }"],
    ["  id  ", "{ id }"],
    ["id owner { name }", "{ id owner { name } }"],
    ["{ id }", "{ id }"],
    ["\n{id}", "{ id }"],
    ["... on User { id }", "{ ... on User { id } }"],
    ["size(unit: CM) { w }", "{ size(unit: CM) { w } }"],
  ])("%j is %s", (text, expected) => {
    expect(written(text)).toBe(expected);
  });

  it.each(["", "   ", "{", "}", "id {", "{ id", "id }", "$v", "123"])("%j is none", (text) => {
    expect(() => parseFieldSet(text)).toThrow(/Syntax Error/);
  });

  it("keeps no places in the text", () => {
    expect(parseFieldSet("id").loc).toBeUndefined();
  });
});

describe("the fields of a set", () => {
  it("are returned with the innermost type condition around each", () => {
    expect(items("id ... on User { name ... on Admin { level } ... { mail } } ... { no }")).toEqual([
      [undefined, "id"],
      ["User", "name"],
      ["Admin", "level"],
      ["User", "mail"],
      [undefined, "no"],
    ]);
  });

  it("belong to the type they are selected on when there is no condition", () => {
    expect(items("id ... on User { name }", "Thing")).toEqual([
      ["Thing", "id"],
      ["User", "name"],
    ]);
  });

  it("are those directly in it, with what is below in their nodes", () => {
    const [owner] = itemsOf(parseFieldSet("owner { name }"));
    expect(owner?.node.selectionSet?.selections.map(({ kind }) => kind)).toEqual([Kind.FIELD]);
    expect(items("owner { name }")).toEqual([[undefined, "owner"]]);
  });

  it("are nothing of a spread: a field set has no fragments", () => {
    expect(items("id ...F")).toEqual([[undefined, "id"]]);
  });
});
