import { type AuthorizedGraph, scopesOf } from "../authorization/index.js";
import { AUTH_SUBGRAPH_URL } from "../composition/index.js";
import { byText } from "./listed.js";
import type { SubgraphAccess, SubgraphIdentity } from "./model.js";

/** What somebody who holds a subgraph could do elsewhere with the identities that are sent to it. */
export const subgraphsAccess = (
  { rules, subgraphs }: AuthorizedGraph,
  identities: Readonly<Record<string, SubgraphIdentity>>,
): readonly SubgraphAccess[] => {
  const all = scopesOf(rules);
  const resolved = resolvedFields(rules);
  const told = subgraphs.map(({ value: graph, name = graph, url }) => {
    const given = Object.hasOwn(identities, name) ? identities[name] : undefined;
    const { audience = name, extraAudiences = [] } = given ?? {};
    const mode: SubgraphAccess["identity"] = url === AUTH_SUBGRAPH_URL ? "inProcess" : (given?.mode ?? "jwt");
    return { graph, name, mode, audience, audiences: mode === "jwt" ? [audience, ...extraAudiences] : [] };
  });
  return told
    .map(({ graph, name, mode, audiences }): SubgraphAccess => {
      const { fields, scopes } = resolved.get(graph) ?? { fields: 0, scopes: new Set<string>() };
      return {
        name,
        fields,
        identity: mode,
        audiences,
        opens: told
          .filter((one) => one.name !== name && one.mode === "jwt" && audiences.includes(one.audience))
          .map((one) => one.name)
          .sort(byText),
        scopesNeeded: all.filter((one) => scopes.has(one)),
        scopesBeyond: all.filter((one) => !scopes.has(one)),
      };
    })
    .sort((left, right) => byText(left.name, right.name));
};

interface Resolved {
  fields: number;
  readonly scopes: Set<string>;
}

/** Graph → fields it resolves, and the scopes their demands name. */
const resolvedFields = (rules: AuthorizedGraph["rules"]): ReadonlyMap<string, Resolved> => {
  const found = new Map<string, Resolved>();
  const scopesOfDemand = rules.requirements.map((one) => one.scopes.flat(2));
  for (const type of rules.types.values()) {
    if (type.kind !== "object") continue;
    for (const field of type.fields.values()) {
      const ids = [type.requirement, field.requirement];
      for (const argument of field.arguments.values()) ids.push(argument.requirement);
      for (const graph of field.graphs) {
        const one = found.get(graph) ?? { fields: 0, scopes: new Set<string>() };
        found.set(graph, one);
        one.fields += 1;
        for (const id of ids) for (const scope of scopesOfDemand[id] ?? []) one.scopes.add(scope);
      }
    }
  }
  return found;
};
