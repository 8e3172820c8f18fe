import { type DocumentNode, visit } from "graphql";
import type { TypeConditions } from "./execute/type-conditions.js";
import type { PlanNode, RequiredSelection, Rewrite } from "./plan.js";

/**
 * Where a subgraph knows an interface as one object (`@interfaceObject`), the planner at 0.0.38 merges the look-ups
 * of `... on Book { a }` and `... on Movie { b }` into one that asks for `a` and `b`, and keeps the entities of only
 * one of them. Here every type the operation names itself takes part; what nobody asked of it is dropped when the
 * answer is projected.
 */
export const widenInterfaceObjects = (
  node: PlanNode,
  document: DocumentNode,
  types: TypeConditions,
): PlanNode => {
  const named = namedTypes(document);
  if (named.size === 0) return node;
  const widen = (
    requires: readonly RequiredSelection[],
    rewrites: readonly Rewrite[],
  ): readonly RequiredSelection[] => {
    const interfaces = rewrites.flatMap(interfaceName);
    return interfaces.length === 0
      ? requires
      : requires.flatMap((item) => [item, ...siblings(item, requires, interfaces)]);
  };
  const siblings = (
    item: RequiredSelection,
    requires: readonly RequiredSelection[],
    interfaces: readonly string[],
  ): readonly RequiredSelection[] => {
    if (item.kind !== "fragment" || !types.isObjectType(item.typeCondition)) return [];
    const isOne = (typeName: string): boolean =>
      interfaces.some((name) => name !== typeName && types.satisfies(typeName, name));
    if (!isOne(item.typeCondition)) return [];
    const isKnown = (typeName: string): boolean =>
      requires.some((other) => other.kind === "fragment" && other.typeCondition === typeName);
    return [...named]
      .filter((name) => !interfaces.includes(name))
      .flatMap((name) => types.objectTypesOf(name))
      .filter((typeName) => isOne(typeName) && !isKnown(typeName))
      .map((typeCondition) => ({ ...item, typeCondition }));
  };
  const widened = (inner: PlanNode): PlanNode => {
    switch (inner.kind) {
      case "fetch":
        return inner.requires === undefined
          ? inner
          : { ...inner, requires: widen(inner.requires, inner.inputRewrites) };
      case "flatten": {
        const fetch = widened(inner.node);
        return fetch.kind === "fetch" ? { ...inner, node: fetch } : inner;
      }
      case "batch":
        return {
          ...inner,
          aliases: inner.aliases.map((alias) => ({
            ...alias,
            requires: widen(alias.requires, alias.inputRewrites),
          })),
        };
      case "sequence":
      case "parallel":
        return { ...inner, nodes: inner.nodes.map(widened) };
      case "condition":
        return {
          ...inner,
          whenTrue: inner.whenTrue === undefined ? undefined : widened(inner.whenTrue),
          whenFalse: inner.whenFalse === undefined ? undefined : widened(inner.whenFalse),
        };
    }
  };
  return widened(node);
};

const interfaceName = (rewrite: Rewrite): readonly string[] => {
  const last = rewrite.path.at(-1);
  return rewrite.kind === "set" && last?.kind === "key" && last.name === "__typename" ? [rewrite.value] : [];
};

/** Types the operation names in its type conditions, in any fragment. */
const namedTypes = (document: DocumentNode): ReadonlySet<string> => {
  const names = new Set<string>();
  visit(document, {
    InlineFragment: (node) =>
      void (node.typeCondition === undefined || names.add(node.typeCondition.name.value)),
    FragmentDefinition: (node) => void names.add(node.typeCondition.name.value),
  });
  return names;
};
