import { getOperationAST, type OperationDefinitionNode, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { AuthOracle, type OraclePrincipal } from "../support/auth-oracle.js";
import { askOracle, type OracleAnswer } from "../support/auth-oracle-execute.js";
import { canonical, judgeAnswer, judgeTraffic } from "../support/auth-oracle-judge.js";
import { GraphData } from "../support/graph-data.js";
import { randomAuthOperation } from "../support/random-auth-operation.js";
import {
  DEFAULT_SETTINGS,
  type FieldModel,
  type GraphModel,
  type Guard,
  type TypeModel,
} from "../support/random-graph.js";
import { randomGraph } from "../support/random-graph-generator.js";
import { AUTH_HEADER, monolithSchema, subgraphSdl, wholeSchema } from "../support/random-graph-sdl.js";
import { createExecutableSubgraph } from "../support/recording-schema.js";
import { Tape } from "../support/tape.js";

const MOMENT = { nowSeconds: 10_000, freshSeconds: 300, degraded: false };
const NOBODY: OraclePrincipal = { anonymous: true, scopes: new Set() };
const holder = (...scopes: string[]): OraclePrincipal => ({
  anonymous: false,
  scopes: new Set(scopes),
  authTime: MOMENT.nowSeconds,
});

/** A hand-made graph in one subgraph; `type` fills in what a test does not speak of. */
const aGraph = (
  ...types: (Partial<TypeModel> & { kind: TypeModel["kind"]; name: string })[]
): GraphModel => ({
  subgraphs: ["alpha"],
  types: new Map(
    types.map((type) => [
      type.name,
      { guards: [], interfaces: [], fields: [], members: [], keys: new Map(), subgraphs: ["alpha"], ...type },
    ]) as [string, TypeModel][],
  ),
});

const aField = (name: string, type = "String", over: object = {}) => ({
  name,
  type: { name: type, wrap: [] },
  args: [],
  guards: [],
  subgraphs: ["alpha"],
  requires: [],
  ...over,
});

const needs = (...scopes: string[]): Guard => ({ subgraph: "alpha", scopes });

const ask = (model: GraphModel, principal: OraclePrincipal, text: string, variables = {}): OracleAnswer => {
  const schema = wholeSchema(model);
  const document = parse(text);
  const operation = getOperationAST(document) as OperationDefinitionNode;
  const data = new GraphData({ rotation: 0, gaps: false });
  return askOracle(new AuthOracle(model, principal, MOMENT), data, {
    schema,
    document,
    operation,
    variables,
  });
};

describe("the authorization oracle", () => {
  it("answers an unguarded graph exactly as graphql-js does", () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const model = withoutGuards(randomGraph(Tape.fromSeed(seed)));
      const schema = monolithSchema(model);
      const data = new GraphData({ rotation: 0, gaps: true });
      const monolith = createExecutableSubgraph(monolithText(model), data);
      for (let each = 0; each < 10; each += 1) {
        const operation = randomAuthOperation(Tape.fromSeed(seed * 1000 + each), schema);
        const document = parse(operation.text);
        const answer = askOracle(new AuthOracle(model, NOBODY, MOMENT), data, {
          schema,
          document,
          operation: getOperationAST(document, operation.operationName) as OperationDefinitionNode,
          variables: operation.variables,
        });
        const expected = monolith.execute({ query: operation.text, ...operation });
        expect(canonical(answer.data), operation.text).toBe(canonical(expected.data ?? null));
        expect(expected.errors, operation.text).toBeUndefined();
      }
    }
  });

  it("reads exactly the guards that are printed into the subgraphs", () => {
    for (let seed = 1; seed <= 100; seed += 1) {
      const model = randomGraph(Tape.fromSeed(seed));
      const printed = model.subgraphs.map(
        (name) =>
          subgraphSdl(model, name).split(/ @(?:auth|authenticated|requiresScopes|policy)\b/).length - 2,
      );
      expect(
        printed.reduce((sum, each) => sum + each, 0),
        `seed ${seed}`,
      ).toBe(countGuards([...model.types]));
    }
  });

  it("is asked about graphs that hold every part of the specification", () => {
    const seen = new Map<string, number>();
    for (let seed = 1; seed <= 300; seed += 1) {
      const model = randomGraph(Tape.fromSeed(seed));
      const text = model.subgraphs.map((name) => subgraphSdl(model, name)).join("\n");
      const body = text.replaceAll(AUTH_HEADER, "");
      const words = /@\w+|extend \w+|\b(?:interface|union)\b/g;
      const settings = Object.entries(model.settings ?? {}).map(([key, value]) => `${key}: ${value}`);
      for (const word of new Set([...(body.match(words) ?? []), ...settings])) {
        seen.set(word, (seen.get(word) ?? 0) + 1);
      }
    }
    const wanted =
      "@auth @authenticated @requiresScopes @policy @inaccessible @interfaceObject @requires @provides @override " +
      "@shareable @external interface union";
    const forms = ["type", "interface", "union", "enum", "scalar", "input"].map((word) => `extend ${word}`);
    const set = ["disclosure: none", "disclosure: full", "relaxMutations: true", "policyMode: apollo"];
    const missing = [...wanted.split(" "), ...forms, ...set].filter((word) => (seen.get(word) ?? 0) < 3);
    expect(missing).toEqual([]);
  });

  it("reads Apollo's directives as the same algebra, and a policy as no unless it plainly says yes", () => {
    const guarded = (name: string, guard: Omit<Guard, "subgraph">) =>
      aField(name, "String", { guards: [{ subgraph: "alpha", ...guard }] });
    const model = aGraph({
      kind: "object",
      name: "Query",
      fields: [
        guarded("signedIn", { apollo: "authenticated" }),
        guarded("scoped", { apollo: "requiresScopes", anyOf: [["a", "b"], ["c"]] }),
        guarded("yes", { apollo: "policy", policies: [["throws"], ["always"]] }),
        guarded("no", { apollo: "policy", policies: [["always", "truthy"], ["unknown"]] }),
      ],
    });
    const codes = (principal: OraclePrincipal, policyMode: "cardea" | "apollo" = "cardea") =>
      ask(
        { ...model, settings: { ...DEFAULT_SETTINGS, policyMode } },
        principal,
        "{ signedIn scoped yes no }",
      ).denied.map(({ path, code }) => `${path.join()} ${code}`);
    expect(codes(holder("c"))).toEqual(["no FORBIDDEN"]);
    expect(codes(holder("a"))).toEqual(["scoped FORBIDDEN", "no FORBIDDEN"]);
    const anonymous = ["signedIn UNAUTHENTICATED", "scoped UNAUTHENTICATED"];
    expect(codes(NOBODY)).toEqual([...anonymous, "yes UNAUTHENTICATED", "no UNAUTHENTICATED"]);
    expect(codes(NOBODY, "apollo")).toEqual([...anonymous, "no FORBIDDEN"]);
  });

  it("withholds an object of a hidden type, and runs the innocent root fields of a relaxed mutation", () => {
    const model: GraphModel = {
      ...aGraph(
        {
          kind: "object",
          name: "Query",
          fields: [{ ...aField("all", "U"), type: { name: "U", wrap: ["[]"] } }],
        },
        { kind: "object", name: "Mutation", fields: [aField("go", "B"), aField("free")] },
        { kind: "union", name: "U", members: ["A", "B"] },
        { kind: "object", name: "A", fields: [aField("x")] },
        { kind: "object", name: "B", fields: [aField("y", "String", { guards: [needs("b")] })] },
      ),
      settings: { ...DEFAULT_SETTINGS, relaxMutations: true },
    };
    const query = ask({ ...model, hidden: new Set(["B"]) }, holder("b"), "{ all { ... on A { x } } }");
    expect(query.hidden).toEqual([["all", 1]]);
    expect(query.data).toMatchObject({ all: [{ x: expect.any(String) }, null] });
    const mutation = ask(model, holder(), "mutation { go { y } free }");
    expect(mutation.data).toMatchObject({ go: null, free: expect.any(String) });
    expect(mutation.denied).toEqual([{ path: ["go"], code: "FORBIDDEN" }]);
  });

  it("lets an implementation inherit the guards of its interface, field and type", () => {
    const model = aGraph(
      { kind: "object", name: "Query", fields: [aField("doc", "Doc"), aField("other", "Other")] },
      { kind: "interface", name: "Node", fields: [aField("secret", "String", { guards: [needs("a")] })] },
      { kind: "object", name: "Doc", interfaces: ["Node"], fields: [aField("secret")] },
      { kind: "interface", name: "Closed", guards: [needs("b")], fields: [aField("x")] },
      { kind: "object", name: "Other", interfaces: ["Closed"], fields: [aField("x")] },
    );
    const answer = ask(model, holder(), "{ doc { secret } other { x } }");
    expect(canonical(answer.data)).toBe('{"doc":{"secret":null},"other":null}');
    expect(ask(model, holder("a", "b"), "{ doc { secret } other { x } }").denied).toEqual([]);
  });

  it("denies a field for what it is computed from, and never counts a schema default as provided", () => {
    const model = aGraph({
      kind: "object",
      name: "Query",
      fields: [
        aField("ssn", "String", { guards: [needs("a")] }),
        aField("score", "Int", { requires: ["ssn"] }),
        aField("list", "Int", {
          args: [{ name: "all", type: { name: "Int", wrap: [] }, guards: [needs("b")], defaultText: "1" }],
        }),
      ],
    });
    expect(ask(model, holder(), "{ score }").denied).toMatchObject([{ path: ["score"], code: "FORBIDDEN" }]);
    expect(ask(model, holder(), "{ list }").denied).toEqual([]);
    expect(ask(model, holder(), "{ list(all: null) }").denied).toHaveLength(1);
    expect(ask(model, holder(), "query($v: Int) { list(all: $v) }").denied).toEqual([]);
    expect(ask(model, holder(), "query($v: Int = 2) { list(all: $v) }").denied).toHaveLength(1);
    expect(ask(model, holder(), "query($v: Int) { list(all: $v) }", { v: null }).denied).toHaveLength(1);
  });

  it("judges each object of an abstract position by its own type, and a mutation by all of them", () => {
    const model = aGraph(
      {
        kind: "object",
        name: "Query",
        fields: [{ ...aField("all", "U"), type: { name: "U", wrap: ["[]"] } }],
      },
      { kind: "object", name: "Mutation", fields: [aField("go", "U"), aField("free")] },
      { kind: "union", name: "U", members: ["A", "B"] },
      { kind: "object", name: "A", fields: [aField("x")] },
      { kind: "object", name: "B", guards: [needs("b")], fields: [aField("y")] },
    );
    const query = ask(model, holder(), "{ all { ... on A { x } ... on B { y } } }");
    expect(query.denied).toMatchObject([{ path: ["all", 1], code: "FORBIDDEN" }]);
    const mutation = ask(model, holder(), "mutation { free go { ... on A { x } } }");
    expect(mutation.data).toBeNull();
    expect(mutation.deniedStatically).toEqual([{ path: ["go"], code: "FORBIDDEN" }]);
  });

  it("ranks what is unmet: sign in, then scopes, then freshness, then a stale view", () => {
    const guards = [needs("a"), { subgraph: "alpha", maxAge: 60 }];
    const at = (principal: OraclePrincipal, degraded = false) =>
      new AuthOracle(aGraph(), principal, { ...MOMENT, degraded }).verdict(guards);
    const old = { ...holder("a"), authTime: MOMENT.nowSeconds - 61 };
    expect(at(NOBODY)).toBe("UNAUTHENTICATED");
    expect(at({ ...old, scopes: new Set() })).toBe("FORBIDDEN");
    expect(at(old, true)).toBe("STEP_UP_REQUIRED");
    expect(at({ ...holder("a"), authTime: MOMENT.nowSeconds - 60 })).toBeUndefined();
    expect(at({ ...holder("a"), authTime: MOMENT.nowSeconds + 61 })).toBe("STEP_UP_REQUIRED");
    expect(at(holder("a"), true)).toBe("SERVICE_UNAVAILABLE");
  });

  it("catches a gateway that enforces nothing", () => {
    let caught = 0;
    let due = 0;
    for (let seed = 1; seed <= 40; seed += 1) {
      const model = randomGraph(Tape.fromSeed(seed));
      const schema = monolithSchema(model);
      const data = new GraphData({ rotation: 0, gaps: false });
      const open = createExecutableSubgraph(monolithText(model), data);
      const operation = randomAuthOperation(Tape.fromSeed(seed), schema);
      const document = parse(operation.text);
      const ast = getOperationAST(document, operation.operationName) as OperationDefinitionNode;
      const oracle = new AuthOracle(model, NOBODY, MOMENT);
      const request = {
        schema: wholeSchema(model),
        document,
        operation: ast,
        variables: operation.variables,
      };
      const answer = askOracle(oracle, data, request);
      due += answer.deniedStatically.length > 0 ? 1 : 0;
      const served = open.execute({ query: operation.text, ...operation });
      const traffic = [{ subgraph: "all", query: operation.text, variables: operation.variables }];
      const wrong = [
        ...judgeAnswer({ data: served.data }, answer, ast.operation === "mutation"),
        ...judgeTraffic(traffic, new Map([["all", open.schema]]), oracle),
      ];
      caught += answer.deniedStatically.length > 0 && wrong.length > 0 ? 1 : 0;
    }
    expect(due).toBeGreaterThan(10);
    expect(caught).toBe(due);
  });
});

const countGuards = (value: unknown): number => {
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + countGuards(each), 0);
  if (typeof value !== "object" || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, inner]) => sum + (key === "guards" ? (inner as Guard[]).length : countGuards(inner)),
    0,
  );
};

const withoutGuards = (model: GraphModel): GraphModel => {
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(strip);
    if (typeof value !== "object" || value === null) return value;
    if (value instanceof Map) return value;
    // Alone in one process, an interface object knows the concrete types too.
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => key !== "owner")
        .map(([key, inner]) => [key, key === "guards" ? [] : strip(inner)]),
    );
  };
  return {
    subgraphs: model.subgraphs,
    types: new Map([...model.types].map(([name, type]) => [name, strip(type) as TypeModel])),
  };
};

/** The whole graph as one subgraph: every subgraph's SDL beside the others would define things twice. */
const monolithText = (model: GraphModel): string => {
  const one = "all";
  const types = [...model.types].map(([name, type]): [string, TypeModel] => {
    const everywhere = { ...type, subgraphs: [one] };
    if (everywhere.kind !== "object" && everywhere.kind !== "interface") return [name, everywhere];
    const { interfaceObjectIn: _nowhere, ...whole } = everywhere;
    const fields = everywhere.fields.map(
      ({ provides: _provided, overrides: _taken, ...field }): FieldModel => ({
        ...field,
        subgraphs: [one],
        requires: [],
      }),
    );
    return [name, { ...whole, fields, keys: new Map() }];
  });
  return subgraphSdl({ subgraphs: [one], types: new Map(types) }, one);
};
