import { parse } from "graphql";
import { describe, expect, it } from "vitest";
import type { FetchNode, PathStep, PlanNode } from "../../../../../src/federation/plan/plan.js";
import { mayShare } from "../../../../../src/federation/result/sharing/may-share.js";

const fetchOf = (operation: string, extra: Partial<FetchNode> = {}): FetchNode => ({
  kind: "fetch",
  subgraph: "any",
  operationKind: "query",
  operation,
  variableUsages: [],
  requires: undefined,
  inputRewrites: [],
  outputRewrites: [],
  ...extra,
});
const field = (name: string): PathStep => ({ kind: "field", name });
const LIST: PathStep = { kind: "list" };
const entities = (
  path: readonly PathStep[],
  selection: string,
  extra: Partial<FetchNode> = {},
): PlanNode => ({
  kind: "flatten",
  path,
  node: fetchOf(`query($r:[_Any!]!){_entities(representations:$r){...on User{${selection}}}}`, {
    requires: [],
    ...extra,
  }),
});
const sequence = (...nodes: PlanNode[]): PlanNode => ({ kind: "sequence", nodes });
const judge = (plan: PlanNode): boolean => mayShare(plan, (operation) => parse(operation));

const USERS = [field("users"), LIST];
const root = fetchOf("{users{__typename id}}");

describe("plans whose answers may share equal objects", () => {
  it.each([
    ["one fetch", root],
    ["entities with fields of their own", sequence(root, entities(USERS, "name place{town}"))],
    [
      "the same field at different places",
      sequence(root, entities(USERS, "friend{__typename id}"), entities([...USERS, field("friend")], "name")),
    ],
    ["the runtime type, asked by many", sequence(root, entities(USERS, "__typename name"))],
    [
      "a batch for two places",
      sequence(root, {
        kind: "batch",
        subgraph: "any",
        operationKind: "query",
        operation:
          "query($a:[_Any!]!){_e0:_entities(representations:$a){...on User{name}} _e1:_entities(representations:$a){...on User{age}}}",
        variableUsages: [],
        aliases: ["_e0", "_e1"].map((alias) => ({
          alias,
          variable: "a",
          paths: [USERS],
          requires: [],
          inputRewrites: [],
          outputRewrites: [],
        })),
      }),
    ],
  ])("are those with %s", (_what, plan) => {
    expect(judge(plan)).toBe(true);
  });

  it.each([
    [
      "two fetches answer parts of one object",
      sequence(root, entities(USERS, "place{town}"), entities(USERS, "place{country}")),
    ],
    ["two fetches answer one leaf, which may be an object", sequence(root, entities(USERS, "id"))],
    [
      "parts of one object come through root fields",
      { kind: "parallel", nodes: [root, fetchOf("{users{name}}")] } satisfies PlanNode,
    ],
    [
      "a part hides in a fragment",
      sequence(fetchOf("{users{...f}} fragment f on User{place{town}}"), entities(USERS, "place{country}")),
    ],
    [
      "a condition stands around one of them",
      sequence(root, {
        kind: "condition",
        variable: "v",
        whenTrue: entities(USERS, "place{town}"),
        whenFalse: entities(USERS, "place{town}"),
      }),
    ],
    [
      "a path depends on the runtime type",
      sequence(root, entities([...USERS, { kind: "types", names: ["User"] }], "name")),
    ],
    [
      "a key is renamed in place",
      sequence(
        root,
        entities(USERS, "a:name", {
          outputRewrites: [{ kind: "rename", path: [{ kind: "key", name: "a" }], to: "name" }],
        }),
      ),
    ],
    ["one key has two selections", fetchOf("{users{place{town} ...on User{place{country}}}}")],
  ])("are not those where %s", (_what, plan) => {
    expect(judge(plan)).toBe(false);
  });
});
