import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type SelectionNode,
} from "graphql";
import {
  fragmentsOf,
  inlineFragment,
  onlyOperation,
  responseKey,
  TYPENAME,
} from "../../../graphql/documents.js";
import type { PathStep } from "../../plan/plan.js";
import type { EntityRoots } from "./entity-roots.js";

/** Fields extracted from an operation, which are planned separately and run at their original path. */
export interface ExtractedFields {
  /** Path of the objects that the fields belong to. */
  readonly path: readonly PathStep[];
  /** The planner-only root field to plan them from. */
  readonly root: string;
  readonly fields: FieldNode[];
  /** The remaining selections at the path; fields that the separate plan needs first are added here. */
  readonly remaining: SelectionNode[];
}

export interface SplitOperation {
  readonly document: DocumentNode;
  readonly extracted: readonly ExtractedFields[];
}

/**
 * What to extract: fields of concrete types across an `@interfaceObject`, or these and every `@requires` field.
 */
export type ExtractionScope = "interface objects" | "everything";

/** The selections of an abstract field; each selection in its fragments belongs to one of its possible types. */
interface Enclosing {
  readonly type: GraphQLCompositeType;
  /** Its objects may be answered without their concrete type. */
  readonly isMasked: boolean;
  readonly path: readonly PathStep[];
  readonly remaining: SelectionNode[];
  /** The extracted fields of all fragments, grouped by what is planned together. */
  readonly taken: Map<string, ExtractedFields>;
}

/** One selection set during the walk. */
interface Place {
  readonly parent: GraphQLCompositeType;
  readonly path: readonly PathStep[];
  readonly remaining: SelectionNode[];
  readonly taken: Map<string, ExtractedFields>;
  readonly enclosing: Enclosing | undefined;
  /** The possible types of the field that meet all conditions between the field and here. */
  readonly possible: ReadonlySet<string>;
  /** The planner-only root field of this selection set, if it has one. Fields planned from it are not extracted. */
  readonly ownRoot: string | undefined;
}

/**
 * Extracts the fields that must be planned separately, and inlines fragments. Fields directly below one of the
 * planner-only root fields are not extracted, since they are planned from there.
 *
 * @param document - one operation, with its conditions evaluated
 */
export const extractFields = (
  document: DocumentNode,
  schema: GraphQLSchema,
  roots: EntityRoots,
  what: ExtractionScope,
): SplitOperation => {
  const operation = onlyOperation(document);
  const rootType = operation === undefined ? undefined : schema.getRootType(operation.operation);
  if (operation === undefined || rootType === undefined || rootType === null) {
    return { document, extracted: [] };
  }
  const detacher = new Detacher(document, schema, roots, what);
  const selections: SelectionNode[] = [];
  detacher.walk(operation.selectionSet.selections, {
    parent: rootType,
    path: [],
    remaining: selections,
    taken: new Map(),
    enclosing: undefined,
    possible: new Set([rootType.name]),
    ownRoot: undefined,
  });
  const selectionSet = { ...operation.selectionSet, selections };
  return {
    document: { kind: Kind.DOCUMENT, definitions: [{ ...operation, selectionSet }] },
    extracted: detacher.extracted,
  };
};

class Detacher {
  readonly extracted: ExtractedFields[] = [];
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #schema: GraphQLSchema;
  readonly #roots: EntityRoots;
  readonly #what: ExtractionScope;

  constructor(document: DocumentNode, schema: GraphQLSchema, roots: EntityRoots, what: ExtractionScope) {
    this.#schema = schema;
    this.#roots = roots;
    this.#what = what;
    this.#fragments = fragmentsOf(document);
  }

  walk(selections: readonly SelectionNode[], place: Place): void {
    for (const selection of selections) this.#visit(selection, place);
    this.extracted.push(...place.taken.values());
    // Later fetches at paths through here need the runtime type.
    if (this.#hasRuntimeTypes(place.parent) || place.remaining.length === 0)
      place.remaining.unshift(TYPENAME);
  }

  #visit(selection: SelectionNode, place: Place): void {
    if (selection.kind === Kind.FIELD) {
      const taken = this.#takenTo(selection, place);
      if (taken !== undefined) taken.fields.push(this.#whole(selection));
      else if (this.#belongsToTypes(selection, place)) {
        for (const name of place.possible) this.#visit(inlineFragment(name, [selection]), place);
      } else place.remaining.push(this.#field(selection, place));
      return;
    }
    const fragment = this.#asInline(selection);
    if (fragment !== undefined) this.#fragment(fragment, place);
  }

  #field(field: FieldNode, { parent, path }: Place): FieldNode {
    const type = this.#typeOf(parent, field);
    if (field.selectionSet === undefined || type === undefined) return field;
    const remaining: SelectionNode[] = [];
    const here: readonly PathStep[] = [...path, { kind: "field", name: responseKey(field) }];
    const taken = new Map<string, ExtractedFields>();
    this.walk(field.selectionSet.selections, {
      parent: type,
      path: here,
      remaining,
      taken,
      enclosing: isAbstractType(type)
        ? { type, isMasked: this.#isMasked(parent, field), path: here, remaining, taken }
        : undefined,
      possible: this.#possible(type),
      ownRoot: this.#roots.typeOfRoot(field.name.value) === undefined ? undefined : field.name.value,
    });
    return { ...field, selectionSet: { ...field.selectionSet, selections: remaining } };
  }

  #fragment(fragment: InlineFragmentNode, place: Place): void {
    const { parent, path, enclosing } = place;
    const condition = fragment.typeCondition?.name.value;
    const named = condition === undefined ? parent : this.#schema.getType(condition);
    if (!isCompositeType(named)) return;
    // Below an object type a condition that it meets adds nothing, and the selections are the object's own.
    const isObject = isObjectType(parent);
    const isNarrower = condition !== undefined && !isObject;
    const remaining: SelectionNode[] = [];
    const members = this.#possible(named);
    const possible = new Set([...place.possible].filter((name) => members.has(name)));
    // No type meets all of these conditions.
    if (possible.size === 0) return;
    if (enclosing?.isMasked === true && named === enclosing.type && possible.size === members.size) {
      // The conditions between are redundant, and the planner may lose them across an interface object.
      const whole = { ...place, ...enclosing, parent: enclosing.type, possible };
      for (const selection of fragment.selectionSet.selections) this.#visit(selection, whole);
      return;
    }
    this.walk(fragment.selectionSet.selections, {
      ...place,
      possible,
      parent: isObject ? parent : named,
      path: isNarrower ? [...path, { kind: "types", names: [condition] }] : path,
      remaining,
      taken: new Map(),
    });
    // All fields of a masked object were extracted, and its runtime type is already selected above.
    const isEmpty = remaining.every((one) => one === TYPENAME);
    if (enclosing?.isMasked === true && isEmpty) return;
    place.remaining.push({ ...fragment, selectionSet: { ...fragment.selectionSet, selections: remaining } });
  }

  /** Where to add this field if it must be planned separately. */
  #takenTo(field: FieldNode, place: Place): ExtractedFields | undefined {
    const { parent, enclosing, ownRoot } = place;
    if (!isObjectType(parent)) return undefined;
    const root = this.#roots.rootOfType(parent.name);
    const isAdded = this.#roots.isAdded(parent.name, field.name.value);
    if (root !== undefined && enclosing?.isMasked === true) {
      const path: readonly PathStep[] = [...enclosing.path, { kind: "types", names: [parent.name] }];
      // The planner fails if it merges the inputs of an added field with a field that only this type has.
      return takenAt(root, path, enclosing, isAdded ? "added" : "own");
    }
    if (root !== undefined && enclosing !== undefined && isAdded) {
      return takenAt(root, place.path, place, "added");
    }
    if (this.#what !== "everything") return undefined;
    const requiring = this.#roots.rootFor(parent.name, field.name.value);
    return requiring === undefined || requiring === ownRoot
      ? undefined
      : takenAt(requiring, place.path, place, "requiring");
  }

  /** Is this a field of an abstract type that must be handled for each possible type? */
  #belongsToTypes(field: FieldNode, { parent, enclosing, possible }: Place): boolean {
    if (!isAbstractType(parent)) return false;
    // The planner may lose a condition across an interface object.
    const isNarrowed =
      enclosing !== undefined &&
      (parent !== enclosing.type || possible.size < this.#possible(enclosing.type).size);
    if (enclosing?.isMasked === true && isNarrowed) return true;
    return (
      this.#what === "everything" &&
      [...possible].some((name) => this.#roots.rootFor(name, field.name.value) !== undefined)
    );
  }

  /** Names of the possible object types of a composite type; the interface itself if nothing implements it. */
  #possible(type: GraphQLCompositeType): ReadonlySet<string> {
    const types =
      isAbstractType(type) && this.#hasRuntimeTypes(type) ? this.#schema.getPossibleTypes(type) : [type];
    return new Set(types.map(({ name }) => name));
  }

  #hasRuntimeTypes(type: GraphQLCompositeType): boolean {
    return isAbstractType(type) && this.#schema.getPossibleTypes(type).length > 0;
  }

  #isMasked(parent: GraphQLCompositeType, field: FieldNode): boolean {
    const owners = isAbstractType(parent) ? [parent, ...this.#schema.getPossibleTypes(parent)] : [parent];
    return owners.some((owner) => this.#roots.isMasked(owner.name, field.name.value));
  }

  #typeOf(parent: GraphQLCompositeType, field: FieldNode): GraphQLCompositeType | undefined {
    const ownRoot = this.#roots.typeOfRoot(field.name.value);
    const ownType = ownRoot === undefined ? undefined : this.#schema.getType(ownRoot);
    if (isCompositeType(ownType)) return ownType;
    if (!("getFields" in parent)) return undefined;
    const fields = parent.getFields();
    const definition = Object.hasOwn(fields, field.name.value) ? fields[field.name.value] : undefined;
    const type = definition === undefined ? undefined : getNamedType(definition.type);
    return isCompositeType(type) ? type : undefined;
  }

  /** The field with all fragment spreads below it inlined, because its own document has no fragments. */
  #whole(field: FieldNode): FieldNode {
    const { selectionSet } = field;
    if (selectionSet === undefined) return field;
    return {
      ...field,
      selectionSet: { ...selectionSet, selections: this.#written(selectionSet.selections) },
    };
  }

  #written(selections: readonly SelectionNode[]): readonly SelectionNode[] {
    return selections.flatMap((selection): readonly SelectionNode[] => {
      if (selection.kind === Kind.FIELD) return [this.#whole(selection)];
      const inline = this.#asInline(selection);
      if (inline === undefined) return [];
      const selectionSet = {
        ...inline.selectionSet,
        selections: this.#written(inline.selectionSet.selections),
      };
      return [{ ...inline, selectionSet }];
    });
  }

  #asInline(selection: Exclude<SelectionNode, FieldNode>): InlineFragmentNode | undefined {
    if (selection.kind === Kind.INLINE_FRAGMENT) return selection;
    const fragment = this.#fragments.get(selection.name.value);
    return fragment === undefined
      ? undefined
      : inlineFragment(fragment.typeCondition.name.value, fragment.selectionSet.selections);
  }
}

const takenAt = (
  root: string,
  path: readonly PathStep[],
  { taken, remaining }: Pick<Place, "taken" | "remaining">,
  kind: "own" | "added" | "requiring",
): ExtractedFields => {
  const together = `${root} ${kind}`;
  const known = taken.get(together);
  if (known !== undefined) return known;
  const fresh: ExtractedFields = { root, path, fields: [], remaining };
  taken.set(together, fresh);
  return fresh;
};
