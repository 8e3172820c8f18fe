import { Kind, print, type TypeNode } from "graphql";
import type { Problem } from "../domain/errors.js";
import { type AdmittedType, admitType } from "./admit-type.js";
import { type Declaration, type Declarations, deciding } from "./declarations.js";
import { type Retyping, retypeSubgraph, selectedBelow } from "./retype.js";
import type { ParsedSubgraph } from "./subgraph.js";
import { type IsBelow, namedType, narrowestOf, nullable, readHierarchy, widestOf } from "./type-lattice.js";

/** Subgraphs as the composer should see them, and what to say of their types when it is done. */
export interface Alignment {
  readonly subgraphs: readonly ParsedSubgraph[];
  /** The common type of coordinates that subgraphs type differently. */
  readonly types: ReadonlyMap<string, TypeNode>;
  readonly admitted: readonly AdmittedType[];
  /** Coordinates for which there is no common type. The composer sees most of them, but not all. */
  readonly problems: readonly Problem[];
}

/**
 * Lets subgraphs agree on the types of what they share before the composer sees them.
 *
 * What is answered takes the widest type, what is given the narrowest (federation, "Differing shared field return
 * types" and "Differing shared field arguments"). The composer at 0.27.0 takes the first where names differ: of
 * `book: Book` here and `book: Media` there it keeps `Book`, and a `Movie` can no longer be served. It also refuses
 * lists that differ below their first level, and asks that an argument with a default be known everywhere.
 */
export const alignTypes = (subgraphs: readonly ParsedSubgraph[], declarations: Declarations): Alignment => {
  const isBelow = readHierarchy(subgraphs.map(({ document }) => document));
  const objects = new Set(
    subgraphs.flatMap(({ name, document }) =>
      document.definitions.flatMap((one) =>
        one.kind === Kind.OBJECT_TYPE_DEFINITION ? [`${name} ${one.name.value}`] : [],
      ),
    ),
  );
  const isObject = (subgraph: string, type: string): boolean => objects.has(`${subgraph} ${type}`);
  const types = new Map<string, TypeNode>();
  const problems: Problem[] = [];
  for (const [coordinate, declared] of declarations.at) {
    const sources = deciding(declared);
    const common = commonType(sources, isBelow, isObject);
    if (common === undefined) {
      if (sources.length > 0) problems.push(mismatch(coordinate, sources));
      continue;
    }
    const type = isCutOut(coordinate, sources, declarations) ? nullable(common) : common;
    if (declared.some((one) => print(one.type) !== print(type))) types.set(coordinate, type);
  }

  // An argument's default that only some subgraphs have is none: the others are sent nothing in its place.
  const keepsDefault = (coordinate: string): boolean =>
    !coordinate.includes("(") ||
    deciding(declarations.at.get(coordinate) ?? []).every(({ hasDefault }) => hasDefault);
  const admitted: AdmittedType[] = [];
  const aligned = subgraphs.map((subgraph) => {
    const known = new Set(
      subgraph.document.definitions.map((one) => ("name" in one ? one.name?.value : undefined)),
    );
    const added = new Map<string, AdmittedType>();
    const admits = (name: string): boolean => {
      if (known.has(name) || added.has(name)) return true;
      const one = admitType(name, subgraph, subgraphs, isBelow);
      if (one !== undefined) added.set(name, one);
      return one !== undefined;
    };
    const selected = selectedBelow(subgraph.document);
    const typeOf: Retyping["typeOf"] = (coordinate, own) => {
      const type = types.get(coordinate);
      const declared = declarations.at.get(coordinate)?.find((one) => one.subgraph === subgraph.name);
      if (type === undefined || declared?.isExternal === true) return own;
      const { value: name } = namedType(type).name;
      if (name === namedType(own).name.value) return type;
      // A field set that goes on below the field was written for its own type.
      return !selected.has(coordinate.replace(/.*\./, "")) && admits(name) ? type : own;
    };
    const document = retypeSubgraph(subgraph.document, { typeOf, keepsDefault }, added);
    admitted.push(...added.values());
    return document === subgraph.document ? subgraph : { ...subgraph, document };
  });
  return { subgraphs: aligned, types, admitted, problems };
};

const commonType = (
  sources: readonly Declaration[],
  isBelow: IsBelow,
  isObject: (subgraph: string, type: string) => boolean,
): TypeNode | undefined => {
  const written = sources.map(({ type }) => type);
  if (sources[0]?.direction === "input") return narrowestOf(written);
  const widest = widestOf(written, isBelow);
  if (widest === undefined) return undefined;
  const { value: name } = namedType(widest).name;
  const [same, others] = [true, false].map((is) =>
    sources.filter(({ type }) => (namedType(type).name.value === name) === is),
  );
  // Where it is an `@interfaceObject`, the answer has that one type only; others do not stand below it there.
  const isStandIn = same?.some(({ subgraph }) => isObject(subgraph, name)) === true;
  return isStandIn && others !== undefined && others.length > 0 ? undefined : widest;
};

/**
 * Is it given in some subgraphs only, and may be left out there? Such an argument is not part of the supergraph; a
 * default makes it optional, though its type says otherwise (GraphQL §5.4.2.1).
 */
const isCutOut = (coordinate: string, sources: readonly Declaration[], declarations: Declarations): boolean =>
  sources.every(
    ({ direction, hasDefault, type }) =>
      direction === "input" && (hasDefault || type.kind !== Kind.NON_NULL_TYPE),
  ) && declarations.owners(coordinate).size > sources.length;

const mismatch = (coordinate: string, sources: readonly Declaration[]): Problem => ({
  kind: "FIELD_TYPE_MISMATCH",
  where: coordinate,
  found: sources.map(({ subgraph, type }) => `${print(type)} in "${subgraph}"`).join(", "),
  allowed: "types one of which suits all the others",
  fix: "give the field one type everywhere, or in one subgraph a union or interface of the other types",
});
