import type { FieldNode } from "graphql";
import type { Analysis, CompileContext, GuardedSelection } from "./compile.js";
import { ALWAYS, type Includes } from "./conditions.js";
import { walkReach } from "./reach.js";
import { overlaps, type TypeSet } from "./type-sets.js";

/**
 * Returns a test for guarded selections that are active under these `@skip` / `@include` values: they are reached on
 * some path that is not skipped, on one of their runtime types.
 */
export const activeSelections = (
  context: CompileContext,
  analysis: Analysis,
  includes: Includes,
): ((selection: GuardedSelection) => boolean) => {
  if (includes === ALWAYS) return () => true;
  const reached = new Map<FieldNode, { readonly types: TypeSet; readonly below: TypeSet }>();
  walkReach({
    parts: analysis.parts,
    schema: context.apiSchema,
    rules: context.rules,
    includes,
    onField: ({ node, types }, below) => {
      reached.set(node, { types, below });
      return { strict: false };
    },
  });
  return (selection) => {
    const at = reached.get(selection.node);
    return at !== undefined && overlaps(selection.kind === "position" ? at.below : at.types, selection.types);
  };
};
