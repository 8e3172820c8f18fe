import { createHash } from "node:crypto";
import type { SubgraphSdl } from "../compose/subgraph-sdl.js";
import { ConfigError, type Problem } from "../domain/errors.js";
import { replaceFile } from "./files.js";
import type { GraphInput } from "./graph-input.js";
import { type GraphFlags, loadGraph, readGraphInput, withGraphFlags } from "./graph-input.js";
import { EXIT, type ExitCode, printResult } from "./output.js";
import type { RegisterVerb, VerbInput } from "./verb.js";

interface ComposeFlags extends GraphFlags {
  readonly out?: string;
}

/** `cardea compose`: composes the subgraphs and the auth subgraph, and refuses to lose a guard. */
export const registerCompose: RegisterVerb = (program, context) => {
  context.run<ComposeFlags>(
    withGraphFlags(
      program
        .command("compose")
        .description("compose subgraphs into a supergraph; refused when a guard would be lost")
        .option("-o, --out <file>", "output file; default: standard output"),
    ),
    compose,
  );
};

/**
 * Composes the subgraphs of the input.
 *
 * @param loaded - called with their SDL before they are composed
 * @throws ConfigError with all problems at once
 */
export async function composeInput(
  input: GraphInput,
  loaded: (subgraphs: readonly SubgraphSdl[]) => void = () => undefined,
): Promise<string> {
  const subgraphs = await loadGraph(input);
  loaded(subgraphs);
  const { composeSubgraphs, composeWithAuthSubgraph } = await import("../composition/index.js");
  const { authSdl, guards } = input;
  let composed: string;
  let problems: readonly Problem[] = [];
  if (authSdl === undefined) composed = composeSubgraphs(subgraphs, guards).supergraphSdl;
  else {
    const { supergraphSdl, graft } = composeWithAuthSubgraph(subgraphs, authSdl, guards);
    composed = graft.kind === "grafted" ? graft.supergraphSdl : supergraphSdl;
    if (graft.kind === "collides") problems = graft.problems;
  }
  if (problems.length === 0) problems = await authProblems(input, composed);
  if (problems.length > 0) throw new ConfigError(problems);
  return composed;
}

/** Checks that no other subgraph could receive passwords or tokens, with the same rule as `cardea serve`. */
export async function authProblems(
  { config, authSdl }: GraphInput,
  supergraphSdl: string,
): Promise<readonly Problem[]> {
  if (config !== undefined) {
    const { authOwnershipProblems } = await import("../compose/graph.js");
    return authOwnershipProblems(config, supergraphSdl);
  }
  const { authSubgraphProblems, graftAuthSubgraph } = await import("../composition/index.js");
  const problems = authSubgraphProblems(supergraphSdl, { isOn: authSdl !== undefined });
  if (problems.length > 0 || authSdl === undefined) return problems;
  const graft = graftAuthSubgraph(supergraphSdl, authSdl);
  return graft.kind === "collides" ? graft.problems : [];
}

async function compose({ options, terminal, environment }: VerbInput<ComposeFlags>): Promise<ExitCode> {
  const input = await readGraphInput(options, environment);
  const supergraphSdl = await composeInput(input);
  const { planningProblems } = await import("../compose/plannable.js");
  const problems = await planningProblems(supergraphSdl, input.guards);
  if (problems.length > 0) throw new ConfigError(problems);
  const subgraphs = [
    ...input.sources.map(({ name }) => name),
    ...(input.authSdl === undefined ? [] : ["auth"]),
  ];
  const digest = createHash("sha256").update(supergraphSdl).digest("hex");
  if (options.out !== undefined) await replaceFile(options.out, supergraphSdl);
  if (options.json === true) {
    printResult(
      terminal,
      true,
      {
        subgraphs,
        digest,
        out: options.out ?? null,
        ...(options.out === undefined ? { supergraphSdl } : {}),
      },
      () => [],
    );
    return EXIT.ok;
  }
  if (options.out === undefined) terminal.out(supergraphSdl);
  else terminal.err(`${options.out}: composed ${subgraphs.join(", ")}; all guards are kept`);
  return EXIT.ok;
}
