import { type DocumentNode, type FragmentDefinitionNode, Kind, parse, type SelectionSetNode } from "graphql";
import type { BypassCase } from "./bypass-case.js";

/** A document with more expanded selections is an attack on the code that expands it. */
const EXPANSION_LIMIT = 5000;

/**
 * Field names that a case denies at every place where they are selected: none of them may reach a subgraph. Key
 * fields are excluded, because joins may fetch them for internal use.
 */
export const deniedFieldNames = (bypass: BypassCase): ReadonlySet<string> => {
  const paths = new Set(bypass.expect.must_be_null_or_absent ?? []);
  const document = parsed(bypass.query);
  if (document === undefined) return new Set();
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  const denied = new Set<string>();
  const granted = new Set<string>();
  let budget = EXPANSION_LIMIT;

  const walk = (set: SelectionSetNode, at: string, isDenied: boolean): void => {
    for (const node of set.selections) {
      budget -= 1;
      if (budget < 0) return;
      if (node.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(node.name.value);
        if (fragment !== undefined) walk(fragment.selectionSet, at, isDenied);
      } else if (node.kind === Kind.INLINE_FRAGMENT) walk(node.selectionSet, at, isDenied);
      else {
        const key = node.alias?.value ?? node.name.value;
        const path = at === "" ? key : `${at}.${key}`;
        const here = isDenied || paths.has(path) || paths.has(withItems(path, paths));
        (here ? denied : granted).add(node.name.value);
        if (node.selectionSet !== undefined) walk(node.selectionSet, path, here);
      }
    }
  };
  for (const node of document.definitions) {
    const chosen = bypass.operationName === null || bypass.operationName === operationNameOf(node);
    if (node.kind === Kind.OPERATION_DEFINITION && chosen) walk(node.selectionSet, "", false);
  }
  if (budget < 0) return new Set();
  const keys = keyFieldNames(bypass);
  return new Set(
    [...denied].filter((name) => !granted.has(name) && !keys.has(name) && !name.startsWith("__")),
  );
};

const operationNameOf = (node: DocumentNode["definitions"][number]): string | undefined =>
  node.kind === Kind.OPERATION_DEFINITION ? node.name?.value : undefined;

/** `nodes.note` in the notation of the corpus for a list in between: `nodes.@.note`. */
const withItems = (path: string, paths: ReadonlySet<string>): string =>
  [...paths].find((each) => each.replaceAll(".@", "") === path) ?? path;

const parsed = (query: string): DocumentNode | undefined => {
  try {
    return parse(query);
  } catch {
    return undefined;
  }
};

const keyFieldNames = (bypass: BypassCase): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const sdl of Object.values(bypass.subgraphs)) {
    for (const found of sdl.matchAll(/@key\(fields:\s*"([^"]*)"/g)) {
      for (const name of (found[1] ?? "").split(/[\s{}]+/)) if (name !== "") names.add(name);
    }
  }
  return names;
};
