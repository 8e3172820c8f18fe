import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldNode,
  type InlineFragmentNode,
  Kind,
  parse,
  print,
  type SelectionNode,
  stripIgnoredCharacters,
} from "graphql";
import { stringArgument } from "../graphql/directives.js";
import { federationNames } from "./federation-names.js";
import { namedNode, namedType } from "./type-lattice.js";

/**
 * Replaces abstract type conditions inside `@requires` by the object types they include in this subgraph:
 * `pet { id ... on Furry { name ... on Cat { lives } } }` as `pet { id ... on Dog { name } ... on Cat { name lives } }`.
 *
 * The meaning stays the same: a subgraph receives objects of types that it defines. The composer at 0.27.0 reports a
 * condition on an interface other than the field's own as unsatisfiable.
 */
export const flattenRequires = (document: DocumentNode): DocumentNode => {
  const requires = federationNames(document, "requires");
  const types = readTypes(document);
  const flattened = (directive: ConstDirectiveNode, owner: string): ConstDirectiveNode => {
    const set = requires.has(directive.name.value) ? stringArgument(directive, "fields") : undefined;
    const value = set === undefined ? undefined : flattenSet(set, owner, types);
    if (value === undefined) return directive;
    const fields = { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: "fields" } } as const;
    return { ...directive, arguments: [{ ...fields, value: { kind: Kind.STRING, value } }] };
  };
  return {
    ...document,
    definitions: document.definitions.map((definition) => {
      if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.OBJECT_TYPE_EXTENSION) {
        return definition;
      }
      const fields = definition.fields?.map((field) => {
        const directives = field.directives?.map((one) => flattened(one, definition.name.value)) ?? [];
        return { ...field, directives };
      });
      return { ...definition, fields: fields ?? [] };
    }),
  };
};

/** The part of a subgraph's types that a field set needs. */
interface Types {
  /** `Type.field` → the name of its type. */
  readonly fields: ReadonlyMap<string, string>;
  /** Unions and interfaces → their object types. */
  readonly possible: ReadonlyMap<string, ReadonlySet<string>>;
}

const readTypes = ({ definitions }: DocumentNode): Types => {
  const fields = new Map<string, string>();
  const possible = new Map<string, Set<string>>();
  const put = (type: string, object?: string): void => {
    const found = possible.get(type) ?? new Set();
    possible.set(type, object === undefined ? found : found.add(object));
  };
  for (const definition of definitions) {
    if ("types" in definition)
      for (const { name } of definition.types ?? []) put(definition.name.value, name.value);
    if (!("interfaces" in definition)) continue;
    const isObject =
      definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.OBJECT_TYPE_EXTENSION;
    const { value: type } = definition.name;
    if (!isObject) put(type);
    else for (const { name } of definition.interfaces ?? []) put(name.value, type);
    for (const { name, type: of } of definition.fields ?? []) {
      fields.set(`${type}.${name.value}`, namedType(of).name.value);
    }
  }
  return { fields, possible };
};

/** The flattened field set, or undefined if it does not change. */
const flattenSet = (set: string, owner: string, types: Types): string | undefined => {
  let isChanged = false;
  const flat = (selections: readonly SelectionNode[], parent: string | undefined): readonly SelectionNode[] =>
    selections.flatMap((selection): readonly SelectionNode[] => {
      if (selection.kind === Kind.FRAGMENT_SPREAD || selection.selectionSet === undefined) return [selection];
      const { selections: inner } = selection.selectionSet;
      if (selection.kind === Kind.FIELD) {
        return [around(selection, flat(inner, types.fields.get(`${parent}.${selection.name.value}`)))];
      }
      const condition = selection.typeCondition?.name.value ?? parent;
      if (parent === undefined || condition === undefined) return [around(selection, flat(inner, condition))];
      const meant = types.possible.get(condition) ?? new Set([condition]);
      const here = types.possible.get(parent);
      // On an object type every condition is either always or never true.
      if (here === undefined) {
        isChanged ||= condition !== parent;
        return meant.has(parent) ? flat(inner, parent) : [];
      }
      if (condition === parent || !types.possible.has(condition)) {
        return [around(selection, flat(inner, condition))];
      }
      isChanged = true;
      return [...meant]
        .filter((object) => here.has(object))
        .map((object) => around({ ...selection, typeCondition: namedNode(object) }, flat(inner, object)));
    });

  const written = parseSet(set);
  if (written === undefined) return undefined;
  const selections = flat(written, owner);
  if (!isChanged || selections.length === 0) return undefined;
  return selections.map((one) => stripIgnoredCharacters(print(one))).join(" ");
};

/** The selection with these selections inside; an empty result is left unchanged. */
const around = <T extends FieldNode | InlineFragmentNode>(
  selection: T,
  selections: readonly SelectionNode[],
): T =>
  selections.length === 0
    ? selection
    : { ...selection, selectionSet: { kind: Kind.SELECTION_SET, selections } };

/** Parses a field set. For one that does not parse, the composer reports the error. */
const parseSet = (set: string): readonly SelectionNode[] | undefined => {
  try {
    const [operation] = parse(`{${set}}`, { noLocation: true }).definitions;
    return operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : undefined;
  } catch {
    return undefined;
  }
};
