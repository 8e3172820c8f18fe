import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPage } from "../compose/page/open-page.js";
import { composeGateway } from "../compose.js";
import { checkConfig } from "../config/load.js";
import { hashPassword } from "../credentials/password-hash.js";
import { userId } from "../domain/brand.js";
import { addUser } from "../stores/users/edit-user-file.js";
import { type SubgraphProcess, startSubgraph } from "./children.js";
import { DEMO_SUBGRAPHS } from "./graph.js";
import { createDemoPage } from "./page/demo-page.js";
import { findPorts } from "./ports.js";
import { DEMO_USERS } from "./users.js";

export interface DemoOptions {
  /** Host of the gateway. The subgraphs listen on 127.0.0.1. */
  readonly host: string;
  /** Preferred port of the gateway; the subgraphs use the next three. 0: any free port. */
  readonly port: number;
  /** The window of `@auth(fresh: true)`: short, so that a person can see it expire. */
  readonly freshSeconds: number;
  readonly graceSeconds: number;
  /** Report denials and enforce nothing, which the check must detect. */
  readonly dryRun: boolean;
  /** Called with the current step of the start. */
  readonly progress?: (what: string) => void;
  /** Called first of all, with the address to open in a browser. */
  readonly announce?: (pageUrl: string) => void;
}

/** A running demo, as visitors and the check use it. */
export interface DemoHandle {
  /** `http://localhost:4000`, without a slash at the end. */
  readonly origin: string;
  readonly graphqlUrl: string;
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
  readonly freshSeconds: number;
  readonly graceSeconds: number;
  /** Is there a page to see at the origin? */
  readonly isPageBuilt: boolean;
}

export interface RunningDemo extends DemoHandle {
  /** Stops the gateway, then the subgraphs, and removes the temporary folder. */
  stop(): Promise<void>;
}

const LOOPBACK = "127.0.0.1";

/**
 * Starts the demo: three subgraph processes, and in this process a gateway that composes them, with a memory store.
 *
 * @throws ConfigError, or Error when a subgraph does not start; everything is stopped then
 */
export async function launchDemo(options: DemoOptions): Promise<RunningDemo> {
  const folder = await mkdtemp(join(tmpdir(), "cardea-demo-"));
  const processes: SubgraphProcess[] = [];
  const cleanUp = async (): Promise<void> => {
    await Promise.all(processes.map((each) => each.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const [port = 0, ...subgraphPorts] = await findPorts(LOOPBACK, portsFrom(options.port));
    const base = `http://localhost:${port}`;
    options.announce?.(`${base}/`);
    const subgraphs = DEMO_SUBGRAPHS.map(({ name }, index) => ({
      name,
      url: `http://${LOOPBACK}:${subgraphPorts[index] ?? 0}/`,
      port: subgraphPorts[index] ?? 0,
      logPath: join(folder, `${name}.requests.jsonl`),
    }));
    options.progress?.(`starting the subgraphs ${subgraphs.map(({ name }) => name).join(", ")}`);
    // Passwords are hashed while the processes start, since both take time.
    const [, ...started] = await Promise.all([
      writeUsers(join(folder, "users.yaml")),
      ...subgraphs.map(({ name, port, logPath }) =>
        startSubgraph({ name, host: LOOPBACK, port, issuer: `${base}/identity`, logPath }).then((process) =>
          processes.push(process),
        ),
      ),
    ]);
    if (started.length !== subgraphs.length) throw new Error("a subgraph is missing");
    const page = createDemoPage({
      graphqlUrl: `${base}/graphql`,
      subgraphs,
      freshSeconds: options.freshSeconds,
      graceSeconds: options.graceSeconds,
      publish: async (forgetsDirective) => {
        await processes.find(({ name }) => name === "products")?.publish(forgetsDirective);
        return gateway.reload();
      },
    });
    const config = checkConfig(
      {
        subgraphs: subgraphs.map(({ name, url }) => ({ name, url })),
        server: { host: options.host, port },
        ops: { port: 0 },
        tokens: { issuer: base },
        users: { kind: "file", path: join(folder, "users.yaml") },
        sessions: { graceSeconds: options.graceSeconds },
        auth: { freshSeconds: options.freshSeconds, dryRun: options.dryRun },
        log: { level: "silent" },
      },
      { folder, environment: {} },
    );
    const gateway = await composeGateway(config, {
      listener: page.listener,
      page: page.setup,
      ...(options.progress === undefined ? {} : { progress: options.progress }),
    });
    return {
      origin: base,
      graphqlUrl: `${base}/graphql`,
      subgraphs,
      isPageBuilt: (await readPage(config, page.setup)) !== undefined,
      freshSeconds: options.freshSeconds,
      graceSeconds: options.graceSeconds,
      async stop() {
        await gateway.stop();
        await cleanUp();
      },
    };
  } catch (error) {
    await cleanUp();
    throw error;
  }
}

const portsFrom = (port: number): readonly number[] =>
  [0, 1, 2, 3].map((offset) => (port === 0 ? 0 : port + offset));

async function writeUsers(path: string): Promise<void> {
  for (const { id, username, password, scopes } of DEMO_USERS)
    await addUser(path, {
      id: userId(id),
      username,
      passwordHash: await hashPassword(password),
      scopes,
    });
}
