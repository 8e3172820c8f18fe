import { Kind, print, type TypeNode } from "graphql";
import type { Problem } from "../domain/errors.js";
import { type AdmittedType, admitType } from "./admit-type.js";
import { type Declaration, type Declarations, deciding } from "./declarations.js";
import { type Retyping, retypeSubgraph, selectedBelow } from "./retype.js";
import type { ParsedSubgraph } from "./subgraph.js";
import { type IsBelow, namedType, narrowestOf, nullable, readHierarchy, widestOf } from "./type-lattice.js";

/** The subgraphs for the composer, and the types to restore afterwards. */
export interface Alignment {
  readonly subgraphs: readonly ParsedSubgraph[];
  /** The common type of coordinates whose type differs between subgraphs. */
  readonly types: ReadonlyMap<string, TypeNode>;
  readonly admitted: readonly AdmittedType[];
  /** Coordinates without a common type. The composer reports most of them, but not all. */
  readonly problems: readonly Problem[];
}

/**
 * Gives shared elements the same type in all subgraphs before composition.
 *
 * Output takes the widest type, input the narrowest (federation, "Differing shared field return types" and "Differing
 * shared field arguments"). The composer at 0.27.0 takes the first type when names differ: of `book: Book` in one
 * subgraph and `book: Media` in another it keeps `Book`, and a `Movie` can no longer be served. It also refuses lists
 * that differ below their first level, and requires an argument with a default in every subgraph.
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

  // A default that only some subgraphs have is removed, since the others would not receive it.
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
      // A field set with selections below the field was written for the field's own type.
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
  // An `@interfaceObject` has only one type in its subgraph, and no other type implements it there.
  const isStandIn = same?.some(({ subgraph }) => isObject(subgraph, name)) === true;
  return isStandIn && others !== undefined && others.length > 0 ? undefined : widest;
};

/**
 * Is it an optional argument that only some subgraphs have? Such an argument is not part of the supergraph. A default
 * makes it optional although its type is non-null (GraphQL §5.4.2.1).
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
  allowed: "types of which one is compatible with all others",
  fix: "give the field one type everywhere, or in one subgraph a union or interface of the other types",
});
