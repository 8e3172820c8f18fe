import { readFile } from "node:fs/promises";
import type { AccessMap } from "../access-map/index.js";
import type {
  AuthorizationSettings,
  AuthorizedGraph,
  GuardSource,
  SchemaExplanation,
} from "../authorization/index.js";
import type { CardeaConfig } from "../config/resolve.js";
import { ConfigError } from "../domain/errors.js";
import type { GraphInput } from "./graph-input.js";
import { printResult, type Terminal, UsageError } from "./output.js";

/** Flags of `explain --schema`. */
export interface AccessFlags {
  readonly schema?: boolean;
  readonly html?: string;
  readonly against?: string;
  readonly json?: boolean;
}

/** @throws UsageError when a flag of the access map stands without what it needs */
export const checkAccessFlags = ({ schema, html, against, json }: AccessFlags): void => {
  if (schema !== true && (html ?? against) !== undefined)
    throw new UsageError(`${html === undefined ? "--against" : "--html"} requires --schema`);
  if (against !== undefined && html === undefined && json !== true)
    throw new UsageError("--against requires --html or --json");
};

export interface ExplainedGraph {
  readonly graph: AuthorizedGraph;
  readonly sources: readonly GuardSource[] | undefined;
  readonly input: GraphInput;
}

/** Prints what the schema lets out. The access map goes into the JSON, and as a page into the file named. */
export async function explainAccess(
  options: AccessFlags,
  { graph, sources, input: { config, authSdl } }: ExplainedGraph,
  terminal: Terminal,
): Promise<void> {
  const { explainSchema, schemaText } = await import("../authorization/index.js");
  const schema: SchemaExplanation = explainSchema(graph);
  const json = options.json === true;
  if (options.html === undefined && !json) {
    printResult(terminal, json, { schema }, () => [schemaText(schema)]);
    return;
  }
  const { accessPage, createAccessMap } = await import("../access-map/index.js");
  const against = options.against === undefined ? undefined : await olderGraph(options.against, config);
  const access: AccessMap = createAccessMap({
    graph,
    sources: sources && authSdl !== undefined ? [...sources, { name: "auth", sdl: authSdl }] : sources,
    against,
    identities: config?.identity.subgraphs,
  });
  const { html } = options;
  if (html === undefined) {
    printResult(terminal, json, { schema, access }, () => []);
    return;
  }
  const { replaceFile } = await import("./files.js");
  await replaceFile(html, accessPage(access));
  printResult(terminal, json, { schema, access, html }, () => [`access map: ${html}`]);
}

/** The graph of an older supergraph, judged by today's settings. */
async function olderGraph(file: string, config: CardeaConfig | undefined): Promise<AuthorizedGraph> {
  const [{ createAuthorizer }, { authorizationSettings }] = await Promise.all([
    import("../authorization/index.js"),
    import("../compose/authorization-settings.js"),
  ]);
  const supergraphSdl = await readOlder(file);
  const open = (settings: AuthorizationSettings) => createAuthorizer({ supergraphSdl, settings });
  const settings = config === undefined ? {} : authorizationSettings(config);
  try {
    return open(settings);
  } catch (error) {
    // A position of today's graph need not have been there.
    const isPosition = (kind: string) => kind === "UNKNOWN_POSITION";
    if (!(error instanceof ConfigError) || !error.problems.every(({ kind }) => isPosition(kind))) throw error;
    const unknown = new Set(error.problems.map(({ where }) => where.replace("auth.positions.", "")));
    const positions = Object.entries(settings.positions ?? {}).filter(([one]) => !unknown.has(one));
    return open({ ...settings, positions: Object.fromEntries(positions) });
  }
}

const readOlder = async (file: string): Promise<string> => {
  try {
    return await readFile(file, "utf8");
  } catch {
    throw new ConfigError([
      {
        kind: "UNUSABLE_FILE",
        where: file,
        found: "a file that cannot be read",
        allowed: "a composed supergraph SDL, from before the change",
        fix: "check the path",
      },
    ]);
  }
};
