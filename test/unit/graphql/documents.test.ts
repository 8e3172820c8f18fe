import { Kind, parse, print, type SelectionNode } from "graphql";
import { describe, expect, it } from "vitest";
import {
  fragmentNamed,
  fragmentsOf,
  inlined,
  inlineFragment,
  isIntrospection,
  isTypename,
  onlyOperation,
  responseKey,
  TYPENAME,
} from "../../../src/graphql/documents.js";

const document = parse(`
  query Q { __schema { description } me: user { ...Names kind: __typename __typename } }
  fragment Names on User { name ...Friends }
  fragment Friends on User { friends { name } }
`);
const selections = onlyOperation(document)?.selectionSet.selections ?? [];
const user = selections.flatMap((one) => (one.kind === Kind.FIELD && one.alias ? [one] : []))[0];
const written = (all: readonly SelectionNode[]): string =>
  all.map((one) => print(one).replace(/\s+/g, " ")).join(" ");

describe("a document as data", () => {
  it("has an operation and fragments by name", () => {
    expect(onlyOperation(document)?.name?.value).toBe("Q");
    expect([...fragmentsOf(document).keys()]).toEqual(["Names", "Friends"]);
    expect(fragmentNamed(document, "Friends")?.typeCondition.name.value).toBe("User");
    expect(fragmentNamed(document, "None")).toBeUndefined();
  });

  it("has response keys, and the fields that every object has", () => {
    expect(user === undefined ? undefined : responseKey(user)).toBe("me");
    expect(selections.map((one) => one.kind === Kind.FIELD && isIntrospection(one))).toEqual([true, false]);
    expect(user?.selectionSet?.selections.map(isTypename)).toEqual([false, false, true]);
    expect(isTypename(TYPENAME)).toBe(true);
  });

  it("writes spreads as inline fragments, at any depth", () => {
    expect(written(inlined(document, user?.selectionSet?.selections ?? []))).toBe(
      "... on User { name ... on User { friends { name } } } kind: __typename __typename",
    );
    expect(written([inlineFragment("User", [TYPENAME])])).toBe("... on User { __typename }");
  });
});
