import { buildSchema, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { compilePlan } from "../../../../src/federation/execute/compile.js";
import type { SubgraphRequest } from "../../../../src/federation/execute/state.js";
import type {
  FetchNode,
  PathStep,
  PlanNode,
  RequiredSelection,
} from "../../../../src/federation/plan/plan.js";
import { createHeldPlanner } from "../../../../src/federation/planning/workarounds/held-planner.js";
import type { Failure } from "../../../../src/federation/result/failure.js";
import type { JsonObject } from "../../../../src/federation/result/json.js";
import { SharedObjects } from "../../../../src/federation/result/sharing/shared-objects.js";
import { parseAnswer } from "../../../../src/federation/subgraph/transport/parse-answer.js";
import { createTypeConditions } from "../../../../src/graphql/type-conditions.js";

const schema = buildSchema(/* GraphQL */ `
  interface Thing { id: ID! }
  type User implements Thing { id: ID! name: String! nick: String friend: User posts: [Post] cards: [Card] days: Int }
  type Post implements Thing { id: ID! text: String by: User days: Int }
  type Card { no: String code: String }
  type Query { me: User things: [Thing] }
  type Mutation { pay: Paid money: Money }
  type Money { pay: Int }
  type Paid { ok: Boolean query: Query }
`);
const types = createTypeConditions(schema);

const fetchOf = (
  subgraph: string,
  operation: string,
  requires?: readonly RequiredSelection[],
): FetchNode => ({
  kind: "fetch",
  subgraph,
  operationKind: operation.startsWith("mutation") ? "mutation" : "query",
  operation,
  variableUsages: [],
  requires,
  inputRewrites: [],
  outputRewrites: [],
});
const required = (typeCondition: string, ...names: readonly string[]): RequiredSelection => ({
  kind: "fragment",
  typeCondition,
  selections: names.map((name) => ({ kind: "field", name, outputName: name, selections: undefined })),
  skipIf: undefined,
  includeIf: undefined,
});
const at = (...steps: readonly (string | readonly string[])[]): readonly PathStep[] =>
  steps.map((step) =>
    step === "@"
      ? { kind: "list" }
      : typeof step === "string"
        ? { kind: "field", name: step }
        : { kind: "types", names: step },
  );
const lookUp = (
  subgraph: string,
  selections: string,
  path: readonly PathStep[],
  ...requires: readonly RequiredSelection[]
): PlanNode => ({
  kind: "flatten",
  path,
  node: fetchOf(subgraph, `query($r:[_Any!]!){_entities(representations:$r)${selections}}`, requires),
});

/** Runs the fetches one after the other; each subgraph answers once, with the data given. */
const run = async (
  nodes: readonly PlanNode[],
  answers: Readonly<Record<string, unknown>>,
  client?: string,
) => {
  const failures: Failure[] = [];
  const data: JsonObject = {};
  const sent: SubgraphRequest[] = [];
  const parser = client === undefined ? undefined : parse(client);
  const plan: PlanNode = { kind: "sequence", nodes };
  await compilePlan(
    plan,
    types,
    undefined,
    undefined,
    undefined,
    undefined,
    parser,
  )({
    data,
    failures,
    shared: new SharedObjects(),
    variables: {},
    isTrue: () => false,
    isAbandoned: () => false,
    call: async (request) => {
      sent.push(request);
      return parseAnswer(200, Buffer.from(JSON.stringify({ data: answers[request.subgraph] ?? null })));
    },
  });
  return { data, failures, sent: sent.map(({ subgraph, variablesText }) => `${subgraph} ${variablesText}`) };
};

const ID = { __typename: "User", id: "1" };

describe("what a subgraph was not requested", () => {
  it("is dropped from a root field's objects, at any depth and in lists", async () => {
    const forged = { nick: "forged", cards: [{ no: "forged" }] };
    const { data } = await run(
      [
        fetchOf("a", "{me{__typename id friend{__typename id posts{by{__typename id}}}}}"),
        lookUp("b", "{...on User{nick cards{no}}}", at("me"), required("User", "id")),
        lookUp("b", "{...on User{nick}}", at("me", "friend"), required("User", "id")),
        lookUp(
          "b",
          "{...on User{nick cards{no}}}",
          at("me", "friend", "posts", "@", "by"),
          required("User", "id"),
        ),
      ],
      {
        a: {
          me: { ...ID, ...forged, friend: { ...ID, ...forged, posts: [{ by: { ...ID, ...forged } }, null] } },
        },
      },
    );
    expect(data).toEqual({
      me: { ...ID, friend: { ...ID, cards: [{ no: "forged" }], posts: [{ by: ID }, null] } },
    });
  });

  it("is left where nobody reads it: nothing is walked for it", async () => {
    const plan = [fetchOf("a", "{me{__typename id}}")];
    const { data } = await run(plan, { a: { me: { ...ID, nick: "forged" }, things: [] } }, "{me{id}}");
    expect(data).toEqual({ me: { ...ID, nick: "forged" } });
  });

  it("is dropped if the client selected it and no fetch did", async () => {
    const plan = [fetchOf("a", "{me{__typename id}}")];
    const { data } = await run(plan, { a: { me: { ...ID, nick: "forged" } } }, "{me{id ...{nick}}}");
    expect(data).toEqual({ me: ID });
  });

  it("is dropped where a look-up would send it", async () => {
    const { data, sent } = await run(
      [
        fetchOf("a", "{me{__typename id}}"),
        lookUp("b", "{...on User{days}}", at("me"), required("User", "id", "nick")),
      ],
      { a: { me: { ...ID, nick: "forged" } } },
    );
    expect([data, sent]).toEqual([{ me: ID }, ["a {}"]]);
  });

  it("is dropped below an entity", async () => {
    const { data } = await run(
      [
        fetchOf("a", "{me{__typename id}}"),
        lookUp("b", "{...on User{friend{__typename id}}}", at("me"), required("User", "id")),
        lookUp("c", "{...on User{nick}}", at("me", "friend"), required("User", "id")),
      ],
      { a: { me: ID }, b: { _entities: [{ friend: { ...ID, nick: "forged" }, days: 1 }] } },
    );
    expect(data).toEqual({ me: { ...ID, friend: ID } });
  });

  it("is dropped below an entity if it was requested of another type only", async () => {
    const { data } = await run(
      [
        fetchOf("a", "{things{__typename id}}"),
        lookUp(
          "b",
          "{...on User{x:friend{id}} ...on Post{x:by{id nick}}}",
          at("things", "@"),
          required("User", "id"),
          required("Post", "id"),
        ),
        lookUp("c", "{...on User{x:friend{nick}}}", at("things", "@", ["User"]), required("User", "id")),
      ],
      { a: { things: [ID] }, b: { _entities: [{ x: { id: "2", nick: "forged" } }] }, c: { _entities: [{}] } },
    );
    expect(data).toEqual({ things: [{ ...ID, x: { id: "2" } }] });
  });

  it("is dropped if it was requested of another type only", async () => {
    const plan = (root: string) => [
      fetchOf("a", root),
      lookUp(
        "b",
        "{...on User{days} ...on Post{text}}",
        at("things", "@"),
        required("User", "id"),
        required("Post", "id"),
      ),
      lookUp("c", "{...on Post{days}}", at("things", "@", ["Post"]), required("Post", "id")),
    ];
    const post = { __typename: "Post", id: "2" };
    const answers = {
      a: {
        things: [
          { ...ID, days: 9 },
          { ...post, nick: "forged", days: 9 },
        ],
      },
      b: {
        _entities: [
          { days: 1, text: "forged" },
          { text: "t", days: 9 },
        ],
      },
    };
    const { data } = await run(plan("{things{__typename ...on User{id days} ...on Post{id}}}"), answers);
    expect(data).toEqual({
      things: [
        { ...ID, days: 1 },
        { ...post, nick: "forged", text: "t" },
      ],
    });
  });

  it("is not merged where another subgraph's list has another length", async () => {
    const plan = [fetchOf("a", "{me{cards{no}}}"), fetchOf("b", "{me{cards{code}}}")];
    const one = { a: { me: { cards: [{ no: "1" }] } } };
    const merged = await run(plan, { ...one, b: { me: { cards: [{ code: "x", no: "forged" }] } } });
    expect(merged.data).toEqual({ me: { cards: [{ no: "1", code: "x" }] } });
    const longer = await run(plan, { ...one, b: { me: { cards: [{ code: "x" }, { code: "y" }] } } });
    expect(longer.data).toEqual({ me: { cards: [{ no: "1" }] } });
  });

  it("never changes a concrete type that was established", async () => {
    const plan = [fetchOf("a", "{me{__typename id}}"), fetchOf("b", "{me{__typename nick}}")];
    const { data } = await run(plan, { a: { me: ID }, b: { me: { __typename: "Post", nick: "n" } } });
    expect(data).toEqual({ me: { ...ID, nick: "n" } });
  });
});

describe("a required input whose owner knows no such entity", () => {
  const plan = (name: string) => [
    fetchOf("a", "{me{__typename id}}"),
    lookUp("b", `{...on User{${name}}}`, at("me"), required("User", "id")),
    lookUp("c", "{...on User{days}}", at("me"), required("User", "id", name)),
  ];
  const answers = { a: { me: ID }, b: { _entities: [null] }, c: { _entities: [{ days: 99 }] } };

  it("is null where it may be null", async () => {
    const { data, sent } = await run(plan("nick"), answers);
    expect(data).toEqual({ me: { ...ID, nick: null, days: 99 } });
    expect(sent[2]).toBe('c {"representations":[{"__typename":"User","id":"1","nick":null}]}');
  });

  it("is not sent where it may not be null, and what requires it stays absent", async () => {
    const { data, sent } = await run(plan("name"), answers);
    expect(data).toEqual({ me: { ...ID, name: null } });
    expect(sent).toHaveLength(2);
  });
});

describe("errors of an answer that are no list", () => {
  it.each([{ message: "x" }, "x", 1, true])("are no answer: %j", (errors) => {
    const answer = parseAnswer(200, Buffer.from(JSON.stringify({ data: { v: null }, errors })));
    expect(answer).toEqual({ kind: "unavailable", reason: "status 200 with errors that are not a list" });
  });

  it("are none where they are null or empty", () => {
    for (const errors of [null, []]) {
      const answer = parseAnswer(200, Buffer.from(JSON.stringify({ data: { v: 1 }, errors })));
      expect(answer).toMatchObject({ kind: "answered", data: { v: 1 }, errors: [] });
    }
  });
});

describe("a plan", () => {
  const held = (plan: PlanNode) =>
    createHeldPlanner({ plan: () => Promise.resolve(plan) }, schema, new Set(["money"]));
  const draw = { labels: new Set<string>(), percentage: 0, key: "" };
  const planned = (text: string, ...nodes: readonly PlanNode[]) =>
    held({ kind: "sequence", nodes }).plan(parse(text), undefined, draw);

  it("that calls a mutation twice is refused, below a namespace too", async () => {
    const twice = (operation: string) =>
      planned("mutation{pay{ok}}", fetchOf("a", operation), fetchOf("b", operation));
    await expect(twice("mutation{pay{ok}}")).rejects.toMatchObject({ code: "OPERATION_UNPLANNABLE" });
    await expect(twice("mutation{money{pay}}")).rejects.toThrow("money.pay more than once");
    await planned(
      "mutation{money{pay a:pay}}",
      fetchOf("a", "mutation{money{pay}}"),
      fetchOf("b", "mutation{money{a:pay}}"),
    );
  });

  it("that leaves out a root field below the root is refused", async () => {
    const requested = "mutation{pay{ok query{me{id}}}}";
    await expect(planned(requested, fetchOf("a", "mutation{pay{ok query{__typename}}}"))).rejects.toThrow(
      "the plan leaves out pay.query.me",
    );
    await planned(requested, fetchOf("a", requested));
  });

  it.each([
    "mutation{pay{ok query{...Q}}} fragment Q on Query{me{id}}",
    "mutation{pay{...P}} fragment P on Paid{ok query{me{id}}}",
    "mutation{...M} fragment M on Mutation{pay{ok ...P}} fragment P on Paid{query{...on Query{...Q}}} fragment Q on Query{me{id}}",
  ])("is limited to the selections in fragments as it is without: %s", async (requested) => {
    await expect(planned(requested, fetchOf("a", "mutation{pay{ok query{__typename}}}"))).rejects.toThrow(
      "the plan leaves out pay.query.me,",
    );
    await planned(requested, fetchOf("a", "mutation{pay{ok query{me{id}}}}"));
  });

  it("that selects it under another key is refused", async () => {
    const requested = "mutation{pay{query{me{id}} p:query{...Q}}} fragment Q on Query{things{id}}";
    await expect(
      planned(requested, fetchOf("a", "mutation{pay{query{me{id} things{id}} p:query{__typename}}}")),
    ).rejects.toThrow("the plan leaves out pay.p.things,");
  });
});
