/**
 * One demo subgraph as a process of its own. Started by the launcher with its settings as the one argument; says over
 * the channel to its parent where it listens, and ends with it.
 */
import { ConfigError, type Problem } from "../domain/errors.js";
import { createGatekeeper } from "./gatekeeper.js";
import { DEMO_SUBGRAPHS } from "./graph.js";
import { serveWithApollo } from "./servers/apollo.js";
import { servePlainly } from "./servers/plain.js";
import type { ServeSubgraph } from "./servers/serve.js";
import { serveWithYoga } from "./servers/yoga.js";
import type { DemoSubgraph } from "./subgraph.js";

/** What the launcher tells a subgraph process. */
export interface SubgraphProcessSettings {
  readonly name: DemoSubgraph["name"];
  readonly host: string;
  readonly port: number;
  readonly issuer: string;
  readonly logPath: string;
}

/** What it hears back, once. */
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

const tell = (message: SubgraphProcessMessage): void => void process.send?.(message);

// Ctrl-C reaches the whole group; the launcher decides when a subgraph ends.
process.on("SIGINT", () => undefined);
process.on("disconnect", () => process.exit(0));

main().then(
  () => tell({ kind: "listening" }),
  (error: unknown) => {
    tell({
      kind: "failed",
      message: error instanceof Error ? error.message : "unknown failure",
      problems: error instanceof ConfigError ? error.problems : [],
    });
    process.exitCode = 1;
    process.disconnect?.();
  },
);
