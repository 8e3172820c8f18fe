import {
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  Kind,
  type SelectionSetNode,
} from "graphql";
import { fragmentNamed, onlyOperation, responseKey } from "../../graphql/documents.js";
import type { TypeConditions } from "../../graphql/type-conditions.js";
import { compileRead, type Read } from "../result/access.js";
import { isJsonObject, type JsonObject, type JsonValue, own } from "../result/json.js";
import type { Walk } from "../result/sharing/shared-objects.js";
import type { SubgraphTypes } from "../supergraph/subgraph-types.js";

/** Corrects the `__typename` of the objects of an answer, in place. */
export type NameObjects = (data: JsonObject, walk: Walk | undefined) => void;

/** Decides which type names of a subgraph are trusted. */
export interface BelievedNames {
  /** @returns `undefined` when no object of the fetch could have a type that the subgraph does not define */
  compile(subgraph: string, document: DocumentNode): NameObjects | undefined;
}

/** Not a valid type name: an object with this name has no type, and no later fetch is made for it. */
const NOT_ITS_OWN = "(a type its subgraph does not have)";

/**
 * A subgraph may only name types that it defines. For an `@interfaceObject` that is the interface's name, whatever the
 * subgraph sends; another subgraph decides the object's type. Only places where the schema would accept a type that the
 * subgraph does not define are checked.
 */
export const createBelievedNames = (
  schema: GraphQLSchema,
  types: TypeConditions,
  bySubgraph: ReadonlyMap<string, SubgraphTypes>,
): BelievedNames => ({
  compile(subgraph, document) {
    const known = bySubgraph.get(subgraph);
    const operation = onlyOperation(document);
    if (known === undefined || operation === undefined) return undefined;
    const parent = schema.getRootType(operation.operation) ?? undefined;
    const compiler = new Compiler(schema, types, known, document);
    const place = compiler.at([{ set: operation.selectionSet, parent }], parent);
    return place && ((data, walk) => nameAt(place, data, walk));
  },
});

interface Selected {
  readonly set: SelectionSetNode;
  readonly parent: GraphQLNamedType | undefined;
}

/** One path of an answer, without list indices. */
interface Place {
  /** Maps the type name of an object to the trusted one; `undefined` if every name is trusted. */
  readonly nameFor: ((name: JsonValue) => string) | undefined;
  readonly below: readonly Below[];
}

interface Below {
  readonly read: Read;
  readonly place: Place;
  /** The parent types of the field; `undefined`: any type. */
  readonly within: readonly string[] | undefined;
  readonly types: TypeConditions;
}

class Compiler {
  readonly #schema: GraphQLSchema;
  readonly #types: TypeConditions;
  readonly #known: SubgraphTypes;
  readonly #document: DocumentNode;

  constructor(schema: GraphQLSchema, types: TypeConditions, known: SubgraphTypes, document: DocumentNode) {
    this.#schema = schema;
    this.#types = types;
    this.#known = known;
    this.#document = document;
  }

  /** @param type - the declared type; `undefined` for entities, whose types are in the conditions */
  at(selected: readonly Selected[], type: GraphQLNamedType | undefined): Place | undefined {
    const fields = new Map<string, Map<GraphQLNamedType | undefined, Field>>();
    const conditions = new Set<string>();
    for (const one of selected) this.#enter(one, fields, conditions, new Set());
    const below: Below[] = [];
    for (const [key, byType] of fields) {
      for (const [fieldType, { selected: inner, within }] of byType) {
        const place = this.at(inner, fieldType);
        if (place === undefined) continue;
        below.push({
          read: compileRead(key),
          place,
          within: byType.size === 1 ? undefined : [...within],
          types: this.#types,
        });
      }
    }
    const nameFor = this.#nameFor(type === undefined ? [...conditions] : [type.name]);
    return nameFor === undefined && below.length === 0 ? undefined : { nameFor, below };
  }

  #enter({ set, parent }: Selected, fields: Fields, conditions: Set<string>, entered: Set<string>): void {
    const enterOn = (selectionSet: SelectionSetNode, condition: string | undefined): void => {
      if (condition !== undefined) conditions.add(condition);
      const on = condition === undefined ? parent : this.#schema.getType(condition);
      this.#enter({ set: selectionSet, parent: on }, fields, conditions, entered);
    };
    for (const selection of set.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        enterOn(selection.selectionSet, selection.typeCondition?.name.value);
      } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = entered.has(selection.name.value)
          ? undefined
          : fragmentNamed(this.#document, selection.name.value);
        entered.add(selection.name.value);
        if (fragment !== undefined) enterOn(fragment.selectionSet, fragment.typeCondition.name.value);
      } else if (selection.selectionSet !== undefined) {
        const type = this.#typeOf(parent, selection.name.value);
        const byType = fields.get(responseKey(selection)) ?? new Map<typeof type, Field>();
        fields.set(responseKey(selection), byType);
        const field = byType.get(type) ?? { selected: [], within: new Set() };
        byType.set(type, field);
        field.selected.push({ set: selection.selectionSet, parent: type });
        if (parent !== undefined) field.within.add(parent.name);
      }
    }
  }

  #typeOf(parent: GraphQLNamedType | undefined, name: string): GraphQLNamedType | undefined {
    if (parent === undefined || !("getFields" in parent)) return undefined;
    const fields = parent.getFields();
    return Object.hasOwn(fields, name) ? getNamedType(fields[name]?.type) : undefined;
  }

  #nameFor(allowed: readonly string[]): Place["nameFor"] {
    const { names, interfaceObjects } = this.#known;
    if (!allowed.some((name) => interfaceObjects.has(name) || this.#takesOthers(name))) return undefined;
    const asObject = allowed.filter((name) => interfaceObjects.has(name));
    const [only] = allowed.length === 1 ? asObject : [];
    return (name) => {
      if (typeof name !== "string") return only ?? NOT_ITS_OWN;
      const isIts = names.has(name) && allowed.some((one) => this.#types.satisfies(name, one));
      if (isIts) return name;
      return only ?? asObject.find((one) => this.#types.satisfies(name, one)) ?? NOT_ITS_OWN;
    };
  }

  /** Would the schema accept a type here that the subgraph does not define? */
  #takesOthers(name: string): boolean {
    const type = this.#schema.getType(name);
    return (
      isAbstractType(type) &&
      this.#schema.getPossibleTypes(type).some((possible) => !this.#known.names.has(possible.name))
    );
  }
}

interface Field {
  readonly selected: Selected[];
  readonly within: Set<string>;
}

type Fields = Map<string, Map<GraphQLNamedType | undefined, Field>>;

const nameAt = (place: Place, value: JsonValue | undefined, walk: Walk | undefined): void => {
  if (Array.isArray(value)) {
    for (const item of value) if (walk === undefined || !walk.isPassed(item)) nameAt(place, item, walk);
    return;
  }
  if (!isJsonObject(value)) return;
  let name = own(value, "__typename");
  if (place.nameFor !== undefined && name !== undefined) {
    const believed = place.nameFor(name);
    if (believed !== name) value["__typename"] = believed;
    name = believed;
  }
  for (const { read, place: inner, within, types } of place.below) {
    const isThere =
      within === undefined || typeof name !== "string" || within.some((one) => types.satisfies(name, one));
    if (!isThere) continue;
    const next = read(value);
    if (walk === undefined || !walk.isPassed(next)) nameAt(inner, next, walk);
  }
};
