import { type DocumentNode, Kind, type TypeNode } from "graphql";
import type { GuardTable } from "../authorization/read/guards.js";
import { elements } from "../authorization/read/schema-elements.js";
import { allOf, covers, OPEN, type Requirement } from "../domain/requirement.js";
import type { Effective } from "./effective.js";
import { supergraphNames } from "./federation-names.js";
import { namedType } from "./type-lattice.js";

/** A subgraph's requirement at a coordinate of the supergraph. */
export interface Demand {
  readonly coordinate: string;
  readonly requirement: Requirement;
}

/**
 * All requirements of a subgraph: its own guards, guards inherited from interfaces that the supergraph may have removed,
 * and the guards of a type that the supergraph has replaced by another.
 */
export const demandsOf = (
  document: DocumentNode,
  guards: GuardTable,
  served: Effective,
): readonly Demand[] => {
  const nameOf = supergraphNames(document);
  const usual = (coordinate: string): string => coordinate.replace(/^\w+/, (type) => nameOf(type));
  const interfaces = interfacesIn(document);
  const isKept = (coordinate: string): boolean => {
    const actual = served.at.get(usual(coordinate));
    return actual === undefined || covers(actual, guards.at.get(coordinate) ?? OPEN);
  };
  /** Guards of the element and inherited guards. A guard lost at the interface itself is reported there only. */
  const whole = (coordinate: string): Requirement => {
    const [type = ""] = /^\w+/.exec(coordinate) ?? [];
    const inherited = [...(interfaces.get(type) ?? [])]
      .map((one) => one + coordinate.slice(type.length))
      .filter(isKept);
    return allOf([OPEN, ...[coordinate, ...inherited].map((one) => guards.at.get(one) ?? OPEN)]);
  };
  const types = typesIn(document);
  const demands: Demand[] = [];
  for (const { coordinate } of elements(document)) {
    const own = whole(coordinate);
    const type = types.get(coordinate);
    const there = served.types.get(usual(coordinate));
    const isReplaced =
      type !== undefined &&
      there !== undefined &&
      there !== nameOf(type) &&
      served.below.get(there)?.has(nameOf(type)) !== true;
    demands.push({
      coordinate: usual(coordinate),
      requirement: isReplaced ? allOf([own, whole(type)]) : own,
    });
  }
  return demands;
};

/** Type → the interfaces it implements, extensions included. */
const interfacesIn = (document: DocumentNode): ReadonlyMap<string, ReadonlySet<string>> => {
  const found = new Map<string, Set<string>>();
  for (const definition of document.definitions) {
    if (!("interfaces" in definition)) continue;
    const names = found.get(definition.name.value) ?? new Set();
    for (const one of definition.interfaces ?? []) names.add(one.name.value);
    found.set(definition.name.value, names);
  }
  return found;
};

/** Field, argument or input field → its named type. */
const typesIn = (document: DocumentNode): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  const put = (coordinate: string, type: TypeNode): void => {
    found.set(coordinate, namedType(type).name.value);
  };
  for (const definition of document.definitions) {
    if (!("fields" in definition)) continue;
    for (const field of definition.fields ?? []) {
      const coordinate = `${definition.name.value}.${field.name.value}`;
      put(coordinate, field.type);
      if (field.kind !== Kind.FIELD_DEFINITION) continue;
      for (const one of field.arguments ?? []) put(`${coordinate}(${one.name.value}:)`, one.type);
    }
  }
  return found;
};
