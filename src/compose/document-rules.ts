import { isScalarType, parse, type ValidationRule } from "graphql";
import type { AuthorizedGraph } from "../authorization/create-authorizer.js";
import { AUTH_SUBGRAPH_URL } from "../composition/index.js";
import { noSecretLiterals } from "../federation/request/secret-literals.js";
import { readJoins } from "../graphql/joins.js";

/** What a document is validated by beside the rules of GraphQL, wherever it is taken from. */
export const documentRules = (secretTypes: Iterable<string>): readonly ValidationRule[] => [
  noSecretLiterals(new Set(secretTypes)),
];

/** The secret types of a graph, by whatever prefix its auth subgraph was composed with; none without that subgraph. */
export function secretTypesOf({ supergraphSdl, apiSchema }: AuthorizedGraph): readonly string[] {
  const { urls, typeGraphs } = readJoins(parse(supergraphSdl, { noLocation: true }));
  return Object.values(apiSchema.getTypeMap()).flatMap((type) =>
    isScalarType(type) &&
    type.name.endsWith("Secret") &&
    typeGraphs(type.name).some((graph) => urls.get(graph) === AUTH_SUBGRAPH_URL)
      ? [type.name]
      : [],
  );
}
