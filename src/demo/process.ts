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
import type { DemoSubgraph } from "./subgraph.js";

/** The settings that the launcher passes to a subgraph process. */
export interface SubgraphProcessSettings {
  readonly name: DemoSubgraph["name"];
  readonly host: string;
  readonly port: number;
  readonly issuer: string;
  readonly logPath: string;
}

/** The message that a subgraph process sends once. */
export type SubgraphProcessMessage =
  | { readonly kind: "listening" }
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
  await SERVERS[subgraph.name]({
    subgraph,
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
