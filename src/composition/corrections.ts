import type { DocumentNode } from "graphql";
import { type Alignment, alignTypes } from "./align-types.js";
import { type Declarations, readDeclarations } from "./declarations.js";
import { flattenRequires } from "./flatten-requires.js";
import { importGuard } from "./import-guard.js";
import { restoreFields } from "./restore-fields.js";
import { restoreInaccessible } from "./restore-inaccessible.js";
import { restoreTypes } from "./restore-types.js";
import { settleOverrides } from "./settle-overrides.js";
import type { ParsedSubgraph } from "./subgraph.js";

/** One composition under way. */
export interface Composing {
  /** The subgraphs as the composer will see them. */
  readonly subgraphs: readonly ParsedSubgraph[];
  /** The subgraphs before their types were aligned. */
  readonly unaligned: readonly ParsedSubgraph[];
  readonly declarations: Declarations;
  readonly alignment: Alignment | undefined;
}

/** One fault of the composer, and what is done about it: before it, after it, or both. */
export interface Correction {
  /** Its row in README.md, and its canary. */
  readonly id: string;
  readonly prepare?: (composing: Composing) => Composing;
  readonly restore?: (supergraph: DocumentNode, composing: Composing) => DocumentNode;
}

const each =
  (prepare: (subgraph: ParsedSubgraph, declarations: Declarations) => ParsedSubgraph) =>
  (composing: Composing): Composing => {
    const subgraphs = composing.subgraphs.map((one) => prepare(one, composing.declarations));
    return { ...composing, subgraphs, unaligned: subgraphs };
  };

/** In the order in which they are applied, before the composer as after it. */
export const CORRECTIONS: readonly Correction[] = [
  {
    id: "flatten-requires",
    prepare: each((subgraph) => ({ ...subgraph, document: flattenRequires(subgraph.document) })),
  },
  { id: "import-guard", prepare: each(importGuard) },
  { id: "settle-overrides", prepare: each(settleOverrides) },
  {
    id: "common-types",
    prepare(composing) {
      const alignment = alignTypes(composing.subgraphs, composing.declarations);
      return { ...composing, subgraphs: alignment.subgraphs, alignment };
    },
    restore: (supergraph, { alignment, declarations }) =>
      alignment === undefined ? supergraph : restoreTypes(supergraph, alignment, declarations),
  },
  { id: "restore-fields", restore: (supergraph, { unaligned }) => restoreFields(supergraph, unaligned) },
  {
    id: "restore-inaccessible",
    restore: (supergraph, { declarations }) => restoreInaccessible(supergraph, declarations),
  },
];

/** What the composer is given. */
export const prepared = (subgraphs: readonly ParsedSubgraph[]): Composing =>
  CORRECTIONS.reduce<Composing>((composing, { prepare }) => prepare?.(composing) ?? composing, {
    subgraphs,
    unaligned: subgraphs,
    declarations: readDeclarations(subgraphs),
    alignment: undefined,
  });

/** What the composer made, corrected. */
export const restored = (supergraph: DocumentNode, composing: Composing): DocumentNode =>
  CORRECTIONS.reduce((document, { restore }) => restore?.(document, composing) ?? document, supergraph);
