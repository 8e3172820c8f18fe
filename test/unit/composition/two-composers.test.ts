import { composeServices } from "@apollo/composition";
import { getOperationAST, parse, validate } from "graphql";
import { describe, expect, it } from "vitest";
import { createAuthorizer } from "../../../src/authorization/index.js";
import { compareSupergraph, composeSubgraphs, type SubgraphSource } from "../../../src/composition/index.js";
import { ANONYMOUS, type Principal } from "../../../src/domain/principal.js";
import { type BypassCase, loadCases } from "../../support/bypass-case.js";
import { aUser, NOW } from "../authorization/support.js";
import { factsOf } from "./facts.js";
import { COMPOSED, type MergingGraph, REFUSED } from "./merging-graphs.js";
import { problemsOf } from "./support.js";

const sources = (one: BypassCase) =>
  Object.entries(one.subgraphs).map(([name, sdl]) => ({ name, url: `http://${name}.invalid`, sdl }));

const composedElsewhere = (one: BypassCase): string => elsewhere(sources(one));

/** The other composer; it is an oracle here and ships with nothing. */
const elsewhere = (subgraphs: readonly SubgraphSource[]): string => {
  const result = composeServices(subgraphs.map(({ sdl, ...rest }) => ({ ...rest, typeDefs: parse(sdl) })));
  if (result.supergraphSdl === undefined) throw new Error(result.errors?.map(String).join("\n"));
  return result.supergraphSdl;
};

const callers: readonly Principal[] = [
  ANONYMOUS,
  aUser({ authTime: NOW }),
  aUser({ scopes: ["a", "pii", "priv", "s", "admin", "user", "b"], authTime: NOW }),
  aUser({ scopes: ["A1", "A2", "B1", "rev", "price", "c"] }),
];

/** Everything that decides what is served, for every caller; order of selections aside, which is the composer's. */
const decisions = (supergraphSdl: string, one: BypassCase) => {
  const graph = createAuthorizer({ supergraphSdl, settings: { interfaces: one.mode } });
  const document = parse(one.query);
  const operation = getOperationAST(document, one.operationName);
  if (!operation || validate(graph.apiSchema, document).length > 0) return "invalid";
  const compiled = graph.authorizer.compile(document, operation);
  return callers.map((principal) => {
    const input = { principal, variables: one.variables, nowSeconds: NOW, degraded: false };
    const decision = graph.authorizer.decide(compiled, input);
    if (decision instanceof Promise) throw new TypeError("no policy is registered here");
    const denied = "denied" in decision ? decision.denied : [];
    const text = "plannable" in decision ? decision.plannable?.text : undefined;
    return { kind: decision.kind, denied, selected: text?.match(/\w+/g)?.sort() };
  });
};

const cases = loadCases().filter(
  (one) => one.expect.reject_at !== "compose" && one.id !== "from-context-transitive",
);

describe("supergraphs of another composer", () => {
  it.each(cases.map((one) => [one.id, one] as const))("decide %s as ours does", (_id, one) => {
    const ours = composeSubgraphs(sources(one)).supergraphSdl;
    const theirs = composedElsewhere(one);
    expect(decisions(theirs, one)).toEqual(decisions(ours, one));
  });

  it.each(cases.map((one) => [one.id, one] as const))("hold the guards of %s", (_id, one) => {
    expect(compareSupergraph(composedElsewhere(one), sources(one))).toEqual([]);
  });

  it.each(
    loadCases()
      .filter((one) =>
        [
          "compose-directive-forgotten",
          "local-definition-no-link",
          "fed1-subgraph-uses-auth",
          "external-only-guard-provides",
        ].includes(one.id),
      )
      .map((one) => [one.id, one] as const),
  )("that lost a guard (%s) are refused by comparison with their subgraphs", (_id, one) => {
    expect(compareSupergraph(composedElsewhere(one), sources(one)).length).toBeGreaterThan(0);
  });
});

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@interfaceObject", "@tag"])\n`;

const named = ([, ...sdls]: MergingGraph): readonly SubgraphSource[] =>
  sdls.map((sdl, at) => {
    const name = "abc".charAt(at);
    return { name, url: `http://${name}.invalid`, sdl: LINK + sdl };
  });

const titled = (graphs: readonly MergingGraph[]) => graphs.map((graph) => [graph[0], graph] as const);

describe.each(Object.entries(COMPOSED))("two composers on %s", (_kind, graphs) => {
  it.each(titled(graphs))("make the same of %s", (_about, graph) => {
    const subgraphs = named(graph);
    expect(factsOf(composeSubgraphs(subgraphs).supergraphSdl)).toEqual(factsOf(elsewhere(subgraphs)));
  });
});

describe("two composers", () => {
  it.each(titled(REFUSED))("both refuse %s", (_about, graph) => {
    const subgraphs = named(graph);
    expect(problemsOf(() => composeSubgraphs(subgraphs))).not.toEqual([]);
    expect(() => elsewhere(subgraphs)).toThrow();
  });
});
