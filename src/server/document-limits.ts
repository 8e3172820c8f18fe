import { type DocumentNode, GraphQLError, Kind, parse, type SelectionSetNode } from "graphql";
import { TwoGenerations } from "../caching/two-generations.js";
import { fragmentsOf } from "../graphql/documents.js";

export interface DocumentLimits {
  readonly maxTokens: number;
  readonly maxDepth: number;
  readonly maxAliases: number;
}

/** How many texts that passed are cached. */
const MAX_CACHED_TEXTS = 1000;
/** Longer texts are checked each time, so that memory stays bounded. */
const MAX_CACHED_LENGTH = 16_384;

/**
 * Checks a document by its text alone, before validation (whose overlap check is quadratic) and before credentials
 * are verified. The cost is linear: every fragment is measured once and never expanded.
 *
 * @returns a check that returns the refusal (`OPERATION_TOO_COMPLEX`), or `undefined` when the text passes. A text
 * that does not parse passes too: the parser reports its error later
 */
export function createDocumentCheck(limits: DocumentLimits): (text: string) => GraphQLError | undefined {
  const passed = new TwoGenerations<true>(MAX_CACHED_TEXTS);
  return (text) => {
    if (passed.get(text)) return undefined;
    const refusal = check(text, limits);
    if (refusal === undefined && text.length <= MAX_CACHED_LENGTH) passed.set(text, true);
    return refusal;
  };
}

function check(text: string, limits: DocumentLimits): GraphQLError | undefined {
  let measure: Measure;
  try {
    measure = measureDocument(
      parse(text, { maxTokens: limits.maxTokens, noLocation: true }),
      limits.maxDepth,
    );
  } catch (error) {
    if (!(error instanceof GraphQLError)) return tooComplex("levels of depth", limits.maxDepth); // stack overflow
    return error.message.includes("tokens. Parsing aborted.")
      ? tooComplex("tokens", limits.maxTokens)
      : undefined;
  }
  if (measure.aliases > limits.maxAliases) return tooComplex("aliases", limits.maxAliases);
  if (measure.depth > limits.maxDepth) return tooComplex("levels of depth", limits.maxDepth);
  return undefined;
}

const tooComplex = (what: string, allowed: number): GraphQLError =>
  new GraphQLError(`The operation is too complex: more than ${allowed} ${what}.`, {
    extensions: { code: "OPERATION_TOO_COMPLEX" },
  });

interface Measure {
  readonly depth: number;
  readonly aliases: number;
}

function measureDocument(document: DocumentNode, maxDepth: number): Measure {
  const fragments = fragmentsOf(document);
  const depths = new Map<string, number>();
  let aliases = 0;
  // `level` bounds our own recursion: a deeper document is refused anyway.
  const depthOf = (set: SelectionSetNode, level: number): number => {
    if (level > maxDepth) return 1;
    let deepest = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        deepest = Math.max(deepest, fragmentDepth(selection.name.value));
        continue;
      }
      if (selection.kind === Kind.FIELD && selection.alias !== undefined) aliases++;
      // An inline fragment counts as a level: otherwise nested inline fragments would have no limit.
      const below = selection.selectionSet === undefined ? 0 : depthOf(selection.selectionSet, level + 1);
      deepest = Math.max(deepest, 1 + below);
    }
    return deepest;
  };
  const fragmentDepth = (name: string): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    // A fragment cycle counts as depth 0 here: validation refuses it.
    depths.set(name, 0);
    const fragment = fragments.get(name);
    const depth = fragment === undefined ? 0 : depthOf(fragment.selectionSet, 1);
    depths.set(name, depth);
    return depth;
  };
  let depth = 0;
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) {
      depth = Math.max(depth, depthOf(definition.selectionSet, 1));
    }
  }
  // Unused fragments are measured too: their aliases cost validation just as much.
  for (const name of fragments.keys()) depth = Math.max(depth, fragmentDepth(name));
  return { depth, aliases };
}
