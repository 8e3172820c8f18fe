import { describe, expect, it } from "vitest";
import { loadCases, parseCase } from "../support/bypass-case.js";
import {
  judgeCodes,
  judgePresence,
  judgeSafety,
  type Observation,
  valuesAt,
} from "../support/bypass-judge.js";
import { deniedFieldNames } from "../support/denied-names.js";
import { startRecordingSubgraph } from "../support/recording-subgraph.js";

const cases = loadCases();
const named = (id: string) => {
  const found = cases.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no case ${id}`);
  return found;
};

const seen = (body: object, over: Partial<Observation> = {}): Observation => ({
  status: 200,
  text: JSON.stringify(body),
  answers: [body],
  traffic: [],
  durationMs: 1,
  ...over,
});

const traffic = (query: string, variables = {}) => [
  { subgraph: "a", query, variables, operationName: undefined, headers: {} },
];

describe("the bypass harness", () => {
  it("reads the whole corpus", () => {
    expect(cases).toHaveLength(89);
    expect(new Set(cases.map((each) => each.id)).size).toBe(89);
  });

  it.each([
    ["a case", { id: "x", expect: {}, claims: {}, surprise: 1 }],
    ["an expectation", { id: "x", expect: { must_sparkle: true }, claims: {} }],
    ["claims", { id: "x", expect: {}, claims: { root: true } }],
    ["a primer", { id: "x", expect: {}, claims: {}, prime: [{ query: "{ a }", cookies: {} }] }],
  ])("refuses a key it would not act upon in %s", (_where, raw) => {
    expect(() => parseCase(raw)).toThrow(/does not know the key/);
  });

  it("sees a denied value behind lists, aliases and prototype names", () => {
    expect(valuesAt({ grid: [[{ note: "x" }]] }, ["grid", "@", "@", "note"])).toEqual(["x"]);
    expect(valuesAt({}, ["__proto__"])).toEqual([undefined]);
    expect(valuesAt(JSON.parse('{"__proto__":"x"}'), ["__proto__"])).toEqual(["x"]);
  });

  it("fails a case whose denied value is served, fetched or carried in a representation", () => {
    const bypass = named("requires-transitive");
    const served = seen({ data: { person: { id: "1", score: 3 } } });
    expect(judgeSafety(bypass, served).join()).toMatch(/score is served/);
    const fetched = seen({ data: null }, { traffic: traffic("{ person { ssn } }") });
    expect(judgeSafety(bypass, fetched).join()).toMatch(/ssn is fetched/);
    const carried = seen(
      { data: null },
      { traffic: traffic("query($representations: [X]) { a }", { representations: [{ ssn: "1" }] }) },
    );
    expect(judgeSafety(bypass, carried).join()).toMatch(/ssn travels/);
    expect(judgeSafety(bypass, seen({ data: { person: { id: "1", score: null } } }))).toEqual([]);
  });

  it("fails a case that blocks too much or does not report the refusal", () => {
    const bypass = named("requires-transitive");
    const silent = seen({ data: { person: null } });
    expect(judgePresence(bypass, silent)).toHaveLength(1);
    expect(judgeCodes(bypass, silent)).toHaveLength(1);
  });

  it("counts a name as denied only where nobody may see it", () => {
    expect(deniedFieldNames(named("decision-not-shared-across-arguments"))).toEqual(new Set());
    expect(deniedFieldNames(named("iface-field-guard-via-named-fragment"))).toEqual(new Set(["secret"]));
    expect(deniedFieldNames(named("alias"))).toEqual(new Set(["secret"]));
  });

  it("has subgraphs that answer every field, list, union member and entity", async () => {
    const subgraph = await startRecordingSubgraph({
      name: "a",
      sdl: `type Query { us: [U!]! grid: [[Int!]!]! } union U = A | B type A @key(fields: "id") { id: ID! x: Int } type B { e: E } enum E { ONE }`,
    });
    const ask = async (query: string, variables = {}): Promise<unknown> =>
      (await fetch(subgraph.url, { method: "POST", body: JSON.stringify({ query, variables }) })).json();
    const answer = await ask("{ us { __typename ... on A { id x } ... on B { e } } grid }");
    expect(answer).toMatchObject({ data: { us: [{ __typename: "A" }, { __typename: "B", e: "ONE" }] } });
    const entity = await ask(
      "query($r: [_Any!]!) { _entities(representations: $r) { __typename ... on A { id } } }",
      { r: [{ __typename: "A", id: "A:3" }] },
    );
    expect(entity).toEqual({ data: { _entities: [{ __typename: "A", id: "A:3" }] } });
    expect(subgraph.requests.map((each) => each.query)).toHaveLength(2);
    await ask("{ _service { sdl } }");
    expect(subgraph.requests).toHaveLength(2);
    await subgraph.close();
  });
});
