import { type ConstDirectiveNode, type DocumentNode, Kind } from "graphql";
import { FEDERATION } from "../authorization/read/guard-names.js";
import { localNames, readLinks } from "../graphql/links.js";

/** Every local name of a federation directive in a subgraph; the bare name is that of Federation 1. */
export const federationNames = (document: DocumentNode, directive: string): ReadonlySet<string> => {
  const links = readLinks(document).filter((link) => link.identity === FEDERATION);
  return new Set([directive, ...links.flatMap((link) => localNames(link, directive))]);
};

/** The first directive with one of these names. */
export const directiveNamed = (
  node: { readonly directives?: readonly ConstDirectiveNode[] | undefined },
  names: ReadonlySet<string>,
): ConstDirectiveNode | undefined => node.directives?.find((directive) => names.has(directive.name.value));

const ROOTS = { query: "Query", mutation: "Mutation", subscription: "Subscription" } as const;

/** The supergraph's name of a type of this subgraph: root types have default names there. */
export const supergraphNames = (document: DocumentNode): ((type: string) => string) => {
  const roots = new Map<string, string>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const { operation, type } of definition.operationTypes ?? []) {
      roots.set(type.name.value, ROOTS[operation]);
    }
  }
  return (type) => roots.get(type) ?? type;
};
