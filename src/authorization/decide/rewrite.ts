import { createHash } from "node:crypto";
import {
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from "graphql";
import { inlineFragment, isIntrospection, isTypename, TYPENAME } from "../../graphql/documents.js";
import type { PlannableOperation } from "../authorizer.js";
import type { Rules } from "../read/rules.js";
import type { Analysis, FieldInfo, GuardedSelection } from "./compile.js";
import { isNeverIncluded } from "./conditions.js";
import { operationParts } from "./operation.js";

/** The result of a rewriting. */
export interface Rewritten {
  /** `undefined` when nothing is left to fetch, or when the precise document cannot be used. */
  readonly plannable: PlannableOperation | undefined;
  /**
   * The precise document cannot be used. Either it is too large, or it selects an object field on types that declare it
   * with different list or non-null modifiers. No subgraph accepts that under one response key, and the planner renames
   * response keys of scalar fields only.
   */
  readonly needsStrict: boolean;
}

export interface RewriteInput {
  readonly rules: Rules;
  readonly analysis: Analysis;
  readonly isRemoved: (selection: GuardedSelection) => boolean;
  /** Root fields that are removed completely (mutations with `relaxMutations`). */
  readonly refused?: ReadonlySet<FieldNode> | undefined;
  /** Maximum number of selections of a split document, with fragments expanded. */
  readonly maxExpandedSelections: number;
}

const NOTHING_LEFT: Rewritten = { plannable: undefined, needsStrict: false };
const UNUSABLE: Rewritten = { plannable: undefined, needsStrict: true };

/**
 * Builds the document for the planner. It contains only granted selections, with `__typename` where a runtime type is
 * needed or nothing else is left, and without unused fragments and variables. A selection that is granted for some
 * runtime types only is selected under a type condition for each of them. The selections below it become one named
 * fragment instead of a copy per type (30 types, two levels: 30 ms instead of 43 s).
 */
export const rewrite = (input: RewriteInput): Rewritten => {
  const { operation } = input.analysis.parts;
  const rewriter = new Rewriter(input);
  const selections = rewriter.selections(operation.selectionSet, true);
  if (rewriter.isConflicting || rewriter.copies > input.maxExpandedSelections) return UNUSABLE;
  if (selections.length === 0) return NOTHING_LEFT;

  const root = { ...operation, selectionSet: setOf(selections) };
  const fragments = rewriter.usedFragments(root.selectionSet);
  const { used, conditions } = variablesOf([root, ...fragments]);
  const pruned = {
    ...root,
    variableDefinitions: (operation.variableDefinitions ?? []).filter((one) =>
      used.has(one.variable.name.value),
    ),
  };
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [pruned, ...fragments] };
  if (rewriter.copies > 0) {
    const { expandedSelections } = operationParts(document, pruned);
    if (expandedSelections > input.maxExpandedSelections) return UNUSABLE;
  }
  const text = print(document);
  const operationName = operation.name?.value;
  const digest = createHash("sha256")
    .update(`${operationName ?? ""}\n${text}`)
    .digest("base64url");
  const conditionVariables = [...conditions].sort();
  return { plannable: { text, document, operationName, digest, conditionVariables }, needsStrict: false };
};

const variablesOf = (definitions: readonly DefinitionNode[]) => {
  const used = new Set<string>();
  const conditions = new Set<string>();
  for (const definition of definitions) {
    visit(definition, {
      VariableDefinition: () => false,
      Variable: (node) => {
        used.add(node.name.value);
      },
      Directive: ({ name, arguments: given }) => {
        if (name.value !== "skip" && name.value !== "include") return;
        for (const { value } of given ?? [])
          if (value.kind === Kind.VARIABLE) conditions.add(value.name.value);
      },
    });
  }
  return { used, conditions };
};

class Rewriter {
  readonly #input: RewriteInput;
  /** Rewritten fragments by name; `undefined` for a fragment that is empty now. */
  readonly #fragments = new Map<string, FragmentDefinitionNode | undefined>();
  #extracted = 0;
  /** Number of selections that were repeated under a type condition; zero for a document that was not split. */
  copies = 0;
  isConflicting = false;

  constructor(input: RewriteInput) {
    this.#input = input;
  }

  selections(set: SelectionSetNode, isRoot: boolean): readonly SelectionNode[] {
    const kept: SelectionNode[] = [];
    const byType = new Map<string, FieldNode[]>();
    for (const selection of set.selections) {
      if (isNeverIncluded(selection)) continue;
      switch (selection.kind) {
        case Kind.FIELD: {
          if (isIntrospection(selection)) break;
          if (selection.name.value === "__typename") {
            // The type name of the root is known without a fetch.
            if (!isRoot) kept.push(selection);
            break;
          }
          this.#field(selection, kept, byType);
          break;
        }
        case Kind.INLINE_FRAGMENT: {
          const below = this.selections(selection.selectionSet, isRoot);
          if (below.length > 0) kept.push({ ...selection, selectionSet: setOf(below) });
          break;
        }
        case Kind.FRAGMENT_SPREAD:
          if (this.#fragment(selection.name.value, isRoot) !== undefined) kept.push(selection);
      }
    }
    for (const [type, nodes] of byType) kept.push(inlineFragment(type, nodes));
    return kept;
  }

  /** Every fragment reachable from a selection set, in the order of their first use. */
  usedFragments(set: SelectionSetNode): readonly FragmentDefinitionNode[] {
    const found = new Map<string, FragmentDefinitionNode>();
    const collect = (from: SelectionSetNode): void => {
      for (const selection of from.selections) {
        if (selection.kind !== Kind.FRAGMENT_SPREAD) {
          if (selection.selectionSet !== undefined) collect(selection.selectionSet);
          continue;
        }
        const name = selection.name.value;
        const fragment = this.#fragments.get(name);
        if (fragment === undefined || found.has(name)) continue;
        found.set(name, fragment);
        collect(fragment.selectionSet);
      }
    };
    collect(set);
    return [...found.values()];
  }

  #field(node: FieldNode, kept: SelectionNode[], byType: Map<string, FieldNode[]>): void {
    const info = this.#input.analysis.fields.get(node);
    // A selection that was not authorized, or that no object can reach, is not fetched.
    if (info === undefined || info.types.size === 0 || this.#input.refused?.has(node) === true) return;
    const removed = new Set<string>();
    for (const selection of [info.whole, info.every]) {
      if (selection !== undefined && this.#input.isRemoved(selection)) return;
    }
    for (const selection of info.guardedSelections) {
      if (this.#input.isRemoved(selection)) for (const type of selection.types) removed.add(type);
    }
    if (removed.size === 0) {
      kept.push(this.#below(node, info, false));
      return;
    }
    for (const type of info.types) if (!this.#hasField(type, node)) removed.add(type);
    if (removed.size >= info.types.size) return;
    this.copies += info.types.size - removed.size;
    // The document is too large already; completing it would cost what the limit should prevent.
    if (this.copies > this.#input.maxExpandedSelections) return;
    this.isConflicting ||= node.selectionSet !== undefined && this.#hasShapes(node, info, removed);
    const rewritten = this.#below(node, info, info.types.size - removed.size > 1);
    for (const type of info.types) {
      if (removed.has(type)) continue;
      const nodes = byType.get(type);
      if (nodes === undefined) byType.set(type, [rewritten]);
      else nodes.push(rewritten);
    }
  }

  /** Fields that an `@interfaceObject` adds to an interface do not exist on the interfaces below it. */
  #hasField(type: string, { name }: FieldNode): boolean {
    return this.#input.rules.types.get(type)?.fields.has(name.value) === true;
  }

  /** Do the remaining runtime types declare the field with different list or non-null modifiers? */
  #hasShapes(node: FieldNode, info: FieldInfo, removed: ReadonlySet<string>): boolean {
    const { types } = this.#input.rules;
    const stay = [...info.types].filter((type) => !removed.has(type));
    return new Set(stay.map((type) => types.get(type)?.fields.get(node.name.value)?.shape)).size > 1;
  }

  #below(node: FieldNode, info: FieldInfo, extract: boolean): FieldNode {
    if (node.selectionSet === undefined) return node;
    const { parent } = info;
    const definition =
      isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (definition === undefined) return node;
    const returned = getNamedType(definition.type);
    let below = this.selections(node.selectionSet, false);
    // An interface that is its own possible type has only one runtime type.
    const abstract =
      isAbstractType(returned) &&
      this.#input.rules.possibleTypes.get(returned.name)?.has(returned.name) !== true;
    if (extract && below.length > 0) below = [this.#extract(returned.name, below)];
    const needsTypename = below.length === 0 || (abstract && !below.some(isPlainTypename));
    return { ...node, selectionSet: setOf(needsTypename ? [TYPENAME, ...below] : below) };
  }

  #extract(type: string, selections: readonly SelectionNode[]): SelectionNode {
    let name = "";
    do {
      this.#extracted += 1;
      name = `Cardea_${this.#extracted}`;
    } while (this.#input.analysis.parts.fragments.has(name));
    this.#fragments.set(name, {
      kind: Kind.FRAGMENT_DEFINITION,
      name: { kind: Kind.NAME, value: name },
      typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } },
      selectionSet: setOf(selections),
    });
    return { kind: Kind.FRAGMENT_SPREAD, name: { kind: Kind.NAME, value: name } };
  }

  #fragment(name: string, isRoot: boolean): FragmentDefinitionNode | undefined {
    if (this.#fragments.has(name)) return this.#fragments.get(name);
    const original = this.#input.analysis.parts.fragments.get(name);
    const selections = original === undefined ? [] : this.selections(original.selectionSet, isRoot);
    const rewritten =
      original === undefined || selections.length === 0
        ? undefined
        : { ...original, selectionSet: setOf(selections) };
    this.#fragments.set(name, rewritten);
    return rewritten;
  }
}

const setOf = (selections: readonly SelectionNode[]): SelectionSetNode => ({
  kind: Kind.SELECTION_SET,
  selections,
});

const isPlainTypename = (selection: SelectionNode): boolean =>
  isTypename(selection) && (selection.directives ?? []).length === 0;
