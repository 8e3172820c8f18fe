import { readFile } from "node:fs/promises";
import type { OpenedCoordinate } from "../composition/index.js";
import { ConfigError, type Problem } from "../domain/errors.js";
import { composeInput } from "./compose.js";
import {
  type GraphFlags,
  type GraphInput,
  loadGraph,
  readGraphInput,
  withGraphFlags,
} from "./graph-input.js";
import { EXIT, type ExitCode, printProblems, printResult, UsageError } from "./output.js";
import type { RegisterVerb, VerbInput } from "./program.js";

interface CheckFlags extends GraphFlags {
  readonly supergraph?: string;
  readonly against?: string;
}

/**
 * `cardea check`: would this be served? Configuration, subgraphs (lost guards), supergraph (readable guards, and that
 * it keeps what its subgraphs demand), and with `--against` what it newly opens.
 */
export const registerCheck: RegisterVerb = (program, context) => {
  context.run<CheckFlags>(
    withGraphFlags(
      program
        .command("check")
        .description(
          "check configuration, subgraphs and supergraph for guards that are lost, unreadable or newly open",
        )
        .option(
          "-s, --supergraph <file>",
          "a composed supergraph; compared with the subgraphs that are named",
        )
        .option("--against <file>", "an older supergraph: whatever is more open now is listed, and refused"),
    ),
    check,
  );
};

async function check({ options, terminal, environment }: VerbInput<CheckFlags>): Promise<ExitCode> {
  const json = options.json === true;
  const input = await readGraphInput(options, environment);
  const file =
    options.supergraph ?? (input.config?.graph.kind === "file" ? input.config.graph.path : undefined);
  if (file === undefined && input.sources.length === 0)
    throw new UsageError("check needs something to look at: --supergraph, --subgraph or --config");
  const supergraph = file === undefined ? await composeInput(input) : await readSupergraph(file);
  const problems = [...(await supergraphProblems(supergraph, input, file !== undefined))];
  if (problems.length > 0) {
    printProblems(terminal, json, problems);
    return EXIT.refused;
  }
  const opened = options.against === undefined ? [] : await newlyOpen(options.against, supergraph, input);
  if (opened.length > 0) {
    printProblems(terminal, json, opened);
    return EXIT.refused;
  }
  const checked = [
    ...(input.config === undefined ? [] : ["configuration"]),
    ...(input.sources.length === 0 ? [] : ["subgraphs"]),
    "supergraph",
    ...(options.against === undefined ? [] : ["against"]),
  ];
  printResult(terminal, json, { checked, subgraphs: input.sources.map(({ name }) => name) }, () => [
    `ok: ${checked.join(", ")}`,
  ]);
  return EXIT.ok;
}

async function readSupergraph(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch {
    throw new ConfigError([
      {
        kind: "SUPERGRAPH",
        where: file,
        found: "a file that cannot be read",
        allowed: "a composed supergraph SDL",
        mend: "check the path, or write one with `cardea compose --out`",
      },
    ]);
  }
}

/** Every guard readable; and for a supergraph composed elsewhere, nothing lost of what its subgraphs demand. */
async function supergraphProblems(
  supergraph: string,
  input: GraphInput,
  composedElsewhere: boolean,
): Promise<readonly Problem[]> {
  const [{ createAuthorizer }, { compareSupergraph }] = await Promise.all([
    import("../authorization/create-authorizer.js"),
    import("../composition/index.js"),
  ]);
  const { foreignDirectives } = input;
  try {
    createAuthorizer({ supergraphSdl: supergraph, settings: { foreignDirectives } });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  if (!composedElsewhere || input.sources.length === 0) return [];
  // The auth subgraph may be grafted on at start, so its absence from the file proves nothing.
  return compareSupergraph(supergraph, await loadGraph({ ...input, authSdl: undefined }), {
    foreignDirectives,
  });
}

async function newlyOpen(file: string, supergraph: string, input: GraphInput): Promise<readonly Problem[]> {
  const { demandText, diffSupergraphs } = await import("../composition/index.js");
  const { opened } = diffSupergraphs(await readSupergraph(file), supergraph, input.foreignDirectives);
  return opened.map(
    ({ coordinate, before, after }: OpenedCoordinate): Problem => ({
      kind: "NEWLY_OPEN",
      where: coordinate,
      found: demandText(after),
      allowed: `at least what ${file} demands: ${demandText(before)}`,
      mend: "guard it again, or approve the change by making this supergraph the one compared with",
    }),
  );
}
