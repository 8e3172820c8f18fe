import { composeServices } from "@theguild/federation-composition";
import { type GraphQLError, parse, print } from "graphql";
import { isComposerCode } from "../domain/composer-codes.js";
import { ConfigError, type Problem } from "../domain/errors.js";
import { alignTypes } from "./align-types.js";
import { compareSupergraph } from "./compare.js";
import { readDeclarations } from "./declarations.js";
import { flattenRequires } from "./flatten-requires.js";
import { importGuard } from "./import-guard.js";
import { type LintOptions, lintSubgraphs } from "./lint.js";
import { restoreFields } from "./restore-fields.js";
import { restoreInaccessible } from "./restore-inaccessible.js";
import { restoreTypes } from "./restore-types.js";
import { settleOverrides } from "./settle-overrides.js";
import { type ParsedSubgraph, parseSubgraphs, type SubgraphSource } from "./subgraph.js";

export interface ComposedSupergraph {
  readonly supergraphSdl: string;
}

/**
 * Composes subgraphs into a supergraph. It lints the guards before and compares them after, so that no guard is lost.
 *
 * Pure: the caller provides the SDL.
 *
 * @throws ConfigError with all problems at once: unreadable SDL or guards, lost guards, composition errors
 */
export const composeSubgraphs = (
  subgraphs: readonly SubgraphSource[],
  options: LintOptions = {},
): ComposedSupergraph => {
  const { parsed, problems } = parseSubgraphs(subgraphs);
  const found: Problem[] = [...problems, ...lintSubgraphs(parsed, options)];
  if (found.length > 0) throw new ConfigError(found);

  const supergraphSdl = composedAndRestored(
    parsed.map((subgraph) => importGuard({ ...subgraph, document: flattenRequires(subgraph.document) })),
  );
  const lost = compareSupergraph(supergraphSdl, subgraphs, options);
  if (lost.length > 0) throw new ConfigError(lost);
  return { supergraphSdl };
};

/** Runs the composer between the steps that prepare subgraphs and the steps that correct its supergraph. */
const composedAndRestored = (subgraphs: readonly ParsedSubgraph[]): string => {
  const declarations = readDeclarations(subgraphs);
  const settled = subgraphs.map((subgraph) => settleOverrides(subgraph, declarations));
  const aligned = alignTypes(settled, declarations);
  const sdl = composed(
    aligned.subgraphs.map(({ name, url, document }) => ({ name, url, typeDefs: document })),
  );
  if (aligned.problems.length > 0) throw new ConfigError(aligned.problems);
  const supergraph = parse(sdl, { noLocation: true });
  const typed = restoreTypes(supergraph, aligned, declarations);
  const restored = print(restoreInaccessible(restoreFields(typed, subgraphs), declarations));
  // Keep the composer's own text when nothing was corrected.
  return restored === print(supergraph) ? sdl : restored;
};

const composed = (services: Parameters<typeof composeServices>[0]): string => {
  let result: ReturnType<typeof composeServices>;
  try {
    result = composeServices(services);
  } catch (error) {
    // The composer throws on unexpected literals; report that as a problem like any other.
    throw new ConfigError([composeProblem(error instanceof Error ? error.message : "an unexpected failure")]);
  }
  if (result.supergraphSdl !== undefined) return result.supergraphSdl;
  throw new ConfigError(result.errors.map((error: GraphQLError) => composeProblem(error.message, error)));
};

const composeProblem = (message: string, error?: GraphQLError): Problem => {
  const named = /^\[(?<subgraph>[^\]]+)\] (?<text>[\s\S]*)$/.exec(message)?.groups;
  const extension = error?.extensions["subgraphName"];
  const subgraph = named?.["subgraph"] ?? (typeof extension === "string" ? extension : undefined);
  const code = error?.extensions["code"];
  return {
    kind: isComposerCode(code) ? code : "COMPOSITION_FAILED",
    where: "composition",
    found: named?.["text"] ?? message,
    allowed: "subgraphs that compose",
    fix: "correct this schema; the federation documentation explains the code",
    ...(subgraph === undefined ? {} : { subgraph }),
  };
};
