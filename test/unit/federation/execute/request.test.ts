import { describe, expect, it } from "vitest";
import { compileRequest, type RequestTemplate } from "../../../../src/federation/execute/request.js";
import { anExecution, answered } from "../../../support/plan-builders.js";

const template = (more: Partial<RequestTemplate> = {}): RequestTemplate => ({
  subgraph: "a",
  operationKind: "query",
  operation: "{me{id}}",
  operationName: undefined,
  variableUsages: [],
  clientVariable: (wire) => wire,
  mayRepeat: false,
  mayShare: false,
  ...more,
});
const built = (more: Partial<RequestTemplate>, variables: object = {}, extra = "") =>
  compileRequest(template(more))(
    anExecution(() => answered({}), { variables: variables as Readonly<Record<string, unknown>> }),
    extra,
  );
const bodyOf = (more: Partial<RequestTemplate>, variables: object = {}, extra = ""): unknown => {
  const { bodyHead, variablesText } = built(more, variables, extra);
  return JSON.parse(`${bodyHead}${variablesText}}`);
};

describe("the body of a request to a subgraph", () => {
  it("holds the operation and its variables, and no member more", () => {
    expect(
      bodyOf({ operation: "query($v:Int){a(v:$v)}", variableUsages: ["v"] }, { v: 1, other: 2 }),
    ).toEqual({
      query: "query($v:Int){a(v:$v)}",
      variables: { v: 1 },
    });
  });

  it("carries the representations beside the variables", () => {
    expect(bodyOf({ variableUsages: ["v"] }, { v: null }, '"representations":[{"id":"1"}]')).toMatchObject({
      variables: { representations: [{ id: "1" }], v: null },
    });
  });

  it("takes the values under the client's names, and sends them under the plan's", () => {
    const names = { clientVariable: (wire: string) => wire.replace("wire_", "") };
    expect(bodyOf({ ...names, variableUsages: ["wire_a"] }, { a: 1, wire_a: 2 })).toMatchObject({
      variables: { wire_a: 1 },
    });
  });

  it("stays JSON with whatever text a variable has", () => {
    const value = 'quo"te\\ \u2028\n</script>';
    expect(
      bodyOf({ operation: 'query($v:S){a(v:$v) b(t:"x\\"y")}', variableUsages: ["v"] }, { v: value }),
    ).toEqual({
      query: 'query($v:S){a(v:$v) b(t:"x\\"y")}',
      variables: { v: value },
    });
  });
});

describe("a variable", () => {
  it("that was not sent stays absent, one sent as null is null", () => {
    expect(built({ variableUsages: ["a", "b", "c"] }, { b: null }).variablesText).toBe('{"b":null}');
  });

  it("that has no JSON stays absent", () => {
    const variables = { a: undefined, b: () => 1, c: 2 };
    expect(built({ variableUsages: ["a", "b", "c"] }, variables).variablesText).toBe('{"c":2}');
  });

  it.each(["constructor", "toString", "__proto__", "hasOwnProperty"])(
    "named %s is sent when the client sent it, and not otherwise",
    (name) => {
      expect(built({ variableUsages: [name] }).variablesText).toBe("{}");
      const sent = JSON.parse(`{"${name}":{"a":1}}`) as object;
      expect(built({ variableUsages: [name] }, sent).variablesText).toBe(`{"${name}":{"a":1}}`);
    },
  );
});

describe("the client's operation name", () => {
  it.each([
    ["{me{id}}", "query", "query Mine{me{id}}"],
    ["query{me{id}}", "query", "query Mine{me{id}}"],
    ["query($a:Int){me(a:$a)}", "query", "query Mine($a:Int){me(a:$a)}"],
    ["mutation{pay}", "mutation", "mutation Mine{pay}"],
    ["mutation($a:Int){pay(a:$a)}", "mutation", "mutation Mine($a:Int){pay(a:$a)}"],
  ] as const)("is put on %s", (operation, operationKind, query) => {
    const request = built({ operation, operationKind, operationName: "Mine" });
    expect([request.query, request.operationName]).toEqual([query, "Mine"]);
    expect(bodyOf({ operation, operationKind, operationName: "Mine" })).toEqual({
      query,
      operationName: "Mine",
      variables: {},
    });
  });

  it.each(["query Named{a}", "fragment F on Query{a} {...F}", "mutation{a}", "queryish{a}"])(
    "is left out where it would not name the operation: %s",
    (operation) => {
      const request = built({ operation, operationName: "Mine" });
      expect([request.query, request.operationName]).toEqual([operation, undefined]);
      expect(request.bodyHead).not.toContain("operationName");
    },
  );

  it("is absent where the client gave none", () => {
    expect(built({}).bodyHead).toBe('{"query":"{me{id}}","variables":');
  });
});

describe("repetitions in the answer", () => {
  it("are detected if objects may be shared, and not if the plan may send the same request twice", () => {
    const requested = (mayShare: boolean, mayRepeat: boolean) =>
      built({ mayShare, mayRepeat }).repetition !== undefined;
    expect([requested(true, false), requested(true, true), requested(false, false)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(built({ mayRepeat: true }).mayRepeat).toBe(true);
  });

  it("are remembered from one request of the fetch to the next", () => {
    const build = compileRequest(template({ mayShare: true }));
    const state = anExecution(() => answered({}));
    expect(build(state, "").repetition).toBe(build(state, "").repetition);
    expect(build(state, "").repetition).not.toBe(
      compileRequest(template({ mayShare: true }))(state, "").repetition,
    );
  });
});
