import { composeServices } from "@theguild/federation-composition";
import { type GraphQLError, parse, print } from "graphql";
import { isComposerCode } from "../domain/composer-codes.js";
import { ConfigError, type Problem } from "../domain/errors.js";
import { compareSupergraph } from "./compare.js";
import { prepared, restored } from "./corrections.js";
import { type LintOptions, lintSubgraphs } from "./lint.js";
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

  const supergraphSdl = corrected(parsed);
  const lost = compareSupergraph(supergraphSdl, subgraphs, options);
  if (lost.length > 0) throw new ConfigError(lost);
  return { supergraphSdl };
};

/** The composer, between the corrections that prepare subgraphs for it and those that restore what it lost. */
const corrected = (subgraphs: readonly ParsedSubgraph[]): string => {
  const composing = prepared(subgraphs);
  const sdl = composed(
    composing.subgraphs.map(({ name, url, document }) => ({ name, url, typeDefs: document })),
  );
  const problems = composing.alignment?.problems ?? [];
  if (problems.length > 0) throw new ConfigError(problems);
  const supergraph = parse(sdl, { noLocation: true });
  const text = print(restored(supergraph, composing));
  // The composer's own layout where there was nothing to correct.
  return text === print(supergraph) ? sdl : text;
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
