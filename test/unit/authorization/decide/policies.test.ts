import { describe, expect, it } from "vitest";
import type { AuthorizationSettings, Policy } from "../../../../src/authorization/index.js";
import { ANONYMOUS } from "../../../../src/domain/principal.js";
import { aGraph, aUser, codes } from "../support.js";

const BODY =
  'type Query { s: Int @policy(policies: [["p1", "p2"], ["p3"]]) t: Int @policy(policies: [["p1"]]) open: Int }';

const ask = async (
  policies: Readonly<Record<string, Policy>>,
  query = "{ s }",
  settings: AuthorizationSettings = {},
  principal: Parameters<ReturnType<typeof aGraph>["input"]>[0]["principal"] = aUser(),
) => {
  const graph = aGraph(BODY, {
    policies: new Map(Object.entries(policies)),
    policyTimeoutMs: 50,
    ...settings,
  });
  return graph.authorizer.decide(graph.compile(query).compiled, graph.input({ principal }));
};

describe("policies", () => {
  it.each<[string, Readonly<Record<string, Policy>>, readonly string[]]>([
    ["both of one alternative hold", { p1: () => true, p2: async () => true }, []],
    ["the other alternative holds", { p3: () => true }, []],
    ["only half of one holds", { p1: () => true }, ["FORBIDDEN"]],
    [
      "one throws",
      {
        p1: () => true,
        p2: () => {
          throw new Error("no");
        },
      },
      ["FORBIDDEN"],
    ],
    ["one rejects", { p1: () => true, p2: () => Promise.reject(new Error("no")) }, ["FORBIDDEN"]],
    ["one never answers", { p1: () => true, p2: () => new Promise<boolean>(() => undefined) }, ["FORBIDDEN"]],
    ["one is merely truthy", { p1: () => true, p2: () => "yes" as unknown as boolean }, ["FORBIDDEN"]],
    ["nobody registered any", {}, ["FORBIDDEN"]],
  ])("decide when %s", async (_name, policies, expected) => {
    expect(codes(await ask(policies))).toEqual(expected);
  });

  it("run once per request, whatever asks for them", async () => {
    let asked = 0;
    const p1: Policy = () => {
      asked += 1;
      return true;
    };
    await ask({ p1 }, "{ s t again: t }");
    expect(asked).toBe(1);
  });

  it("are not asked by an operation that does not need them", async () => {
    const never: Policy = () => {
      throw new Error("asked");
    };
    expect((await ask({ p1: never, p3: never }, "{ open }")).kind).toBe("allowed");
  });

  it("do not let a stranger pass, unless read as Apollo reads them", async () => {
    const p3 = () => true;
    expect(codes(await ask({ p3 }, "{ s }", {}, ANONYMOUS))).toEqual(["UNAUTHENTICATED"]);
    expect(codes(await ask({ p3 }, "{ s }", { policyMode: "apollo" }, ANONYMOUS))).toEqual([]);
  });

  it("do not keep a late answer for the next request", async () => {
    const slow: Policy = () => new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 80));
    const graph = aGraph(BODY, { policies: new Map([["p3", slow]]), policyTimeoutMs: 20 });
    const { compiled } = graph.compile("{ s }");
    const first = await graph.authorizer.decide(compiled, graph.input({ principal: aUser() }));
    const second = await graph.authorizer.decide(compiled, graph.input({ principal: aUser() }));
    expect([first.kind, second.kind]).toEqual(["filtered", "filtered"]);
  });
});
