import { describe, expect, it } from "vitest";
import type { Authorizer } from "../../../src/authorization/authorizer.js";
import { ANONYMOUS } from "../../../src/domain/principal.js";
import type { SubgraphRequest } from "../../../src/federation/execute/state.js";
import { type ExecutionInput, executeOperation } from "../../../src/federation/execution.js";
import { MASK_EVERYTHING } from "../../../src/federation/response/errors.js";
import type { SubgraphAnswer } from "../../../src/federation/result/subgraph-answer.js";
import { answered, answeredWithErrors } from "../../support/plan-builders.js";
import { denying } from "../../support/projection-builders.js";
import {
  type ASnapshot,
  anOperation,
  aSnapshot,
  aUser,
  plannableOf,
} from "../../support/snapshot-builders.js";

const SDL = `
  type Query { me: User users: [User] n: Int }
  type Mutation { pay: User refund: User }
  type User { id: ID name: String must: String! mate: User }
`;

const executed = async (
  text: string,
  answering: (request: SubgraphRequest) => SubgraphAnswer,
  more: Partial<ExecutionInput> & { readonly authorizer?: Partial<Authorizer> } = {},
) => {
  const { authorizer, ...input } = more;
  const snapshot = (input.snapshot as ASnapshot | undefined) ?? aSnapshot(SDL, authorizer);
  const { document, operation } = anOperation(text);
  const sent: string[] = [];
  const { data, errors } = await executeOperation({
    snapshot,
    entry: snapshot.operations.get(document, operation),
    decision: { kind: "allowed", plannable: plannableOf(text), guarded: false },
    principal: ANONYMOUS,
    variables: {},
    call: async (request) => {
      sent.push(request.query);
      return answering(request);
    },
    exposure: MASK_EVERYTHING,
    random: 0,
    ...input,
  });
  return {
    data: JSON.parse(JSON.stringify(data)) as unknown,
    errors: errors.map(({ path, extensions }) => `${String(extensions["code"])} ${(path ?? []).join(".")}`),
    sent,
    snapshot,
  };
};
const nobody = (): never => {
  throw new Error("nobody is to be asked");
};

describe("an operation that is executed", () => {
  it("is answered with what was requested, and nothing else that a subgraph sent", async () => {
    const answer = answered({ x: { id: "1", name: "forged" }, n: 1, more: 2 });
    const { data, errors, sent } = await executed("{x:me{id} n}", () => answer);
    expect([data, errors]).toEqual([{ x: { id: "1" }, n: 1 }, []]);
    expect(sent).toHaveLength(1);
  });

  it("calls no subgraph if nothing is to be fetched", async () => {
    const decision = { kind: "allowed", plannable: undefined, guarded: false } as const;
    const { data, snapshot } = await executed("{t:__typename}", nobody, { decision });
    expect([data, snapshot.planned]).toEqual([{ t: "Query" }, []]);
  });

  it("reports what failed, and has null there", async () => {
    const answer = answeredWithErrors({ n: null, me: { id: "1" } }, { message: "SECRET", path: ["n"] });
    expect(await executed("{n me{id}}", () => answer)).toMatchObject({
      data: { n: null, me: { id: "1" } },
      errors: ["SUBGRAPH_ERROR n"],
    });
  });

  it("is completed the careful way when a clean answer turns out to be odd", async () => {
    const answer = answered({ users: [{ must: "x" }, { must: null }, { must: {} }] });
    expect(await executed("{users{must}}", () => answer)).toMatchObject({
      data: { users: [{ must: "x" }, null, null] },
      errors: ["SUBGRAPH_ERROR users.1.must", "SUBGRAPH_ERROR users.2.must"],
    });
  });

  it("answers the same if most of the answer is repetition, written as text", async () => {
    const mate = { id: "1", name: 'quo"te' };
    const users = [{ mate }, { mate }, { mate }];
    const answer: SubgraphAnswer = {
      kind: "answered",
      data: { users },
      errors: [],
      bytes: 100,
      repeats: { shared: new Set([mate]), savedBytes: 80 },
    };
    expect(await executed("{users{mate{id name}}}", () => answer)).toMatchObject({
      data: { users },
      errors: [],
    });
  });

  it("keeps nothing of one execution for the next", async () => {
    const snapshot = aSnapshot(SDL);
    const first = await executed("{me{id name}}", () => answered({ me: { id: "1", name: "Ada" } }), {
      snapshot,
    });
    const second = await executed("{me{id name}}", () => answered({ me: { id: "2" } }), { snapshot });
    expect(first.data).toEqual({ me: { id: "1", name: "Ada" } });
    expect(second.data).toEqual({ me: { id: "2", name: null } });
  });
});

describe("a mutation of several root fields", () => {
  const TEXT = "mutation{pay{id} refund{id}}";

  it("runs them one after the other, whatever the first came to", async () => {
    const { sent, data } = await executed(TEXT, ({ query }) =>
      query.includes("pay") ? { kind: "unavailable", reason: "down" } : answered({ refund: { id: "2" } }),
    );
    expect(sent).toEqual(["mutation { pay { id } }", "mutation { refund { id } }"]);
    expect(data).toEqual({ pay: null, refund: { id: "2" } });
  });

  it("starts no further fetch when nobody waits for the answer, and reports nothing", async () => {
    let isAbandoned = false;
    const { sent, data, errors } = await executed(
      TEXT,
      () => {
        isAbandoned = true;
        return answered({ pay: { id: "1" } });
      },
      { isAbandoned: () => isAbandoned },
    );
    expect(sent).toEqual(["mutation { pay { id } }"]);
    expect([data, errors]).toEqual([null, []]);
  });

  it("begins none at all when that is known from the start", async () => {
    expect(await executed(TEXT, nobody, { isAbandoned: () => true })).toMatchObject({ data: null, sent: [] });
  });
});

describe("an operation of which something is denied", () => {
  const decision = (denied: string, plannable: string | undefined) =>
    ({
      kind: "filtered",
      plannable: plannable === undefined ? undefined : plannableOf(plannable),
      denials: denying(denied),
      denied: [{ code: "FORBIDDEN", coordinate: denied }],
    }) as const;

  it("fetches only what is granted, and reports what is denied at its place", async () => {
    const { data, errors, sent } = await executed(
      "{me{id name}}",
      () => answered({ me: { id: "1", name: "secret" } }),
      {
        decision: decision("User.name", "{me{id}}"),
      },
    );
    expect(sent).toEqual(["{ me { id } }"]);
    expect([data, errors]).toEqual([{ me: { id: "1", name: null } }, ["FORBIDDEN me.name"]]);
  });

  it("calls no subgraph if nothing is left", async () => {
    const { data, errors } = await executed("{n}", nobody, { decision: decision("Query.n", undefined) });
    expect([data, errors]).toEqual([{ n: null }, ["FORBIDDEN n"]]);
  });

  it("reports the caller's own error", async () => {
    const principals: unknown[] = [];
    const principal = aUser();
    await executed("{n}", nobody, {
      decision: decision("Query.n", undefined),
      principal,
      authorizer: {
        toError: (_denial, path, asked) => {
          principals.push(asked);
          return { message: "No.", path };
        },
      },
    });
    expect(principals).toEqual([principal]);
  });
});

describe("conditions of an operation", () => {
  const TEXT = "query($v:Boolean=true){n me @include(if:$v){id}}";

  it.each([
    [{}, true],
    [{ v: true }, true],
    [{ v: false }, false],
  ])(
    "have the values of the variables %j, defaults included, in plan and answer",
    async (variables, isThere) => {
      const { sent, data } = await executed(TEXT, () => answered({ n: 1, me: { id: "1" } }), { variables });
      expect(sent[0]?.includes("me")).toBe(isThere);
      expect(data).toEqual(isThere ? { n: 1, me: { id: "1" } } : { n: 1 });
    },
  );
});

describe("the draw of progressive overrides", () => {
  it("is made once, from the number of this request, and is part of the requested plan", async () => {
    const drawn: number[] = [];
    const draw = { labels: new Set<string>(), percentage: 70, key: "side" };
    const snapshot = aSnapshot(
      SDL,
      {},
      {
        planner: {
          plan: nobody,
          close: nobody,
          draw: (random) => {
            drawn.push(random);
            return draw;
          },
        },
      },
    );
    await executed("{n}", () => answered({ n: 1 }), { snapshot, random: 0.7 });
    expect([drawn, snapshot.planned.map((one) => one.draw)]).toEqual([[0.7], [draw]]);
  });
});

describe("introspection in an operation", () => {
  it("is answered for this caller, beside what is fetched", async () => {
    const asked: unknown[] = [];
    const principal = aUser();
    const whole = aSnapshot(SDL).apiSchema;
    const { data, errors, sent } = await executed(
      "{s:__schema{queryType{name}} n}",
      () => answered({ n: 1 }),
      {
        principal,
        authorizer: {
          introspectionSchema: (caller) => {
            asked.push(caller);
            return whole;
          },
        },
      },
    );
    expect([data, errors]).toEqual([{ s: { queryType: { name: "Query" } }, n: 1 }, []]);
    expect([sent, asked]).toEqual([["{ n }"], [principal]]);
  });

  it("is refused field by field where it is switched off, and the rest is answered", async () => {
    const { data, errors } = await executed(
      '{s:__schema{queryType{name}} t:__type(name:"User"){name} n}',
      () => answered({ n: 1 }),
      {
        authorizer: { introspectionSchema: () => undefined },
      },
    );
    expect(data).toEqual({ s: null, t: null, n: 1 });
    expect(errors).toEqual(["INTROSPECTION_DISABLED s", "INTROSPECTION_DISABLED t"]);
  });

  it("is nothing a subgraph could answer under its key", async () => {
    const { data } = await executed(
      "{s:__schema{queryType{name}} n}",
      () => answered({ n: 1, s: "forged" }),
      {
        authorizer: { introspectionSchema: () => undefined },
      },
    );
    expect(data).toEqual({ s: null, n: 1 });
  });

  it("is not requested by a field with such an alias", async () => {
    const { data } = await executed("{__schema:n}", ({ query }) => {
      const [, wireKey = "__schema"] = /(\w+): n/.exec(query) ?? [];
      return answered({ [wireKey]: 1 });
    });
    expect(data).toEqual({ __schema: 1 });
  });

  it("is left out by its condition", async () => {
    const text = "query($v:Boolean!){__schema @include(if:$v){queryType{name}} n}";
    const { data } = await executed(text, () => answered({ n: 1 }), {
      variables: { v: false },
      authorizer: { introspectionSchema: nobody },
    });
    expect(data).toEqual({ n: 1 });
  });
});

describe("a plan that cannot be made", () => {
  it("fails the execution before any subgraph is called", async () => {
    const plans = {
      get: () => Promise.reject(new Error("no plan")),
      stages: nobody,
      size: 0,
      hits: 0,
      misses: 0,
    };
    await expect(executed("{n}", nobody, { snapshot: aSnapshot(SDL, {}, { plans }) })).rejects.toThrow(
      "no plan",
    );
  });
});
