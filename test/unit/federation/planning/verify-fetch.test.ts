import { describe, expect, it } from "vitest";
import { FaultError } from "../../../../src/domain/errors.js";
import type { PlanNode } from "../../../../src/federation/plan/plan.js";
import { assertGranted } from "../../../../src/federation/planning/verify-fetch.js";
import {
  aBatch,
  aFetch,
  anEntityFetch,
  flattened,
  pathOf,
  required,
} from "../../../support/plan-builders.js";

const askedAbout = (plan: PlanNode | undefined) => {
  const asked: unknown[] = [];
  assertGranted(plan, (subgraph, operation, sent) =>
    asked.push([subgraph, operation, Object.fromEntries(sent)]),
  );
  return asked;
};
const [A, B, C, D] = ["a", "b", "c", "d"].map((name) => aFetch(name, `{${name}}`)) as [
  PlanNode,
  PlanNode,
  PlanNode,
  PlanNode,
];

describe("the fetch verifier", () => {
  it("checks every fetch, in every branch of a condition", () => {
    const plan: PlanNode = {
      kind: "sequence",
      nodes: [
        { kind: "parallel", nodes: [A] },
        {
          kind: "condition",
          variable: "v",
          whenTrue: B,
          whenFalse: {
            kind: "sequence",
            nodes: [{ kind: "condition", variable: "w", whenTrue: undefined, whenFalse: C }],
          },
        },
        { kind: "condition", variable: "w", whenTrue: D, whenFalse: undefined },
      ],
    };
    expect(askedAbout(plan)).toEqual(["a", "b", "c", "d"].map((name) => [name, `{${name}}`, {}]));
  });

  it("checks entities with the types that the plan sends", () => {
    const fetch = anEntityFetch("e", "{...on User{name}}", [required("User", "id"), required("Admin", "id")]);
    expect(askedAbout(flattened(pathOf("me"), fetch))).toEqual([
      ["e", fetch.operation, { _entities: ["User", "Admin"] }],
    ]);
  });

  it("checks a batch with the types under each alias", () => {
    const batch = aBatch("e", [
      { alias: "_e0", selections: "{id}", path: [], requires: [required("User", "id")] },
      { alias: "constructor", selections: "{id}", path: [], requires: [required("Post", "id")] },
    ]);
    expect(askedAbout(batch)).toEqual([["e", batch.operation, { _e0: ["User"], constructor: ["Post"] }]]);
  });

  it("counts fields sent outside a type condition for no type", () => {
    const fetch = anEntityFetch("e", "{id}", [
      { kind: "field", name: "id", outputName: "id", selections: undefined },
      required("User", "id"),
    ]);
    expect(askedAbout(fetch)).toMatchObject([["e", fetch.operation, { _entities: ["User"] }]]);
  });

  it("checks nothing for a plan without a fetch", () => {
    expect(askedAbout(undefined)).toEqual([]);
    expect(askedAbout({ kind: "sequence", nodes: [] })).toEqual([]);
  });

  it.each([0, 1, 2])("refuses the whole plan for the fetch at %i alone", (position) => {
    const nodes = [A, B, C];
    let at = 0;
    const refuse = () => {
      if (at === position) throw new FaultError("INTERNAL_SERVER_ERROR", "not granted");
      at += 1;
    };
    expect(() => assertGranted({ kind: "parallel", nodes }, refuse)).toThrow("not granted");
  });
});
