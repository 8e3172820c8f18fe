/**
 * One demo subgraph as its own process. The launcher starts it with its settings as the only argument. It reports over
 * the IPC channel when it listens, and ends when its parent ends.
 */
import { ConfigError, type Problem } from "../domain/errors.js";
import { createGatekeeper } from "./gatekeeper.js";
import { DEMO_SUBGRAPHS } from "./graph.js";
import { serveWithApollo } from "./servers/apollo.js";
import { servePlainly } from "./servers/plain.js";
import type { ServeSubgraph } from "./servers/serve.js";
import { serveWithYoga } from "./servers/yoga.js";
import { COMPOSE_DIRECTIVE, type DemoSubgraph } from "./subgraph.js";

/** The settings that the launcher passes to a subgraph process. */
export interface SubgraphProcessSettings {
  readonly name: DemoSubgraph["name"];
  readonly host: string;
  readonly port: number;
  readonly issuer: string;
  readonly logPath: string;
}

/** What the launcher tells a subgraph process while it runs. */
export interface PublishMessage {
  readonly kind: "publish";
  /** Publish the SDL without `@composeDirective(name: "@auth")`. */
  readonly forgetsDirective: boolean;
}

/** The first message of a subgraph process is `listening` or `failed`. `published` answers each {@link PublishMessage}. */
export type SubgraphProcessMessage =
  | { readonly kind: "listening" }
  | { readonly kind: "published" }
  | { readonly kind: "failed"; readonly message: string; readonly problems: readonly Problem[] };

const SERVERS: Readonly<Record<DemoSubgraph["name"], ServeSubgraph>> = {
  accounts: serveWithApollo,
  products: serveWithYoga,
  reviews: servePlainly,
};

async function main(): Promise<void> {
  const settings = JSON.parse(process.argv[2] ?? "{}") as SubgraphProcessSettings; // from our own launcher
  const subgraph = DEMO_SUBGRAPHS.find(({ name }) => name === settings.name);
  if (subgraph === undefined) throw new TypeError(`no demo subgraph ${settings.name}`);
  let forgetsDirective = false;
  process.on("message", (message) => {
    forgetsDirective = (message as PublishMessage).forgetsDirective; // from our own launcher
    report({ kind: "published" });
  });
  const { typeDefs } = subgraph;
  await SERVERS[subgraph.name]({
    subgraph: {
      ...subgraph,
      published: () => (forgetsDirective ? typeDefs.replace(COMPOSE_DIRECTIVE, "") : typeDefs),
    },
    gatekeeper: createGatekeeper({
      subgraph: subgraph.name,
      issuer: settings.issuer,
      logPath: settings.logPath,
    }),
    host: settings.host,
    port: settings.port,
  });
}

const report = (message: SubgraphProcessMessage): void => void process.send?.(message);

// Ctrl-C signals the whole process group, but the launcher stops the subgraphs.
process.on("SIGINT", () => undefined);
process.on("disconnect", () => process.exit(0));

main().then(
  () => report({ kind: "listening" }),
  (error: unknown) => {
    report({
      kind: "failed",
      message: error instanceof Error ? error.message : "unknown failure",
      problems: error instanceof ConfigError ? error.problems : [],
    });
    process.exitCode = 1;
    process.disconnect?.();
  },
);
