import { getOperationAST, parse, validate } from "graphql";
import { describe, expect, it } from "vitest";
import { createAuthorizer } from "../../../../src/authorization/index.js";
import { composeSubgraphs } from "../../../../src/composition/index.js";
import { ConfigError } from "../../../../src/domain/errors.js";
import { ANONYMOUS } from "../../../../src/domain/principal.js";
import { type BypassCase, loadCases } from "../../../support/bypass-case.js";
import { planThrough } from "../planner-support.js";
import { aUser, cpuMs, NOW } from "../support.js";

const compose = ({ subgraphs }: BypassCase): string =>
  composeSubgraphs(
    Object.entries(subgraphs).map(([name, sdl]) => ({ name, url: `http://${name}.invalid`, sdl })),
  ).supergraphSdl;

const callerOf = ({ claims, raw_claims }: BypassCase) => {
  if (claims.anonymous) return ANONYMOUS;
  const age = claims.auth_age_seconds ?? (claims.fresh ? 0 : 3600);
  // Malformed claims are the verifier's to read, and it reads them as no scopes.
  return aUser({ scopes: raw_claims === undefined ? claims.scopes : [], authTime: NOW - age });
};

const decide = (one: BypassCase) => {
  const graph = createAuthorizer({
    supergraphSdl: compose(one),
    settings: { interfaces: one.mode },
  });
  const document = parse(one.query);
  const errors = validate(graph.apiSchema, document);
  const operation = getOperationAST(document, one.operationName);
  if (errors.length > 0 || !operation) return { codes: ["GRAPHQL_VALIDATION_FAILED"], fetched: "" };
  const decision = graph.authorizer.decide(graph.authorizer.compile(document, operation), {
    principal: callerOf(one),
    variables: one.variables,
    nowSeconds: NOW,
    degraded: false,
  });
  if (decision instanceof Promise) throw new TypeError("no policy is registered here");
  if (decision.kind === "tooComplex") return { codes: ["OPERATION_TOO_COMPLEX"], fetched: "" };
  const fetches = decision.kind === "refused" ? [] : planThrough(graph, decision.plannable);
  return {
    codes: decision.kind === "allowed" ? [] : [...new Set(decision.denied.map(({ code }) => code))],
    fetched: fetches.map(({ operation: text }) => text).join("\n"),
  };
};

// Cases that only make sense over HTTP are driven end to end elsewhere; the decision itself is plain here.
const overHttpOnly = (one: BypassCase): boolean => one.http !== undefined;
const cases = loadCases();
const refused = cases.filter(
  (one) => one.expect.reject_at === "compose" || one.id === "from-context-transitive",
);
const decided = cases.filter((one) => !refused.includes(one) && !overHttpOnly(one));

describe("the corpus of bypasses, decided and planned without a server", () => {
  it.each(refused.map((one) => [one.id, one] as const))("refuses the graph of %s", (_id, one) => {
    expect(() => createAuthorizer({ supergraphSdl: compose(one) })).toThrow(ConfigError);
  });

  it.each(
    decided.filter((one) => one.expect.must_error_codes !== undefined).map((one) => [one.id, one] as const),
  )("answers %s with exactly its codes", (_id, one) => {
    expect(decide(one).codes).toEqual(one.expect.must_error_codes);
  });

  it.each(
    decided.flatMap((one) => (one.expect.must_not_fetch ?? []).map((field) => [one.id, field, one] as const)),
  )("plans nothing for %s that asks for %s", (_id, field, one) => {
    expect(decide(one).fetched).not.toMatch(new RegExp(`\\b${field}\\b`));
  });

  it("answers the fragment bomb within a second", () => {
    const bomb = cases.find((one) => one.id === "fragment-expansion-bomb");
    const spent = cpuMs(() => {
      expect(bomb && decide(bomb).codes).toEqual(["OPERATION_TOO_COMPLEX"]);
    });
    expect(spent).toBeLessThan(1000);
  });
});
