import { type DocumentNode, Kind } from "graphql";
import { FEDERATION, readGuardNames } from "../authorization/read/guard-names.js";
import { type Application, listed, readGuards } from "../authorization/read/guards.js";
import { type GuardSettings, guardReading } from "../authorization/settings.js";
import { AUTH_LINK, CARDEA_AUTH } from "../domain/auth-directive.js";
import type { Problem } from "../domain/errors.js";
import { allOf, covers, OPEN } from "../domain/requirement.js";
import { stringArgument } from "../graphql/directives.js";
import { localNames, readLinks } from "../graphql/links.js";
import type { ParsedSubgraph } from "./subgraph.js";

/** How guards are read; the same as in the gateway. */
export type LintOptions = GuardSettings;

const LINK_FEDERATION = `@link(url: "${FEDERATION}/v2.9", import: ["@composeDirective"])`;

/**
 * Finds guards that standard composition would silently drop (docs/spec/directive.md §4.1), and unreadable guards. Each
 * problem names the subgraph, the coordinate and the line to add.
 */
export const lintSubgraphs = (
  subgraphs: readonly ParsedSubgraph[],
  options: LintOptions = {},
): readonly Problem[] => {
  const tables = subgraphs.map((subgraph) => ({
    subgraph,
    guards: readGuards(subgraph.document, { ...guardReading(options), subgraph: subgraph.name }),
  }));
  return tables.flatMap(({ subgraph, guards }) => [
    ...guards.problems.map((problem) =>
      problem.kind === "UNKNOWN_GUARD" && !problem.where.startsWith("@link(")
        ? explainUnlinked(subgraph.document, problem)
        : problem,
    ),
    ...forgottenComposeDirective(subgraph, guards.applications),
    ...notRepeatable(subgraph),
    ...undefinedGuards(subgraph, guards.applications),
    ...guards.applications
      .filter((one) => one.onExternal && !guardedByOwner(one, subgraph.name, tables))
      .map((one) => onlyOnExternal(subgraph.name, one)),
  ]);
};

/** Explains why a name did not resolve, with the exact line to add. */
const explainUnlinked = (document: DocumentNode, problem: Problem): Problem => {
  const links = readLinks(document);
  const federation2 = links.some((link) => link.identity === FEDERATION && link.major === 2);
  if (!federation2) {
    return {
      ...problem,
      kind: "LOST_GUARD",
      found: `${problem.found}; a Federation 1 subgraph cannot export a directive, so the guard would disappear`,
      fix: `add: extend schema ${LINK_FEDERATION} ${AUTH_LINK} @composeDirective(name: "@auth")`,
    };
  }
  if (links.some((link) => link.identity === CARDEA_AUTH)) return problem;
  return {
    ...problem,
    kind: "LOST_GUARD",
    found: `${problem.found}; a directive defined locally is private to its subgraph and disappears in composition`,
    fix: `add: extend schema ${AUTH_LINK} @composeDirective(name: "@auth")`,
  };
};

/** One problem per name, however often it is used, since one line is missing. */
const forgottenComposeDirective = (
  subgraph: ParsedSubgraph,
  applications: readonly Application[],
): readonly Problem[] => {
  const exported = composedNames(subgraph.document);
  const dropped = new Map<string, string[]>();
  for (const { kind, node, coordinate } of applications) {
    const { value: name } = node.name;
    if (kind === "auth" && !exported.has(name)) dropped.set(name, [...(dropped.get(name) ?? []), coordinate]);
  }
  return [...dropped].map(([name, coordinates]) => ({
    kind: "LOST_GUARD",
    subgraph: subgraph.name,
    where: listed(coordinates),
    found: `@${name} without @composeDirective; composition would drop it and serve the element unguarded`,
    allowed: "a guard that reaches the supergraph",
    fix: `add: extend schema ${LINK_FEDERATION} @composeDirective(name: "@${name}")`,
  }));
};

/** A linked guard that is used but not defined. The composer would report it as unknown at each use. */
const undefinedGuards = (
  subgraph: ParsedSubgraph,
  applications: readonly Application[],
): readonly Problem[] => {
  const defined = new Set(
    subgraph.document.definitions.flatMap((one) =>
      one.kind === Kind.DIRECTIVE_DEFINITION ? [one.name.value] : [],
    ),
  );
  const used = new Set(applications.flatMap(({ kind, node }) => (kind === "auth" ? [node.name.value] : [])));
  return [...used]
    .filter((name) => !defined.has(name))
    .map((name) => ({
      kind: "UNDEFINED_GUARD",
      subgraph: subgraph.name,
      where: `@${name}`,
      found: "a guard that is linked and used, but not defined in this subgraph",
      allowed: "the definition of schema/directives.graphql",
      fix: `add: directive @${name}(…) repeatable on …, copied from there`,
    }));
};

/** Directive names (without `@`) that the schema lists in `@composeDirective`. */
export const composedNames = (document: DocumentNode): ReadonlySet<string> => {
  const spellings = new Set(
    readLinks(document)
      .filter((link) => link.identity === FEDERATION)
      .flatMap((link) => localNames(link, "composeDirective")),
  );
  const names = new Set<string>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const directive of definition.directives ?? []) {
      if (!spellings.has(directive.name.value)) continue;
      const name = stringArgument(directive, "name");
      if (name !== undefined) names.add(name.replace(/^@/, ""));
    }
  }
  return names;
};

/** Without `repeatable` some composers keep only the arguments of the majority of subgraphs. */
const notRepeatable = (subgraph: ParsedSubgraph): readonly Problem[] => {
  const guards = readGuardNames(subgraph.document);
  return subgraph.document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.DIRECTIVE_DEFINITION || definition.repeatable) return [];
    const { value: name } = definition.name;
    if (guards.get(name) !== "auth") return [];
    return [
      {
        kind: "LOST_GUARD",
        subgraph: subgraph.name,
        where: `@${name}`,
        found: "a definition without `repeatable`; where subgraphs disagree, one guard would replace another",
        allowed: "the definition of schema/directives.graphql",
        fix: `write: directive @${name}(…) repeatable on …`,
      },
    ];
  });
};

interface SubgraphGuards {
  readonly subgraph: ParsedSubgraph;
  readonly guards: { readonly applications: readonly Application[] };
}

/** Has a subgraph that resolves the field a guard at least as strict? */
const guardedByOwner = (
  external: Application,
  subgraph: string,
  tables: readonly SubgraphGuards[],
): boolean => {
  const owned = tables
    .filter((one) => one.subgraph.name !== subgraph)
    .flatMap((one) => one.guards.applications)
    .filter((one) => one.coordinate === external.coordinate && !one.onExternal);
  return covers(allOf([OPEN, ...owned.map((one) => one.requirement)]), external.requirement);
};

const onlyOnExternal = (subgraph: string, one: Application): Problem => ({
  kind: "LOST_GUARD",
  subgraph,
  where: one.coordinate,
  found: `@${one.node.name.value} only on an @external copy; the subgraph that resolves the field has no such guard`,
  allowed: "the guard where the field is resolved",
  fix: `move @${one.node.name.value} to ${one.coordinate} in the subgraph that resolves it`,
});
