import { type ConstDirectiveNode, type DocumentNode, Kind, print } from "graphql";
import { CARDEA_AUTH } from "../../domain/auth-directive.js";
import type { Problem } from "../../domain/errors.js";
import { allOf, type Requirement } from "../../domain/requirement.js";
import { stringArgument } from "../../graphql/directives.js";
import { type GuardKind, linkProblems, looksLikeGuard, readGuardNames } from "./guard-names.js";
import { type GuardReading, readGuard } from "./literals.js";
import { elements, type Location } from "./schema-elements.js";

/** One readable guard, as declared. */
export interface Application {
  readonly coordinate: string;
  readonly kind: GuardKind;
  readonly requirement: Requirement;
  readonly node: ConstDirectiveNode;
  /** The element has `@external`: it is a copy of another subgraph's field. */
  readonly onExternal: boolean;
}

/** Every guard of one document, and the problems of unreadable guards. */
export interface GuardTable {
  readonly applications: readonly Application[];
  /** Coordinate (`Type`, `Type.field`, `Type.field(argument:)`) → the conjunction of the guards declared there. */
  readonly at: ReadonlyMap<string, Requirement>;
  readonly problems: readonly Problem[];
}

export interface ReadGuardsOptions extends GuardReading {
  /** Local directive names that the operator declared not to be guards. */
  readonly foreignDirectives: ReadonlySet<string>;
  readonly subgraph?: string;
}

const APOLLO_LOCATIONS: ReadonlySet<string> = new Set([
  "OBJECT",
  "INTERFACE",
  "FIELD_DEFINITION",
  "ENUM",
  "SCALAR",
]);
const AUTH_LOCATIONS: ReadonlySet<string> = new Set([
  ...APOLLO_LOCATIONS,
  "UNION",
  "ARGUMENT_DEFINITION",
  "INPUT_OBJECT",
  "INPUT_FIELD_DEFINITION",
]);
const AUTH_ARGUMENTS: ReadonlySet<string> = new Set(["fresh", "maxAge", "scopes", "anyOf"]);

/** Reads every guard of a subgraph or supergraph document. Pure; it reports all problems at once. */
export const readGuards = (document: DocumentNode, options: ReadGuardsOptions): GuardTable => {
  const names = readGuardNames(document);
  const applications: Application[] = [];
  const problems: Problem[] = [...linkProblems(document, options.foreignDirectives)];
  const unknown = new Map<string, string[]>();

  for (const { location, coordinate, directives } of elements(document)) {
    const onExternal = directives.some((one) => /^(federation__)?external$/.test(one.name.value));
    for (const node of directives) {
      const name = node.name.value;
      const where = { where: coordinate === "" ? "schema" : coordinate };
      if (name === "join__directive") problems.push(...hiddenGuard(node, where.where));
      const kind = names.get(name);
      if (kind === undefined) {
        if (looksLikeGuard(name) && !options.foreignDirectives.has(name))
          unknown.set(name, [...(unknown.get(name) ?? []), where.where]);
        continue;
      }
      if (!(kind === "auth" ? AUTH_LOCATIONS : APOLLO_LOCATIONS).has(location)) {
        problems.push(wrongLocation(name, location, kind, where));
        continue;
      }
      const read = readGuard(kind, node, options);
      if (read.kind === "read") {
        applications.push({ coordinate, kind, requirement: read.requirement, node, onExternal });
      } else {
        for (const problem of read.problems) {
          problems.push({
            kind: "UNREADABLE_GUARD",
            ...where,
            ...problem,
            found: `@${name} with ${problem.found}`,
          });
        }
      }
    }
  }
  for (const name of unknownDefinitions(document, names, options.foreignDirectives))
    if (!unknown.has(name)) unknown.set(name, [`@${name}`]);
  for (const [name, places] of unknown) problems.push(unknownGuard(name, { where: listed(places) }));
  problems.push(...definitionProblems(document, names));

  const at = new Map<string, Requirement>();
  for (const { coordinate, requirement } of applications) {
    const before = at.get(coordinate);
    at.set(coordinate, before === undefined ? requirement : allOf([before, requirement]));
  }
  const { subgraph } = options;
  return {
    applications,
    at,
    problems: subgraph === undefined ? problems : problems.map((one) => ({ ...one, subgraph })),
  };
};

const MAX_LISTED = 5;

/** Lists the first places of a problem, since one cause is reported as one problem. */
export const listed = (places: readonly string[]): string => {
  const more = places.length - MAX_LISTED;
  return places.slice(0, MAX_LISTED).join(", ") + (more > 0 ? ` and ${more} more` : "");
};

/** Definitions that look like a guard and that no link resolves. */
const unknownDefinitions = (
  document: DocumentNode,
  names: ReadonlyMap<string, GuardKind>,
  foreign: ReadonlySet<string>,
): readonly string[] =>
  document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.DIRECTIVE_DEFINITION) return [];
    const name = definition.name.value;
    return !names.has(name) && looksLikeGuard(name) && !foreign.has(name) ? [name] : [];
  });

const definitionProblems = (
  document: DocumentNode,
  names: ReadonlyMap<string, GuardKind>,
): readonly Problem[] => {
  const problems: Problem[] = [];
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.DIRECTIVE_DEFINITION) continue;
    const name = definition.name.value;
    if (names.get(name) !== "auth") continue;
    const unknown = (definition.arguments ?? []).filter((one) => !AUTH_ARGUMENTS.has(one.name.value));
    const places = definition.locations.filter((one) => !AUTH_LOCATIONS.has(one.value));
    for (const odd of [...unknown.map((one) => print(one)), ...places.map((one) => one.value)]) {
      problems.push({
        kind: "UNKNOWN_GUARD",
        where: `@${name}`,
        found: `a definition with ${odd}`,
        allowed: `arguments ${[...AUTH_ARGUMENTS].join(", ")} and the locations of ${CARDEA_AUTH}/v1.0`,
        fix: "copy the definition from schema/directives.graphql",
      });
    }
  }
  return problems;
};

const unknownGuard = (name: string, where: { readonly where: string }): Problem => ({
  kind: "UNKNOWN_GUARD",
  ...where,
  found: `@${name}, which no @link resolves to a specification Cardea knows`,
  allowed: `a guard linked from ${CARDEA_AUTH}/v1.0 or from Apollo's specifications`,
  fix: `add @link(url: "${CARDEA_AUTH}/v1.0", import: ["@auth"]), or declare "${name}" in auth.foreignDirectives`,
});

const wrongLocation = (
  name: string,
  location: Location,
  kind: GuardKind,
  where: { readonly where: string },
): Problem => ({
  kind: "UNREADABLE_GUARD",
  ...where,
  found: `@${name} on ${location}`,
  allowed: [...(kind === "auth" ? AUTH_LOCATIONS : APOLLO_LOCATIONS)].join(", "),
  fix: "move the guard to the field or type that returns the value",
});

/** Some composers move directives into `@join__directive`, where a guard would not be read. */
const hiddenGuard = (node: ConstDirectiveNode, where: string): readonly Problem[] => {
  const name = stringArgument(node, "name");
  if (name === undefined || !looksLikeGuard(name.replace(/^@/, ""))) return [];
  return [
    {
      kind: "UNREADABLE_GUARD",
      where,
      found: `@${name} inside @join__directive`,
      allowed: "guards applied directly to the element",
      fix: 'add @composeDirective(name: "@auth") in the subgraph and compose again',
    },
  ];
};
