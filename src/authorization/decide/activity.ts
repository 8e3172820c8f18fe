import type { FieldNode } from "graphql";
import type { Analysis, Cell, CompileContext } from "./compile.js";
import { ALWAYS, type Includes } from "./conditions.js";
import { walkReach } from "./reach.js";
import { overlaps, type TypeSet } from "./type-sets.js";

/**
 * Which guarded selections take part under these `@skip` / `@include` values: those reached on some way that is
 * not skipped, on a runtime type of theirs.
 */
export const activeCells = (
  context: CompileContext,
  analysis: Analysis,
  includes: Includes,
): ((cell: Cell) => boolean) => {
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
  return (cell) => {
    const at = reached.get(cell.node);
    return at !== undefined && overlaps(cell.kind === "position" ? at.below : at.types, cell.types);
  };
};
