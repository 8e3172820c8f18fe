import { readFile } from "node:fs/promises";
import { type DocumentNode, parse } from "graphql";
import type { AuthorizedGraph, ExplainInput, GuardSource } from "../authorization/index.js";
import type { CardeaConfig } from "../config/resolve.js";
import { ConfigError } from "../domain/errors.js";
import type { Principal } from "../domain/principal.js";
import { composeInput } from "./compose.js";
import { type AccessFlags, checkAccessFlags, explainAccess } from "./explain-access.js";
import { type CallerFlags, callerOf, withCallerFlags } from "./explain-caller.js";
import {
  type GraphFlags,
  type GraphInput,
  loadGraph,
  readGraphInput,
  withGraphFlags,
} from "./graph-input.js";
import { EXIT, type ExitCode, printResult, UsageError } from "./output.js";
import type { RegisterVerb, VerbInput } from "./verb.js";

interface ExplainFlags extends GraphFlags, CallerFlags, Omit<AccessFlags, "json"> {
  readonly supergraph?: string;
  readonly operation?: string;
  readonly operationName?: string;
  readonly variables?: string;
  readonly plan?: boolean;
  readonly scope?: string;
}

/** `cardea explain`: shows which guards apply, from the same table that decides requests. */
export const registerExplain: RegisterVerb = (program, context) => {
  context.run<ExplainFlags>(
    withCallerFlags(
      withGraphFlags(
        program
          .command("explain")
          .description(
            "show what an operation, a scope or the whole schema requires of a caller, and where it is declared",
          )
          .option(
            "-s, --supergraph <file>",
            "a composed supergraph; default: the configured one, or the composed subgraphs",
          )
          .option("--operation <file>", "an operation document")
          .option("--operation-name <name>", "which operation of the document")
          .option("--variables <json>", "variables of the operation")
          .option("--plan", "with --operation: the stages to the plan, and the guards in front of each fetch")
          .option("--scope <scope>", "everything this scope gives access to, alone or with others")
          .option(
            "--schema",
            "what anyone, a stolen access token and a fresh login can reach; and what to review",
          )
          .option("--html <file>", "with --schema: write the access map there, as one page without script")
          .option("--against <file>", "with --schema: an older supergraph; the access map says what changed"),
      ),
    ),
    explain,
  );
};

async function explain(input: VerbInput<ExplainFlags>): Promise<ExitCode> {
  const { options, terminal, environment } = input;
  const given = [options.operation, options.scope, options.schema].filter(
    (each) => each !== undefined,
  ).length;
  if (given !== 1) throw new UsageError("explain requires exactly one of --operation, --scope and --schema");
  if (options.plan === true && options.operation === undefined)
    throw new UsageError("--plan requires --operation");
  checkAccessFlags(options);
  const graphInput = await readGraphInput(options, environment);
  const { graph, sources } = await openGraph(options, graphInput);
  const json = options.json === true;
  const { explainScope, scopeText } = await import("../authorization/index.js");
  if (options.schema === true) {
    await explainAccess(options, { graph, sources, input: graphInput }, terminal);
  } else if (options.scope !== undefined) {
    const { scope } = options;
    const uses = explainScope(graph, scope);
    printResult(terminal, json, { scope, uses }, () => [scopeText(scope, uses)]);
  } else {
    await explainOne(input, graph, sources, graphInput.config);
  }
  return EXIT.ok;
}

async function explainOne(
  { options, terminal }: VerbInput<ExplainFlags>,
  graph: AuthorizedGraph,
  sources: readonly GuardSource[] | undefined,
  config: CardeaConfig | undefined,
): Promise<void> {
  const { explainOperation, operationText } = await import("../authorization/index.js");
  const principal: Principal | undefined = await callerOf(options, config);
  const file = options.operation ?? "";
  const input: ExplainInput = {
    document: await readOperation(file, graph),
    operationName: options.operationName,
    variables: parseVariables(options.variables),
    nowSeconds: Math.floor(Date.now() / 1000),
    ...(principal === undefined ? {} : { principal }),
    ...(sources === undefined ? {} : { sources }),
  };
  const json = options.json === true;
  if (options.plan === true) {
    const { explainedPlan, planText } = await import("./explain-plan.js");
    const { explanation, plan } = await misuse(() => explainedPlan(graph, input, file));
    printResult(terminal, json, { ...explanation, plan }, () => [
      operationText(explanation),
      ...planText(plan),
    ]);
    return;
  }
  const explanation = await misuse(() => explainOperation(graph, input));
  printResult(terminal, json, { ...explanation }, () => [operationText(explanation)]);
}

/** Opens the graph to explain, and the subgraph SDL in which each guard is declared. */
async function openGraph(
  options: ExplainFlags,
  input: GraphInput,
): Promise<{ readonly graph: AuthorizedGraph; readonly sources: readonly GuardSource[] | undefined }> {
  const file =
    options.supergraph ?? (input.config?.graph.kind === "file" ? input.config.graph.path : undefined);
  if (file === undefined && input.sources.length === 0)
    throw new UsageError("explain has no graph: give --supergraph, --subgraph or --config");
  const [{ createAuthorizer }, { authorizationSettings }] = await Promise.all([
    import("../authorization/index.js"),
    import("../compose/authorization-settings.js"),
  ]);
  const supergraphSdl =
    file === undefined ? await composeInput(input) : await read(file, "a composed supergraph SDL");
  return {
    graph: createAuthorizer({
      supergraphSdl,
      settings: input.config === undefined ? {} : authorizationSettings(input.config),
    }),
    sources: input.sources.length === 0 ? undefined : await loadGraph(input),
  };
}

async function readOperation(file: string, graph: AuthorizedGraph): Promise<DocumentNode> {
  const text = await read(file, "a GraphQL operation");
  const [{ specifiedRules, validate }, { documentRules, secretTypesOf }] = await Promise.all([
    import("graphql"),
    import("../compose/document-rules.js"),
  ]);
  const refused = (found: readonly string[]): ConfigError =>
    new ConfigError(
      found.map((message) => ({
        kind: "INVALID_OPERATION",
        where: file,
        found: message,
        allowed: "an operation that is valid against the graph",
        fix: "correct the operation",
      })),
    );
  let document: DocumentNode;
  try {
    document = parse(text);
  } catch (error) {
    throw refused([error instanceof Error ? error.message : "text that does not parse"]);
  }
  // As a gateway does, so that no secret of a document that it refuses is printed.
  const rules = [...specifiedRules, ...documentRules(secretTypesOf(graph))];
  const errors = validate(graph.apiSchema, document, rules);
  if (errors.length > 0) throw refused(errors.map(({ message }) => message));
  return document;
}

async function read(file: string, allowed: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch {
    throw new ConfigError([
      {
        kind: "UNUSABLE_FILE",
        where: file,
        found: "a file that cannot be read",
        allowed,
        fix: "check the path",
      },
    ]);
  }
}

function parseVariables(text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Readonly<Record<string, unknown>>; // an object, by the line above
  } catch {
    // Invalid JSON and a JSON value of another type share one message.
  }
  throw new UsageError("--variables: allowed is a JSON object");
}

/** Turns a TypeError, e.g. for an unknown operation name, into a UsageError. */
async function misuse<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message);
    throw error;
  }
}
