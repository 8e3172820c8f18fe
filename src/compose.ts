import { setTimeout as pause } from "node:timers/promises";
import type { ApolloServerPlugin } from "@apollo/server";
import { createAuthSubgraph } from "./auth-subgraph/auth-subgraph.js";
import { openClientAuth } from "./compose/client-auth.js";
import { clientRegistryOf, foreignSiteNotes } from "./compose/clients.js";
import { createClosing } from "./compose/closing.js";
import { createEndpoints } from "./compose/endpoints.js";
import { type RunningEngine, startEngine } from "./compose/engine.js";
import { createGraphHistory, type GraphHistory } from "./compose/graph-history.js";
import { issuersOf } from "./compose/issuers.js";
import { keyOptionsOf, type OpenedKeys, openKeys } from "./compose/keys.js";
import { openFeed } from "./compose/page/open-feed.js";
import { readPage, servingPage, showsPage, waitingPage } from "./compose/page/open-page.js";
import type { PageSetup } from "./compose/page/page-setup.js";
import { openProofs } from "./compose/proofs.js";
import { clientRoutes, operatorRoutes, startingRoutes } from "./compose/routes.js";
import {
  ceilingOf,
  openDirectory,
  openSessions,
  pepperNoticeOf,
  peppersOf,
  sealedTokensOf,
} from "./compose/sessions.js";
import { openStores } from "./compose/stores.js";
import { assertDeployable, deploymentNotes } from "./config/deployment.js";
import { graphqlProblems } from "./config/graphql-copies.js";
import type { CardeaConfig } from "./config/resolve.js";
import { createActiveUsers } from "./credentials/active-users.js";
import { ConfigError } from "./domain/errors.js";
import type { Emit } from "./domain/events.js";
import { type Clock, systemClock } from "./domain/time.js";
import { fewOpenFilesNote, openFilesLimit } from "./http/open-files.js";
import { createIdentitySigner } from "./identity/sign.js";
import { announcePeppers } from "./sessions/announce-peppers.js";
import type { Siblings } from "./sessions/siblings.js";
import type { Stores } from "./sessions/stores.js";
import type { LogOptions } from "./telemetry/log.js";
import { createTelemetry } from "./telemetry/telemetry.js";
import { createTokenVerifier } from "./tokens/verify.js";

export interface ComposeOverrides {
  /** `--allow-memory-store`. Default false. */
  readonly allowMemoryStore?: boolean;
  /**
   * A store of your own for sessions, limits and revocations, instead of `store` of the configuration. Build it with
   * `cardea/stores`. The gateway starts it and closes it.
   */
  readonly stores?: Stores;
  readonly clock?: Clock;
  /** Receives every event, in addition to the log and the metrics. */
  readonly listener?: Emit;
  readonly logDestination?: LogOptions["destination"];
  /** Called with what the start is waiting for, each time it changes. */
  readonly progress?: (what: string) => void;
  /** Keys that are open already; the gateway closes them. Default: those of the configuration. */
  readonly keys?: OpenedKeys;
  /** The other workers on the same port. */
  readonly siblings?: Siblings;
  /** The supergraphs that were served before, and those of other workers. Default: none. */
  readonly history?: GraphHistory;
  /** Called when the other workers guard what this one serves openly, and it cannot serve their graph: it should end. */
  readonly onUnfit?: () => void;
  /** How many workers are not serving, for metrics. Default 0. */
  readonly missingWorkers?: () => number;
  /** The page of `cardea dev` and `cardea demo`. Default: that of the setting `page`. */
  readonly page?: PageSetup;
  /**
   * Plugins of Apollo Server. With any plugin, every operation runs all steps that a plugin can hook into, which costs
   * about a third more CPU for a small query. Plugins can read credentials: use only those that you trust.
   */
  readonly plugins?: readonly ApolloServerPlugin[];
}

/** A gateway that is serving. */
export interface RunningGateway {
  /** The GraphQL endpoint. */
  readonly url: string;
  readonly port: number;
  /** Base of `/livez`, `/readyz`, `/metrics`. */
  readonly opsUrl: string;
  readonly opsPort: number;
  readonly issuer: string;
  readonly identityIssuer: string;
  /** `own`: the one in {@link ComposeOverrides.stores}. */
  readonly store: "memory" | "redis" | "own";
  readonly keys: "configured" | "generated";
  /** Messages to print at start. */
  readonly notes: readonly string[];
  /** Loads the supergraph again. @returns false when it was refused, and the old one is still served */
  reload(): Promise<boolean>;
  /** Lets running requests finish until the drain timeout, then closes everything. */
  stop(): Promise<void>;
}

/**
 * The composition root: opens keys, stores and the supergraph, opens the endpoints and returns the running gateway.
 * Together with `compose/` it is the only code that knows every adapter.
 *
 * @throws ConfigError with every problem; everything that was opened is closed again
 */
export async function composeGateway(
  config: CardeaConfig,
  overrides: ComposeOverrides = {},
): Promise<RunningGateway> {
  const deployment = {
    allowMemoryStore: overrides.allowMemoryStore ?? false,
    ownStores: overrides.stores !== undefined,
  };
  const copies = graphqlProblems();
  if (copies.length > 0) throw new ConfigError(copies);
  assertDeployable(config, deployment);

  const { progress = () => undefined } = overrides;
  const { clock = systemClock, logDestination: destination, listener } = overrides;
  let isDegraded = (): boolean => true;
  let engine: RunningEngine | undefined;
  const telemetry = createTelemetry(
    { ...config.log, ...(destination === undefined ? {} : { destination }) },
    {
      degraded: () => isDegraded(),
      engine: () => engine?.figures(),
      missingWorkers: () => overrides.missingWorkers?.() ?? 0,
    },
  );
  const { page: setup } = overrides;
  const reporting = openFeed(setup?.feed, config.log.allowedSample, (event) => {
    telemetry.emit(event);
    listener?.(event);
  });
  const { emit } = reporting;
  const closing = createClosing((error) =>
    emit({ type: "fault", reason: `while closing: ${error instanceof Error ? error.message : "unknown"}` }),
  );
  const notes: string[] = [...deploymentNotes(config, deployment)];
  const note = (text: string): void => void notes.push(text);
  try {
    const built = readPage(config, setup);
    progress("reading keys");
    const keys = overrides.keys ?? (await openKeys({ ...keyOptionsOf(config), clock, emit }));
    closing.add(keys.stop);
    if (config.store.kind === "redis") progress("waiting for the store");
    const stores = await openStores(config, { clock, emit, own: overrides.stores });
    closing.add(stores.close);
    isDegraded = () => stores.revocations.isDegraded();

    let life: "starting" | "serving" | "draining" = "starting";
    const ops = createEndpoints({ setting: "ops", config, clock, emit });
    ops.open(
      operatorRoutes({
        config,
        gateway: () => engine?.gateway,
        keys,
        stores,
        metrics: telemetry.metrics,
        clock,
        starting: () => life === "starting",
        draining: () => life === "draining",
      }),
    );
    const opsPort = await ops.listen();
    closing.add(ops.drain);
    if (config.ops.anyPort && opsPort !== config.ops.port) {
      note(`port ${config.ops.port} is in use: the ops port is ${opsPort}`);
    }
    // No client port is opened before this: another gateway on the same port serves alone, and no revoked token is
    // accepted.
    await stores.viewRead;

    const openFiles = openFilesLimit();
    const few = openFiles === undefined ? undefined : fewOpenFilesNote(openFiles);
    if (few !== undefined) note(few);
    const front = createEndpoints({ setting: "server", config, clock, emit, metrics: telemetry.metrics });
    closing.add(front.drain);
    // With port 0 the issuer is known only after listening, because it contains the port. And a subgraph that verifies
    // the gateway needs our keys before there is a graph.
    const early = config.server.port === 0 || looksUpSdl(config) ? await front.listen() : undefined;
    const issuers = issuersOf(config, early ?? config.server.port);
    const waiting = setup === undefined ? undefined : waitingPage(config, setup, await built);
    front.open(startingRoutes(config, issuers, keys.identity, clock, waiting));
    const peppers = peppersOf(config);
    const sealed = sealedTokensOf(config);
    const own = { issuer: issuers.issuer, audience: issuers.audience, keyRing: keys.tokens };
    const directory = await openDirectory(config, clock, emit);
    const clients = clientRegistryOf(config);
    for (const text of foreignSiteNotes(clients, issuers.publicUrls)) note(text);
    const ownSessions = openSessions(config, {
      ...own,
      stores:
        setup?.demo === undefined ? stores : { ...stores, sessions: setup.demo.wrapStore(stores.sessions) },
      directory,
      peppers,
      sealed,
      clock,
      emit,
      clients,
      siblings: overrides.siblings,
    });
    closing.add(ownSessions.close);
    const sessions = setup?.demo?.wrapSessions(ownSessions) ?? ownSessions;
    if (stores.gateways !== undefined)
      closing.add(announcePeppers(stores.gateways, pepperNoticeOf(peppers), emit));

    const verifier = createTokenVerifier({
      own: { ...own, sealed, maxTtlSeconds: ceilingOf(config) },
      outside: config.issuers,
      reservedIssuers: [issuers.identityIssuer],
      ...(config.users === undefined ? {} : { localUsers: createActiveUsers(directory, clock) }),
      revocations: stores.revocations,
      onFirstUse: (principal) => ownSessions.seen(principal),
      clock,
      clockToleranceSeconds: config.tokens.clockToleranceSeconds,
    });
    const unread = verifier.prepare();
    const clientAuth = await openClientAuth(config, { issuer: issuers.issuer, stores, clock, emit });
    progress(graphStep(config));
    engine = await startEngine(config, {
      verifier,
      identity: createIdentitySigner({
        issuer: issuers.identityIssuer,
        keyRing: keys.identity,
        subgraphs: config.identity.subgraphs,
        clock,
      }),
      auth:
        config.authSubgraph.enabled === false
          ? undefined
          : createAuthSubgraph({ sessions, clock, emit, naming: config.authSubgraph }),
      isDegraded: (token) => stores.revocations.isDegraded(token),
      revocations: stores.revocations,
      plugins: overrides.plugins ?? [],
      onProvenUse: (principal) => ownSessions.seen(principal),
      clock,
      emit,
      reportAllowed: reporting.reportAllowed,
      note,
      history: overrides.history ?? createGraphHistory(),
      onUnfit: overrides.onUnfit ?? (() => undefined),
    });
    closing.add(engine.stop);
    for (const text of clientAuth.notes) {
      note(text);
      emit({ type: "fault", reason: text });
    }
    for (const reason of await unread) {
      note(`${reason}; its tokens are answered with 503 until it can be read`);
      emit({ type: "fault", reason });
    }
    const { gateway, server } = engine;

    const page = showsPage(config, setup)
      ? servingPage({ config, setup, built: await built, engine, verifier, clock })
      : undefined;
    const proofs = openProofs({
      publicUrls: issuers.publicUrls,
      peppers,
      limiter: stores.limiter,
      metrics: telemetry.metrics,
      clock,
      emit,
    });
    const { metrics } = telemetry;
    front.open(
      clientRoutes({
        config,
        server,
        issuers,
        keys,
        sessions,
        verifier,
        clients,
        peppers,
        clientAuth: clientAuth.clients,
        revocations: stores.revocations,
        proofs,
        metrics,
        clock,
        emit,
        page,
      }),
    );
    const port = early ?? (await front.listen());
    life = "serving";
    return {
      url: `${originOf(config.server.host, port)}${config.server.path}`,
      port,
      opsUrl: originOf(config.ops.host, opsPort),
      opsPort,
      issuer: issuers.issuer,
      identityIssuer: issuers.identityIssuer,
      store: overrides.stores === undefined ? config.store.kind : "own",
      keys: config.tokens.keys.length > 0 && config.identity.keys.length > 0 ? "configured" : "generated",
      notes,
      reload: () => gateway.reload(),
      async stop() {
        if (life !== "draining") {
          life = "draining";
          front.announceEnd();
          setup?.feed.end();
          await pause(config.server.drainDelayMs);
        }
        await front.drain();
        await closing.close();
      },
    };
  } catch (error) {
    await closing.close();
    throw error;
  }
}

function graphStep({ graph }: CardeaConfig): string {
  switch (graph.kind) {
    case "file":
      return `loading the supergraph ${graph.path}`;
    case "url":
      // The query of a registry's URL may contain a key.
      return `loading the supergraph from ${new URL(graph.url).host}`;
    case "subgraphs":
      return `composing ${graph.subgraphs.map(({ name }) => name).join(", ")}`;
  }
}

/** Does the start fetch the SDL of subgraphs? */
const looksUpSdl = ({ graph, supergraphCheck }: CardeaConfig): boolean =>
  supergraphCheck === "on" || (graph.kind === "subgraphs" && graph.subgraphs.some(({ sdlPath }) => !sdlPath));

/** The wildcard address cannot be visited, so it is replaced by `localhost`. */
function originOf(host: string, port: number): string {
  const visit = host === "0.0.0.0" || host === "::" ? "localhost" : host;
  return `http://${visit.includes(":") ? `[${visit}]` : visit}:${port}`;
}
