import { parse } from "graphql";
import { buildRules } from "../authorization/build-rules.js";
import { OPEN_ID, type RequirementId, type Rules } from "../authorization/rules.js";
import { fullSchemaOf } from "../authorization/schemas.js";
import { allOf, covers, OPEN, type Requirement } from "../domain/requirement.js";

/** A coordinate that asks for less than it did. */
export interface OpenedCoordinate {
  readonly coordinate: string;
  readonly before: Requirement;
  readonly after: Requirement;
}

export interface SupergraphDiff {
  /** More open than before; empty means nothing was opened. */
  readonly opened: readonly OpenedCoordinate[];
  /** Stricter than before, for the reader's information. */
  readonly tightened: readonly OpenedCoordinate[];
}

/**
 * Which coordinates became more open from one supergraph to the next, inheritance and `@requires` counted in.
 * A coordinate that did not exist before was not opened.
 *
 * @throws ConfigError when either has a guard that cannot be read
 */
export const diffSupergraphs = (
  before: string,
  after: string,
  foreignDirectives: readonly string[] = [],
): SupergraphDiff => {
  const old = effectiveRequirements(before, foreignDirectives);
  const next = effectiveRequirements(after, foreignDirectives);
  const opened: OpenedCoordinate[] = [];
  const tightened: OpenedCoordinate[] = [];
  for (const [coordinate, demanded] of old) {
    const actual = next.get(coordinate);
    if (actual === undefined) continue;
    if (!covers(actual, demanded)) opened.push({ coordinate, before: demanded, after: actual });
    else if (!covers(demanded, actual)) tightened.push({ coordinate, before: demanded, after: actual });
  }
  return { opened, tightened };
};

/** Everything a coordinate asks for in the end, its parent type included. */
const effectiveRequirements = (
  sdl: string,
  foreignDirectives: readonly string[],
): ReadonlyMap<string, Requirement> => {
  const document = parse(sdl);
  const rules = buildRules(document, fullSchemaOf(document), {
    freshSeconds: 300,
    policyImpliesAuth: true,
    foreignDirectives: new Set(foreignDirectives),
    unverifiedSubgraphs: new Set(),
  });
  const found = new Map<string, Requirement>();
  for (const type of rules.types.values()) {
    found.set(type.name, conjunction(rules, [type.requirement]));
    for (const field of type.fields.values()) {
      const whole = [type.requirement, field.requirement];
      found.set(field.coordinate, conjunction(rules, whole));
      for (const argument of field.arguments.values()) {
        found.set(argument.coordinate, conjunction(rules, [...whole, argument.requirement]));
      }
    }
  }
  for (const fields of rules.inputs.values()) {
    for (const field of fields.values()) found.set(field.coordinate, conjunction(rules, [field.requirement]));
  }
  return found;
};

const conjunction = (rules: Rules, ids: readonly RequirementId[]): Requirement =>
  allOf([OPEN, ...ids.filter((id) => id !== OPEN_ID).map((id) => rules.requirements[id] ?? OPEN)]);
