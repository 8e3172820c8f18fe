import { describe, expect, it } from "vitest";
import type { Disclosure } from "../../../../src/authorization/index.js";
import { aGraph, aUser, NOW } from "../support.js";

const BODY = `type Query { a: Int @auth(scopes: ["x"], maxAge: 600) b: Int @auth(anyOf: [["x", "y"], ["z"]], maxAge: 60) n: Node }
  interface Node { id: ID! } type Pub implements Node { id: ID! } type Priv implements Node @auth(scopes: ["p"]) { id: ID! }`;

const answer = (disclosure: Disclosure, query: string, principal = aUser({ scopes: ["mine"] })) => {
  const graph = aGraph(BODY, { disclosure });
  const decision = graph.decide(query, { principal });
  const denied = "denied" in decision ? decision.denied : [];
  return {
    errors: denied.map((one) => graph.authorizer.toError(one, ["k"], principal)),
    challenge: graph.authorizer.challengeOf(denied),
  };
};

describe("what a refusal tells of types clients do not know", () => {
  const HIDDEN = `type Query { n: Node s: Some }
    interface Node { id: ID! }
    type Pub implements Node @auth(scopes: ["p"]) { id: ID! }
    type Hid implements Node @inaccessible @auth(scopes: ["undercover"]) { id: ID! secret: Int @auth(scopes: ["deep"]) }
    union Some = Pub | Hid | Open
    type Open { id: ID! }`;

  it.each(["precise", "strict"] as const)("is never a scope of theirs, at `full` and %s", (interfaces) => {
    const graph = aGraph(HIDDEN, { disclosure: "full", interfaces });
    for (const principal of [aUser({ scopes: ["p"] }), aUser()]) {
      const decision = graph.decide("{ n { id } s { ... on Node { id } ... on Open { id } } }", {
        principal,
      });
      const denied = "denied" in decision ? decision.denied : [];
      expect(denied.length).toBeGreaterThan(0);
      const told = JSON.stringify([denied, graph.authorizer.challengeOf(denied)]);
      expect(told).not.toMatch(/undercover|deep|Hid/);
    }
  });

  it("is still every scope of the types they do know", () => {
    const graph = aGraph(HIDDEN, { disclosure: "full" });
    const decision = graph.decide("{ s { ... on Node { id } } }", { principal: aUser() });
    expect("denied" in decision && graph.authorizer.challengeOf(decision.denied)?.scopes).toEqual([["p"]]);
  });
});

describe("what a refusal tells", () => {
  it("is the code alone at `none`", () => {
    expect(answer("none", "{ a b }")).toEqual({
      errors: [
        { message: "Not allowed.", path: ["k"], extensions: { code: "FORBIDDEN" } },
        { message: "Not allowed.", path: ["k"], extensions: { code: "FORBIDDEN" } },
      ],
      challenge: undefined,
    });
  });

  it("adds one combined challenge with the smallest window at `codes`", () => {
    const { errors, challenge } = answer("codes", "{ a b }");
    expect(challenge).toEqual({ code: "FORBIDDEN", maxAge: 60 });
    expect(errors.map((one) => one.extensions)).toEqual([{ code: "FORBIDDEN" }, { code: "FORBIDDEN" }]);
  });

  it("adds coordinates, scopes and times at `full`, combined so that one step-up is enough", () => {
    const { errors, challenge } = answer("full", "{ a b }");
    expect(challenge).toEqual({
      code: "FORBIDDEN",
      maxAge: 60,
      scopes: [
        ["x", "y"],
        ["x", "z"],
      ],
    });
    expect(errors[1]?.extensions).toEqual({
      code: "FORBIDDEN",
      coordinate: "Query.b",
      requiredScopes: [["z"], ["x", "y"]],
      maxAge: 60,
      authTime: NOW - 3600,
    });
  });

  it.each(["none", "codes", "full"] as const)("never holds the caller's own scopes at `%s`", (disclosure) => {
    expect(JSON.stringify(answer(disclosure, "{ a b n { id } }"))).not.toContain("mine");
  });

  it("names no runtime type below `full`", () => {
    expect(JSON.stringify(answer("codes", "{ n { id } }"))).not.toContain("Priv");
    expect(JSON.stringify(answer("none", "{ n { id } }"))).not.toContain("Priv");
  });

  it("takes the highest precedence of all denials for the challenge", () => {
    const stale = aUser({ scopes: ["x", "y"] });
    expect(answer("codes", "{ a b }", stale).challenge).toEqual({ code: "STEP_UP_REQUIRED", maxAge: 60 });
    expect(answer("codes", "{ a b n { id } }", stale).challenge?.code).toBe("FORBIDDEN");
  });

  it("names a runtime type at `full`, but never one that clients cannot see", () => {
    const graph = aGraph(
      `type Query { n: Node } interface Node { id: ID! } type Seen implements Node @auth(scopes: ["s"]) { id: ID! }
       type Ghost implements Node @inaccessible @auth(scopes: ["g"]) { id: ID! }`,
      { disclosure: "full" },
    );
    const { document, compiled } = graph.compile("{ n { id } }");
    const decision = graph.authorizer.decide(compiled, graph.input({ principal: aUser() }));
    const operation = document.definitions[0];
    const node = operation?.kind === "OperationDefinition" ? operation.selectionSet.selections[0] : undefined;
    const told = (type: string) =>
      "denials" in decision && node?.kind === "Field"
        ? decision.denials.position(node, "Query", type)?.coordinate
        : "nobody asked";
    expect([told("Seen"), told("Ghost")]).toEqual(["Seen", "Query.n"]);
  });
});
