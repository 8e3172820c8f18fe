import {
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  print,
} from "graphql";
import { argumentValue, textArgument } from "../../../graphql/directives.js";
import { joins } from "../../../graphql/joins.js";
import { createInterfaceObjectRoots } from "./interface-object-roots.js";

/**
 * Some fields that the planner handles wrongly are planned separately, from root fields that exist only for the
 * planner:
 *
 * - a `@requires` field of a type that was reached through an entity look-up of the same type (`product → reviews →
 *   product → shipping`), which the planner at 0.0.38 cannot plan: one root per type and subgraph that declares such
 *   fields;
 * - a concrete type's fields across an `@interfaceObject`, see `InterfaceObjectRoots`: one root per type.
 */
export interface EntityRoots {
  /** The supergraph with those root fields. */
  readonly plannerSdl: string;
  /** The root field to plan `typeName.fieldName` from; `undefined` for fields without `@requires`. */
  rootFor(typeName: string, fieldName: string): string | undefined;
  /** The root field to plan a concrete type's fields from; `undefined` for types without an interface object. */
  rootOfType(typeName: string): string | undefined;
  /** May this field answer with an interface object, whose concrete type only other subgraphs know? */
  isMasked(typeName: string, fieldName: string): boolean;
  /** Is this a field that an interface object adds to the concrete types? */
  isAdded(typeName: string, fieldName: string): boolean;
  /** Does this subgraph declare this interface as an object? */
  isInterfaceObject(subgraph: string, typeName: string): boolean;
  /** Whether there are interface objects at all. */
  readonly hasInterfaceObjects: boolean;
  /** The type of one of these root fields; `undefined` for every other name. */
  typeOfRoot(root: string): string | undefined;
  /** True if no field of this graph is ever planned separately. */
  readonly isEmpty: boolean;
}

const PREFIX = "cardea__entity_";

/** The subgraph (as a `join__Graph` value) that resolves this field from required inputs. */
const requiringGraph = (field: FieldDefinitionNode): string | undefined =>
  textArgument(
    joins(field, "join__field").find((one) => argumentValue(one, "requires") !== undefined),
    "graph",
  );

/** @param supergraph - the planner's version of it */
export const createEntityRoots = (supergraph: DocumentNode, queryTypeName: string): EntityRoots => {
  const roots = new Map<string, string>();
  const types = new Map<string, string>();
  const fields = new Map<string, FieldDefinitionNode>();
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    for (const field of definition.fields ?? []) {
      const graph = requiringGraph(field);
      if (graph === undefined) continue;
      const root = `${PREFIX}${graph}_${definition.name.value}`;
      roots.set(`${definition.name.value}.${field.name.value}`, root);
      types.set(root, definition.name.value);
      fields.set(root, rootField(root, definition, graph));
    }
  }
  const behind = createInterfaceObjectRoots(supergraph, queryTypeName);
  for (const [typeName, root] of behind.roots) types.set(root, typeName);
  const document: DocumentNode = {
    ...behind.document,
    definitions: behind.document.definitions.map((definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value === queryTypeName
        ? { ...definition, fields: [...(definition.fields ?? []), ...fields.values()] }
        : definition,
    ),
  };
  return {
    plannerSdl: print(document),
    rootFor: (typeName, fieldName) => roots.get(`${typeName}.${fieldName}`),
    rootOfType: (typeName) => behind.roots.get(typeName),
    isMasked: (typeName, fieldName) => behind.masked.has(`${typeName}.${fieldName}`),
    isAdded: (typeName, fieldName) => behind.added.has(`${typeName}.${fieldName}`),
    isInterfaceObject: (subgraph, typeName) => behind.objects.get(subgraph)?.has(typeName) === true,
    hasInterfaceObjects: behind.roots.size > 0,
    typeOfRoot: (root) => types.get(root),
    isEmpty: types.size === 0,
  };
};

const name = (value: string) => ({ kind: Kind.NAME, value }) as const;

const rootField = (root: string, type: ObjectTypeDefinitionNode, graph: string): FieldDefinitionNode => ({
  kind: Kind.FIELD_DEFINITION,
  name: name(root),
  type: { kind: Kind.NAMED_TYPE, name: name(type.name.value) },
  directives: [
    {
      kind: Kind.DIRECTIVE,
      name: name("join__field"),
      arguments: [{ kind: Kind.ARGUMENT, name: name("graph"), value: { kind: Kind.ENUM, value: graph } }],
    },
  ],
});
