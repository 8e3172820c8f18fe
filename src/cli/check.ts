import { readFile } from "node:fs/promises";
import type { SchemaWarning } from "../authorization/index.js";
import type { ChangedCoordinate } from "../composition/index.js";
import { ConfigError, type Problem } from "../domain/errors.js";
import { authProblems, composeInput } from "./compose.js";
import {
  type GraphFlags,
  type GraphInput,
  loadGraph,
  readGraphInput,
  withGraphFlags,
} from "./graph-input.js";
import { EXIT, type ExitCode, printProblems, printResult, UsageError } from "./output.js";
import type { RegisterVerb, VerbInput } from "./verb.js";

interface CheckFlags extends GraphFlags {
  readonly supergraph?: string;
  readonly against?: string;
  readonly running?: boolean;
  readonly offline?: boolean;
  readonly allowMemoryStore?: boolean;
}

/**
 * `cardea check`: would a gateway serve this? It checks the configuration (with its keys, users, issuers and store),
 * the subgraphs (lost guards) and the supergraph (readable guards, and that it keeps the guards of its subgraphs). With
 * `--against` it also reports what the supergraph newly opens.
 */
export const registerCheck: RegisterVerb = (program, context) => {
  context.run<CheckFlags>(
    withGraphFlags(
      program
        .command("check")
        .description(
          "check configuration, subgraphs and supergraph for guards that are lost, unreadable or newly removed",
        )
        .option("-s, --supergraph <file>", "a composed supergraph; it is compared with the given subgraphs")
        .option("--offline", "with a configuration: skip its store and the key sets at URLs")
        .option("--allow-memory-store", "as for serve: accept the memory store in production")
        .option("--running", "compare the supergraph with the running subgraphs that it lists")
        .option(
          "--against <file>",
          "an older supergraph: fields with weaker guards now are listed and refused",
        ),
    ),
    check,
  );
};

async function check({ options, terminal, environment }: VerbInput<CheckFlags>): Promise<ExitCode> {
  const json = options.json === true;
  // When only a graph is checked, the configuration provides its settings and its secrets are not read.
  const isWhole =
    options.config !== undefined || (options.supergraph === undefined && options.subgraph === undefined);
  const named = await readGraphInput(options, environment, isWhole ? "serve" : "graph");
  if (isWhole && named.config !== undefined) {
    const { installationProblems } = await import("./check-installation.js");
    const found = await installationProblems(named.config, {
      offline: options.offline === true,
      allowMemoryStore: options.allowMemoryStore === true,
    });
    if (found.length > 0) {
      printProblems(terminal, json, found);
      return EXIT.refused;
    }
  }
  const file = options.supergraph ?? supergraphLocation(named.config);
  if (file === undefined && named.sources.length === 0)
    throw new UsageError("check has nothing to check: give --supergraph, --subgraph or --config");
  if (file === undefined && options.running === true)
    throw new UsageError("--running requires --supergraph, or a configuration with a supergraph");
  const supergraph =
    file === undefined ? await composeInput(named) : await readSupergraph(file, options.offline);
  const input = options.running === true ? await withRunning(named, supergraph) : named;
  const { problems, warnings } = await checkSupergraph(supergraph, input, file !== undefined);
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
    ...(isWhole && input.config !== undefined ? ["configuration"] : []),
    ...(input.sources.length === 0 ? [] : ["subgraphs"]),
    "supergraph",
    ...(options.against === undefined ? [] : ["against"]),
  ];
  const subgraphs = input.sources.map(({ name }) => name);
  printResult(terminal, json, { checked, subgraphs, warnings }, () => [
    ...warnings.map(({ coordinate, warning, fix }) => `warning: ${coordinate}: ${warning}. Fix: ${fix}`),
    `ok: ${checked.join(", ")}`,
  ]);
  return EXIT.ok;
}

/** Adds the subgraphs that the supergraph lists; subgraphs given by flags take precedence. */
async function withRunning(input: GraphInput, supergraph: string): Promise<GraphInput> {
  const [{ parse }, { readSubgraphs }, { LOCAL_AUTH_URL }] = await Promise.all([
    import("graphql"),
    import("../federation/supergraph/subgraphs.js"),
    import("../federation/subgraph/local.js"),
  ]);
  const known = new Set(input.sources.map(({ name }) => name));
  const running = [...readSubgraphs(parse(supergraph, { noLocation: true })).values()]
    .filter(({ name, url }) => url !== LOCAL_AUTH_URL && !known.has(name))
    .map(({ name, url }) => ({ name, url }));
  return { ...input, sources: [...input.sources, ...running] };
}

/** Path or URL of the configured supergraph; `undefined` when it is composed. */
function supergraphLocation(config: GraphInput["config"]): string | undefined {
  if (config?.graph.kind === "file") return config.graph.path;
  return config?.graph.kind === "url" ? config.graph.url : undefined;
}

/** @throws ConfigError for a file or URL that cannot be read or is not SDL */
async function readSupergraph(file: string, offline = false): Promise<string> {
  const refused = (found: string, fix: string): ConfigError =>
    new ConfigError([
      { kind: "UNREADABLE_SUPERGRAPH", where: file, found, allowed: "a composed supergraph SDL", fix },
    ]);
  let text: string;
  try {
    text = /^https?:\/\//i.test(file) ? await fetchSupergraph(file, offline) : await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof ConfigError || error instanceof UsageError) throw error;
    throw refused(
      "a file or URL that cannot be read",
      "check the path or URL, or write the file with `cardea compose --out`",
    );
  }
  const { parse } = await import("graphql");
  try {
    parse(text, { noLocation: true });
  } catch (error) {
    throw refused(error instanceof Error ? error.message : "text that does not parse", "compose it again");
  }
  return text;
}

async function fetchSupergraph(url: string, offline: boolean): Promise<string> {
  if (offline) throw new UsageError("--offline cannot read a supergraph from a URL: give a file");
  const { urlSource } = await import("../federation/supergraph/sources.js");
  return urlSource(url).load();
}

interface SupergraphReport {
  readonly problems: readonly Problem[];
  /** Guards that are valid but probably not intended. */
  readonly warnings: readonly SchemaWarning[];
}

/** Checks that every guard is readable, and that a supergraph composed elsewhere keeps the guards of its subgraphs. */
async function checkSupergraph(
  supergraph: string,
  input: GraphInput,
  composedElsewhere: boolean,
): Promise<SupergraphReport> {
  const [{ createAuthorizer, explainSchema }, { compareSupergraph, uncomparedSubgraphs }] = await Promise.all(
    [import("../authorization/index.js"), import("../composition/index.js")],
  );
  let warnings: readonly SchemaWarning[];
  try {
    const graph = createAuthorizer({ supergraphSdl: supergraph, settings: input.guards });
    warnings = explainSchema(graph).warnings;
  } catch (error) {
    if (error instanceof ConfigError) return { problems: error.problems, warnings: [] };
    throw error;
  }
  const { planningProblems } = await import("../compose/plannable.js");
  const unplannable = await planningProblems(supergraph, input.guards);
  if (unplannable.length > 0) return { problems: unplannable, warnings };
  if (!composedElsewhere) return { problems: [], warnings };
  const taken = await authProblems(input, supergraph);
  if (taken.length > 0 || input.sources.length === 0) return { problems: taken, warnings };
  const subgraphs = await loadGraph(input);
  const problems = compareSupergraph(supergraph, subgraphs, input.guards);
  const compared = new Set([
    ...subgraphs.map(({ name }) => name),
    ...(input.config?.unverifiableSubgraphs ?? []),
  ]);
  return { problems: [...problems, ...uncomparedSubgraphs(supergraph, compared)], warnings };
}

async function newlyOpen(file: string, supergraph: string, input: GraphInput): Promise<readonly Problem[]> {
  const { diffSupergraphs } = await import("../composition/index.js");
  const { opened } = diffSupergraphs(await readSupergraph(file), supergraph, input.guards);
  return opened.map(
    ({ coordinate, before, after }: ChangedCoordinate): Problem => ({
      kind: "NEWLY_OPEN",
      where: coordinate,
      found: after,
      allowed: `at least the guard in ${file}: ${before}`,
      fix: "restore the guard, or approve the change by comparing with this supergraph from now on",
    }),
  );
}
