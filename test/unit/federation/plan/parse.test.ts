import { describe, expect, it } from "vitest";
import { FaultError } from "../../../../src/domain/errors.js";
import { parsePlan } from "../../../../src/federation/plan/parse.js";

const fetch = (given: object = {}) => ({ kind: "Fetch", serviceName: "a", operation: "{a}", ...given });
const flatten = (path: unknown, node: unknown = fetch()) => ({ kind: "Flatten", path, node });
const batch = (alias: object = {}) => ({
  kind: "BatchFetch",
  serviceName: "a",
  operation: "{a}",
  entityBatch: {
    aliases: [{ alias: "e0", representationsVariableName: "r0", paths: [["@"]], requires: [], ...alias }],
  },
});
const parse = (node: unknown) => parsePlan({ node });

describe("a plan that is read", () => {
  it("is none where there is nothing to fetch", () => {
    expect(parsePlan({})).toBeUndefined();
    expect(parsePlan({ node: null })).toBeUndefined();
  });

  it("has a fetch with defaults for what the planner leaves out", () => {
    expect(parse(fetch())).toEqual({
      kind: "fetch",
      subgraph: "a",
      operationKind: "query",
      operation: "{a}",
      variableUsages: [],
      requires: undefined,
      inputRewrites: [],
      outputRewrites: [],
    });
    expect(parse(fetch({ operationKind: "mutation", variableUsages: ["x"], requires: [] }))).toMatchObject({
      operationKind: "mutation",
      variableUsages: ["x"],
      // An entity fetch of nothing is another thing than a root fetch.
      requires: [],
    });
  });

  it("has paths of fields, lists and types", () => {
    const path = [{ Field: "me" }, "@", { TypeCondition: ["User", "Admin"] }];
    expect(parse(flatten(path))).toMatchObject({
      path: [{ kind: "field", name: "me" }, { kind: "list" }, { kind: "types", names: ["User", "Admin"] }],
      node: { kind: "fetch" },
    });
  });

  it("distinguishes the key in the tree from the key that is sent", () => {
    const requires = [
      {
        kind: "InlineFragment",
        typeCondition: "User",
        skipIf: "s",
        includeIf: null,
        selections: [
          { kind: "Field", name: "_a0", alias: "id", selections: [] },
          { kind: "Field", name: "home", selections: [{ kind: "Field", name: "city", alias: null }] },
        ],
      },
    ];
    expect(parse(fetch({ requires }))).toMatchObject({
      requires: [
        {
          kind: "fragment",
          typeCondition: "User",
          skipIf: "s",
          includeIf: undefined,
          selections: [
            { kind: "field", name: "_a0", outputName: "id", selections: undefined },
            { name: "home", outputName: "home", selections: [{ name: "city", outputName: "city" }] },
          ],
        },
      ],
    });
  });

  it("has rewrites in both forms of the planner", () => {
    const path = [{ TypenameEquals: ["A", "B"] }, { Key: "k" }];
    const steps = [
      { kind: "types", names: ["A", "B"] },
      { kind: "key", name: "k" },
    ];
    const inputRewrites = [
      { ValueSetter: { path, setValueTo: "v" } },
      { kind: "ValueSetter", path: [], setValueTo: "w" },
    ];
    const outputRewrites = [{ KeyRenamer: { path, renameKeyTo: "n" } }];
    expect(parse(fetch({ inputRewrites, outputRewrites }))).toMatchObject({
      inputRewrites: [
        { kind: "set", path: steps, value: "v" },
        { kind: "set", path: [], value: "w" },
      ],
      outputRewrites: [{ kind: "rename", path: steps, to: "n" }],
    });
  });

  it("has the shape of sequences, parallels, conditions and batches", () => {
    const condition = { kind: "Condition", condition: "v", ifClause: fetch(), elseClause: null };
    expect(
      parse({ kind: "Sequence", nodes: [{ kind: "Parallel", nodes: [batch()] }, condition] }),
    ).toMatchObject({
      kind: "sequence",
      nodes: [
        {
          kind: "parallel",
          nodes: [{ kind: "batch", aliases: [{ alias: "e0", variable: "r0", paths: [[{ kind: "list" }]] }] }],
        },
        { kind: "condition", variable: "v", whenTrue: { kind: "fetch" }, whenFalse: undefined },
      ],
    });
  });
});

describe("a plan that is not known to the last word", () => {
  it.each<[string, unknown]>([
    ["no object", []],
    ["a node of an unknown kind", { node: { kind: "Later" } }],
    ["a deferred node", { node: { kind: "Defer", primary: fetch(), deferred: [] } }],
    ["a subscription node", { node: { kind: "Subscription", primary: fetch() } }],
    ["a fetch of a subscription", { node: fetch({ operationKind: "subscription" }) }],
    ["a fetch without a subgraph", { node: fetch({ serviceName: undefined }) }],
    ["a fetch without an operation", { node: fetch({ operation: 1 }) }],
    ["variables that are no names", { node: fetch({ variableUsages: [1] }) }],
    ["a flatten of a batch", { node: flatten([], batch()) }],
    ["a flatten of a sequence", { node: flatten([], { kind: "Sequence", nodes: [] }) }],
    ["an unknown path segment", { node: flatten(["*"]) }],
    ["a path segment of another sort", { node: flatten([{ Index: 0 }]) }],
    ["a path that is no list", { node: flatten("me") }],
    ["type conditions that are no names", { node: flatten([{ TypeCondition: "User" }]) }],
    ["a required selection of an unknown kind", { node: fetch({ requires: [{ kind: "FragmentSpread" }] }) }],
    [
      "a required fragment without a type",
      { node: fetch({ requires: [{ kind: "InlineFragment", selections: [] }] }) },
    ],
    ["an unknown rewrite", { node: fetch({ inputRewrites: [{ ValueRemover: {} }] }) }],
    [
      "an unknown step of a rewrite",
      { node: fetch({ inputRewrites: [{ ValueSetter: { path: [{}], setValueTo: "v" } }] }) },
    ],
    [
      "a value that is no text",
      { node: fetch({ inputRewrites: [{ ValueSetter: { path: [], setValueTo: 1 } }] }) },
    ],
    ["a batch without a variable", { node: batch({ representationsVariableName: null }) }],
    ["a condition without a variable", { node: { kind: "Condition", ifClause: fetch() } }],
  ])("is refused: %s", (_name, plan) => {
    expect(() => parsePlan(plan)).toThrow(FaultError);
    expect(() => parsePlan(plan)).toThrow(/^the planner answered with /);
  });

  it("is refused at any place of the unknown node", () => {
    const deep = {
      kind: "Sequence",
      nodes: [fetch(), { kind: "Condition", condition: "v", elseClause: flatten(["?"]) }],
    };
    expect(() => parse(deep)).toThrow(FaultError);
  });
});
