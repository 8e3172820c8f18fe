import { parse } from "graphql";
import { describe, expect, it } from "vitest";
import type { FetchGuard } from "../../../../src/authorization/authorizer.js";
import { OPEN } from "../../../../src/domain/requirement.js";
import type { FetchNode, PlanNode } from "../../../../src/federation/plan/plan.js";
import { describePlan } from "../../../../src/federation/planning/describe-plan.js";

const requires = [
  {
    kind: "fragment" as const,
    typeCondition: "User",
    selections: [
      { kind: "field" as const, name: "id", outputName: "id", selections: undefined },
      {
        kind: "field" as const,
        name: "_internal_profile",
        outputName: "profile",
        selections: [{ kind: "field" as const, name: "name", outputName: "name", selections: undefined }],
      },
    ],
    skipIf: undefined,
    includeIf: undefined,
  },
];
const fetch = (subgraph: string, operation = "{a}", given: Partial<FetchNode> = {}): FetchNode => ({
  kind: "fetch",
  subgraph,
  operation,
  operationKind: "query",
  variableUsages: [],
  requires: undefined,
  inputRewrites: [],
  outputRewrites: [],
  ...given,
});
const path = [
  { kind: "field" as const, name: "me" },
  { kind: "field" as const, name: "posts" },
  { kind: "list" as const },
  { kind: "types" as const, names: ["Post", "Draft"] },
  { kind: "field" as const, name: "author" },
];

/** The calls of the fetch verifier, and a description. */
const describing = (plan: PlanNode, guards: readonly FetchGuard[] = []) => {
  const asked: unknown[] = [];
  const described = describePlan(plan, {
    parseFetch: parse,
    verifier: {
      assertGranted: () => undefined,
      carriesUngranted: () => false,
      guardsOf(subgraph, document, sent) {
        asked.push([subgraph, document.definitions.length, Object.fromEntries(sent ?? [])]);
        return guards;
      },
    },
  });
  return { asked, described };
};

describe("a described plan", () => {
  it("has a root fetch with its guards in words", () => {
    const guard: FetchGuard = {
      coordinate: "Query.a",
      requirement: { ...OPEN, authenticated: true, maxAgeSeconds: 60 },
      allowedAs: "granted",
    };
    expect(describing(fetch("a"), [guard]).described).toEqual({
      kind: "fetch",
      subgraph: "a",
      at: [],
      sends: [],
      operation: "{a}",
      guards: [{ coordinate: "Query.a", demand: "signed in, proved within 60 s", allowedAs: "granted" }],
    });
  });

  it("contains the path of an entity fetch, and the sent fields under their sent names", () => {
    const { described, asked } = describing({
      kind: "flatten",
      path,
      node: fetch("b", "query($r:[_Any!]!){_entities(representations:$r){...on User{name}}}", { requires }),
    });
    expect(described).toMatchObject({
      at: ["me.posts[](Post | Draft).author"],
      sends: ["...on User{id profile{name}}"],
    });
    expect(asked).toEqual([["b", 1, { _entities: ["User"] }]]);
  });

  it("shows a batch as one request with the places of all its parts", () => {
    const alias = {
      variable: "r",
      paths: [path.slice(0, 1), path.slice(0, 3)],
      inputRewrites: [],
      outputRewrites: [],
    };
    const { described, asked } = describing({
      kind: "batch",
      subgraph: "b",
      operationKind: "query",
      operation: "{e0:a}",
      variableUsages: [],
      aliases: [
        { ...alias, alias: "e0", requires },
        { ...alias, alias: "e1", paths: [path], requires: [] },
      ],
    });
    expect(described).toMatchObject({
      kind: "fetch",
      at: ["me", "me.posts[]", "me.posts[](Post | Draft).author"],
      sends: ["...on User{id profile{name}}", ""],
    });
    expect(asked).toEqual([["b", 1, { e0: ["User"], e1: [] }]]);
  });

  it("keeps the order and shape of sequences, parallels and conditions", () => {
    const { described } = describing({
      kind: "sequence",
      nodes: [
        { kind: "parallel", nodes: [fetch("a"), fetch("b")] },
        { kind: "condition", variable: "v", whenTrue: undefined, whenFalse: fetch("c") },
      ],
    });
    expect(described).toMatchObject({
      kind: "sequence",
      nodes: [
        { kind: "parallel", nodes: [{ subgraph: "a" }, { subgraph: "b" }] },
        { kind: "condition", variable: "v", whenTrue: null, whenFalse: { subgraph: "c" } },
      ],
    });
  });
});
