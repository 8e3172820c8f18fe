import { createHash } from "node:crypto";
import { replaceFile } from "./files.js";
import type { GraphInput } from "./graph-input.js";
import { type GraphFlags, loadGraph, readGraphInput, withGraphFlags } from "./graph-input.js";
import { EXIT, type ExitCode, printResult } from "./output.js";
import type { RegisterVerb, VerbInput } from "./program.js";

interface ComposeFlags extends GraphFlags {
  readonly out?: string;
}

/** `cardea compose`: subgraphs and the auth subgraph → a supergraph that has lost no guard. */
export const registerCompose: RegisterVerb = (program, context) => {
  context.run<ComposeFlags>(
    withGraphFlags(
      program
        .command("compose")
        .description("compose subgraphs into a supergraph; refused when a guard would be lost on the way")
        .option("-o, --out <file>", "where to write it; default: standard output"),
    ),
    compose,
  );
};

/** Composes what the input names. @throws ConfigError with every problem at once */
export async function composeInput(input: GraphInput): Promise<string> {
  const subgraphs = await loadGraph(input);
  const { authSubgraphProblems, composeSubgraphs } = await import("../composition/index.js");
  const { supergraphSdl } = composeSubgraphs(subgraphs, { foreignDirectives: input.foreignDirectives });
  const problems = authSubgraphProblems(supergraphSdl, { sdl: input.authSdl });
  if (problems.length > 0) {
    const { ConfigError } = await import("../domain/errors.js");
    throw new ConfigError(problems);
  }
  return supergraphSdl;
}

async function compose({ options, terminal, environment }: VerbInput<ComposeFlags>): Promise<ExitCode> {
  const input = await readGraphInput(options, environment);
  const supergraphSdl = await composeInput(input);
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
  else terminal.err(`${options.out}: ${subgraphs.join(", ")} composed, every guard kept`);
  return EXIT.ok;
}
