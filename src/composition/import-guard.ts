import { type ConstDirectiveNode, type DefinitionNode, Kind, parseConstValue } from "graphql";
import { CARDEA_AUTH } from "../domain/auth-directive.js";
import { localNames, readLinks } from "../graphql/links.js";
import { composedNames } from "./lint.js";
import type { ParsedSubgraph } from "./subgraph.js";

/**
 * Adds the local name of `@auth` in a subgraph to its `@link` as an import. The composer at 0.27.0 does not recognize a
 * directive that is only named by its namespace (`as: "guard"`, or the default), and refuses to export it. Apollo's
 * composer adds the same import itself.
 */
export const importGuard = (subgraph: ParsedSubgraph): ParsedSubgraph => {
  const exported = composedNames(subgraph.document);
  const links = new Map<ConstDirectiveNode, string>();
  for (const link of readLinks(subgraph.document)) {
    if (link.identity !== CARDEA_AUTH) continue;
    const name = localNames(link, "auth").find((one) => exported.has(one));
    if (name !== undefined && link.imports.get("@auth") !== `@${name}`) links.set(link.node, name);
  }
  if (links.size === 0) return subgraph;
  const definitions = subgraph.document.definitions.map((definition): DefinitionNode => {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) {
      return definition;
    }
    const directives = definition.directives?.map((one) => withImport(one, links.get(one))) ?? [];
    return { ...definition, directives };
  });
  return { ...subgraph, document: { ...subgraph.document, definitions } };
};

const withImport = (link: ConstDirectiveNode, name: string | undefined): ConstDirectiveNode => {
  if (name === undefined) return link;
  const text = name === "auth" ? '["@auth"]' : `[{ name: "@auth", as: "@${name}" }]`;
  const kept = link.arguments?.filter((one) => one.name.value !== "import" && one.name.value !== "as") ?? [];
  return {
    ...link,
    arguments: [
      ...kept,
      {
        kind: Kind.ARGUMENT,
        name: { kind: Kind.NAME, value: "import" },
        value: parseConstValue(text, { noLocation: true }),
      },
    ],
  };
};
