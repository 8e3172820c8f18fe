import { buildSchema, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { compilePlan } from "../../../../src/federation/execute/compile.js";
import type { ExecutionState } from "../../../../src/federation/execute/state.js";
import type { PlanNode } from "../../../../src/federation/plan/plan.js";
import type { JsonObject } from "../../../../src/federation/result/json.js";
import type { SubgraphAnswer } from "../../../../src/federation/result/subgraph-answer.js";
import { createTypeConditions } from "../../../../src/graphql/type-conditions.js";
import {
  aBatch,
  aFetch,
  anEntityFetch,
  anExecution,
  answered,
  answeredWithErrors,
  flattened,
  pathOf,
  required,
} from "../../../support/plan-builders.js";

const types = createTypeConditions(
  buildSchema(`
    type User { id: ID name: String place: Place }
    type Place { id: ID town: String country: String }
    type Query { users: [User] me: User a: Int b: Int c: Int }
  `),
);
const sequence = (...nodes: readonly PlanNode[]): PlanNode => ({ kind: "sequence", nodes });
const parallel = (...nodes: readonly PlanNode[]): PlanNode => ({ kind: "parallel", nodes });
const condition = (whenTrue?: PlanNode, whenFalse?: PlanNode): PlanNode => ({
  kind: "condition",
  variable: "v",
  whenTrue,
  whenFalse,
});
const [A, B, C] = [aFetch("a", "{a}"), aFetch("b", "{b}"), aFetch("c", "{c}")];
const VALUES: Readonly<Record<string, unknown>> = { a: { a: 1 }, b: { b: 2 }, c: { c: 3 } };

/** Subgraphs for which the test answers. */
const heldExecution = (more: Partial<ExecutionState> = {}) => {
  const held = new Map<string, () => void>();
  const requested: string[] = [];
  const state = anExecution(
    ({ subgraph }) =>
      new Promise<SubgraphAnswer>((resolve) => {
        requested.push(subgraph);
        held.set(subgraph, () => resolve(answered(VALUES[subgraph])));
      }),
    more,
  );
  const answer = async (subgraph: string): Promise<void> => {
    held.get(subgraph)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { state, requested, answer };
};

describe("the order of fetches", () => {
  it("in a sequence is one after the other", async () => {
    const { state, requested, answer } = heldExecution();
    const running = compilePlan(sequence(A, B), types, undefined)(state);
    expect(requested).toEqual(["a"]);
    await answer("a");
    expect(requested).toEqual(["a", "b"]);
    await answer("b");
    await running;
    expect(state.data).toEqual({ a: 1, b: 2 });
  });

  it("in a parallel is all at once, and the next waits for the last of them", async () => {
    const { state, requested, answer } = heldExecution();
    const running = compilePlan(sequence(parallel(A, B), C), types, undefined)(state);
    expect(requested).toEqual(["a", "b"]);
    await answer("b");
    expect(requested).toEqual(["a", "b"]);
    await answer("a");
    expect(requested).toEqual(["a", "b", "c"]);
    await answer("c");
    await running;
    expect(state.data).toEqual({ a: 1, b: 2, c: 3 });
  });

  it("starts no further fetch when nobody waits for the answer", async () => {
    let isAbandoned = false;
    const { state, requested, answer } = heldExecution({ isAbandoned: () => isAbandoned });
    const running = compilePlan(sequence(A, B), types, undefined)(state);
    isAbandoned = true;
    await answer("a");
    await running;
    expect(requested).toEqual(["a"]);
  });

  it("goes on when one fetch failed", async () => {
    const state = anExecution(({ subgraph }) =>
      subgraph === "a" ? { kind: "unavailable", reason: "down" } : answered(VALUES[subgraph]),
    );
    await compilePlan(sequence(A, B), types, undefined)(state);
    expect([state.data, state.failures.length]).toEqual([{ b: 2 }, 1]);
  });

  it("does not wait if no fetch has anything to request", () => {
    const state = anExecution(() => answered({}));
    const nothing = flattened(
      pathOf("users", "@"),
      anEntityFetch("b", "{...on User{name}}", [required("User", "id")]),
    );
    expect(compilePlan(parallel(nothing, nothing), types, undefined)(state)).toBeUndefined();
    expect(state.sent).toEqual([]);
  });
});

describe("a condition", () => {
  const askedWhen = async (plan: PlanNode, value: boolean) => {
    const requested: string[] = [];
    const state = anExecution(() => answered({}), {
      isTrue: (variable) => {
        requested.push(variable);
        return value;
      },
    });
    await compilePlan(plan, types, undefined)(state);
    expect(requested).toEqual(["v"]);
    return state.sent.map(({ subgraph }) => subgraph);
  };

  it("runs the branch of its variable alone", async () => {
    expect(await askedWhen(condition(A, B), true)).toEqual(["a"]);
    expect(await askedWhen(condition(A, B), false)).toEqual(["b"]);
  });

  it("runs nothing where it has no such branch", async () => {
    expect(await askedWhen(condition(undefined, B), true)).toEqual([]);
    expect(await askedWhen(condition(A), false)).toEqual([]);
  });

  it("is judged at each run, not once", async () => {
    const run = compilePlan(condition(A, B), types, undefined);
    const sent: string[] = [];
    for (const value of [true, false, true]) {
      const state = anExecution(() => answered({}), { isTrue: () => value });
      await run(state);
      sent.push(...state.sent.map(({ subgraph }) => subgraph));
    }
    expect(sent).toEqual(["a", "b", "a"]);
  });
});

describe("a plan compiled once", () => {
  it("drops the text of subgraph errors unless the caller defines which fetches may keep it", async () => {
    const message = async (isSecretive?: () => boolean) => {
      const state = anExecution(() => answeredWithErrors(null, { message: "SECRET", path: ["a"] }));
      await compilePlan(A, types, undefined, isSecretive)(state);
      return state.failures[0]?.message;
    };
    expect(await message()).not.toContain("SECRET");
    expect(await message(() => true)).not.toContain("SECRET");
    expect(await message(() => false)).toBe("SECRET");
  });

  it("puts the client's operation name on every fetch", async () => {
    const state = anExecution(() => answered({}));
    await compilePlan(parallel(A, aFetch("b", "mutation{b}")), types, "Mine")(state);
    expect(state.sent.map(({ query }) => query)).toEqual(["query Mine{a}", "mutation Mine{b}"]);
  });

  it("knows which fetch it may send twice: same subgraph, same text", async () => {
    const state = anExecution(() => answered({}));
    await compilePlan(parallel(A, aFetch("b", "{a}"), A, condition(undefined, B)), types, undefined)(state);
    expect(state.sent.map(({ subgraph, mayRepeat }) => `${subgraph} ${mayRepeat}`)).toEqual([
      "a true",
      "b false",
      "a true",
      "b false",
    ]);
  });

  it("knows that of a batch as well", async () => {
    const root = aFetch("a", "{users{__typename id}}");
    const batch = (path: string) =>
      aBatch("b", [
        {
          alias: "_e0",
          selections: "{...on User{name}}",
          path: pathOf(path),
          requires: [required("User", "id")],
        },
      ]);
    const state = anExecution(() =>
      answered({ users: [{ __typename: "User", id: "1" }], _e0: [{ name: "Ada" }] }),
    );
    await compilePlan(sequence(root, batch("users"), batch("users")), types, undefined)(state);
    expect(state.sent.map(({ subgraph, mayRepeat }) => `${subgraph} ${mayRepeat}`)).toEqual([
      "a false",
      "b true",
      "b true",
    ]);
  });

  it("removes from an answer what the client reads and no fetch requested", async () => {
    const answer = () => answered({ me: { id: "1", name: "forged" } });
    const plan = aFetch("a", "{me{id}}");
    const state = anExecution(answer);
    await compilePlan(plan, types, undefined, undefined, undefined, undefined, parse("{me{id name}}"))(state);
    expect(state.data).toEqual({ me: { id: "1" } });
  });
});

describe("an answer that is at two places", () => {
  const ROOT = aFetch("a", "{users{__typename id}}");
  const USERS = pathOf("users", "@");
  const PLACE = anEntityFetch("b", "{...on User{place{__typename id}}}", [required("User", "id")]);
  const TOWN = anEntityFetch("c", "{...on Place{town}}", [required("Place", "id")]);
  const user = { __typename: "User", id: "1" };
  const placesAfter = async (...later: readonly PlanNode[]) => {
    const answers: Readonly<Record<string, unknown>> = {
      a: { users: [user, user] },
      b: {
        _entities: [{ place: { __typename: "Place", id: "p" } }],
        _e0: [{ place: { __typename: "Place", id: "p" } }],
      },
      c: { _entities: [{ town: "Oslo" }] },
    };
    const state = anExecution(({ subgraph }) => answered(JSON.parse(JSON.stringify(answers[subgraph]))));
    await compilePlan(sequence(ROOT, ...later), types, undefined)(state);
    return (state.data["users"] as JsonObject[]).map((one) => one["place"]);
  };

  it("is copied where a later fetch goes below it, and not otherwise", async () => {
    const [one, two] = await placesAfter(flattened(USERS, PLACE));
    expect(one).toBe(two);
    const [first, second] = await placesAfter(
      flattened(USERS, PLACE),
      flattened([...USERS, ...pathOf("place")], TOWN),
    );
    expect(first).toEqual({ __typename: "Place", id: "p", town: "Oslo" });
    expect(second).toEqual(first);
    expect(first).not.toBe(second);
  });

  it("is copied for a batch as well", async () => {
    const batch = aBatch("b", [
      {
        alias: "_e0",
        selections: "{...on User{place{__typename id}}}",
        path: USERS,
        requires: [required("User", "id")],
      },
    ]);
    const [first, second] = await placesAfter(batch, flattened([...USERS, ...pathOf("place")], TOWN));
    expect(second).toEqual(first);
    expect(first).not.toBe(second);
  });
});
