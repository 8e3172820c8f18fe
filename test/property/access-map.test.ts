import { composeServices } from "@theguild/federation-composition";
import { isObjectType, parse } from "graphql";
import { expect, it } from "vitest";
import { scopesOf } from "../../src/authorization/explain/explain-schema.js";
import { personasOf, principalOf } from "../../src/authorization/explain/personas.js";
import { reach, reachedBy } from "../../src/authorization/explain/reach.js";
import { reachGraphOf } from "../../src/authorization/explain/reach-graph.js";
import { createAuthorizer } from "../../src/authorization/index.js";
import { askReach } from "../support/authorizer-reach.js";
import { hash } from "../support/graph-data.js";
import { POLICY_NAMES } from "../support/policies.js";
import { randomGraph } from "../support/random-graph-generator.js";
import { subgraphSdl } from "../support/random-graph-sdl.js";
import { Tape } from "../support/tape.js";

const GRAPHS = Number(process.env["ACCESS_MAP_GRAPHS"] ?? 100);

const tapeOf = (index: number): Tape => Tape.fromSeed(hash(`access map/${index}`));

/** What the authorizer can be asked about: object types, fields, arguments, input fields. */
const comparable = (found: ReadonlySet<string>, isType: (name: string) => boolean): readonly string[] =>
  [...found].filter((one) => one.includes(".") || isType(one)).sort();

it(`"reached on some way" is what some operation is granted (${GRAPHS} graphs)`, async () => {
  let asked = 0;
  for (let index = 0; index < GRAPHS; index += 1) {
    const model = randomGraph(tapeOf(index));
    const { supergraphSdl, errors } = composeServices(
      model.subgraphs.map((name) => ({
        name,
        url: `http://${name}.invalid`,
        typeDefs: parse(subgraphSdl(model, name)),
      })),
    );
    if (supergraphSdl === undefined) throw new Error(errors.map(({ message }) => message).join("\n"));
    // Half of the graphs have policies that say yes; in the others nobody registered one.
    const policyGrants = index % 2 === 0;
    const graph = createAuthorizer({
      supergraphSdl,
      settings: {
        ...model.settings,
        interfaces: index % 3 === 0 ? "strict" : "precise",
        ...(policyGrants ? { policies: new Map(POLICY_NAMES.map((name) => [name, () => true])) } : {}),
      },
    });
    const walked = reachGraphOf(graph);
    const isObject = (name: string): boolean => {
      const type = graph.apiSchema.getType(name);
      return isObjectType(type) && !graph.rules.roots.has(name);
    };
    const personas = personasOf(scopesOf(graph.rules));
    const callers = personas.map((persona) => {
      const principal = principalOf(persona, scopesOf(graph.rules));
      return { principal, nowSeconds: 0, degraded: false, policy: () => policyGrants };
    });
    const together = reachedBy(walked, graph.rules, callers);
    for (const [number, persona] of personas.entries()) {
      const facts = callers[number];
      if (facts === undefined) throw new Error("a caller for each persona");
      const { principal } = facts;
      const alone = reach(walked, graph.rules, facts);
      const withOthers = walked.coordinates.filter((_, at) => ((together[at] ?? 0) & (1 << number)) !== 0);
      expect(withOthers, `graph ${index}, ${persona.id}, with others`).toEqual([...alone]);
      const answer = await askReach(graph, principal);
      asked += answer.asked;
      const said = comparable(alone, isObject);
      const granted = comparable(answer.found, isObject);
      expect(said, `graph ${index}, ${persona.id}`).toEqual(granted);
    }
  }
  expect(asked).toBeGreaterThan(GRAPHS * 100);
}, 900_000);
