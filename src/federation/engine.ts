import type {
  GatewayExecutionResult,
  GatewayGraphQLRequestContext,
  GatewayInterface,
  GatewaySchemaLoadOrUpdateCallback,
} from "@apollo/server-gateway-interface";
import type { GraphQLSchema } from "graphql";
import type { Emit } from "../domain/events.js";
import type { Authenticated } from "../domain/principal.js";
import type { Clock, Milliseconds } from "../domain/time.js";
import type { RevocationView } from "../tokens/revocation-view.js";
import type { TokenVerifier } from "../tokens/token-verifier.js";
import { createExecutor } from "./executor.js";
import { noSuchOperation } from "./operation-cache.js";
import { createPlannerHost, type PlannerHost, type PlannerHostSettings } from "./planning/process/pool.js";
import type { RequestContext } from "./request/request-context.js";
import { createRunningOperations, type RevocationNews } from "./request/running-operations.js";
import { type ErrorExposure, MASK_EVERYTHING } from "./response/errors.js";
import { createOpenCalls, type SubgraphIdentityHeaders } from "./subgraph/call.js";
import type { LocalSubgraph } from "./subgraph/local.js";
import { createHeaderFilter, DEFAULT_PASSED_HEADERS } from "./subgraph/transport/headers.js";
import type { TransportSettings } from "./subgraph/transport/settings.js";
import { createTransport, type SubgraphState } from "./subgraph/transport/transport.js";
import type { LastGood } from "./supergraph/last-good-file.js";
import { createSupergraphLife, type ReloadSettings } from "./supergraph/life-cycle.js";
import type { ReloadCount } from "./supergraph/reload-log.js";
import { type AuthorizerFactory, buildSnapshot, type Snapshot } from "./supergraph/snapshot.js";
import type { SupergraphSource } from "./supergraph/sources.js";

/** @typeParam Origin - see {@link RequestContext} */
export interface EngineOptions<Origin = unknown> {
  readonly source: SupergraphSource;
  /** Served at start when the source has no usable supergraph. Default none. */
  readonly lastGood?: LastGood;
  /** Served at start instead of the source's supergraph, which becomes the first reload. Default none. */
  readonly startFrom?: Pick<SupergraphSource, "load">;
  readonly authorizerFactory: AuthorizerFactory;
  readonly verifier: TokenVerifier;
  readonly identity: SubgraphIdentityHeaders;
  /** The subgraph for the routing URL `cardea://auth`. */
  readonly local: LocalSubgraph<Origin> | undefined;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Called for each request with a bound token and a valid proof (RFC 9449). Must not throw. Default none. */
  readonly onProvenUse?: (principal: Authenticated) => void;
  /** Is the revocation view stale? Then fresh fields fail closed. */
  readonly isDegraded: RevocationView["isDegraded"];
  /** When a caller is revoked, cancels their running operations. Default none: they run to their end. */
  readonly revocations?: RevocationNews;
  /** Called for each operation without a denial: should it be reported? Default never. */
  readonly reportAllowed?: () => boolean;
  readonly exposure?: ErrorExposure;
  readonly transport?: TransportSettings;
  /** For all subgraph calls of one operation together. Default 30 000. */
  readonly operationDeadlineMs?: Milliseconds;
  /** Client headers that are forwarded to subgraphs. Default: tracing headers and `accept-language`. */
  readonly passHeaders?: readonly string[];
  /** Cookie names a subgraph may set, by subgraph. Default none. */
  readonly setCookieNames?: Readonly<Record<string, readonly string[]>>;
  /** May anonymous callers share one subgraph call for the same query at the same time? Default false. */
  readonly shareAnonymous?: boolean;
  readonly planning?: PlannerHostSettings;
  /** Replaces the planner's own processes. */
  readonly plannerHost?: PlannerHost;
  /** Plans kept per snapshot. Default 1000. */
  readonly planCacheSize?: number;
  /** Replaces `Math.random`, for progressive overrides. */
  readonly random?: () => number;
}

/** Figures of the engine, read at every scrape. */
export interface FederationFigures {
  readonly subgraphs: readonly SubgraphState[];
  readonly plans: { readonly size: number; readonly hits: number; readonly misses: number };
  readonly reloads: readonly ReloadCount[];
  /** Does the last good supergraph serve instead of the source's? */
  readonly isFallback: boolean;
}

export interface Engine extends GatewayInterface {
  /** The snapshot for new requests; `undefined` before `load`. */
  current(): Snapshot | undefined;
  /**
   * Loads the supergraph from the source again. The old one serves until the new one is proven.
   * @param settings - `rebuild`: make a new snapshot even of the same text, since what the authorizer knows about it
   * has changed. Default false. `from`: loads it from there, for once
   * @returns false when the new one was refused (an event tells why)
   */
  reload(settings?: ReloadSettings): Promise<boolean>;
  figures(): FederationFigures;
}

/**
 * Creates the engine for Apollo Server's `gateway:` option. It loads a supergraph, keeps it current and executes
 * operations.
 *
 * `load` throws ConfigError when the first supergraph is refused. When a later one is refused, the last good one
 * continues to serve.
 */
export const createEngine = <Origin>(options: EngineOptions<Origin>): Engine => {
  const exposure = options.exposure ?? MASK_EVERYTHING;
  const planning = options.plannerHost ?? createPlannerHost(options.planning);
  const transport = createTransport(options.transport, (subgraph, state) =>
    options.emit({ type: state === "open" ? "circuit.opened" : "circuit.closed", subgraph }),
  );
  const listeners = new Set<GatewaySchemaLoadOrUpdateCallback>();
  // Apollo Server parses and validates against one API schema and hands it over with the request: that is how a
  // request finds the snapshot it was validated for, whatever was swapped in meanwhile.
  const snapshots = new WeakMap<GraphQLSchema, Snapshot>();
  /** Of snapshots that no longer serve: what is exported only ever grows. */
  const retired = { hits: 0, misses: 0 };

  const running =
    options.revocations === undefined ? undefined : createRunningOperations(options.revocations);
  const execute = createExecutor({
    openCalls: createOpenCalls({
      transport,
      identity: options.identity,
      local: options.local,
      clock: options.clock,
      emit: options.emit,
      passedHeaders: createHeaderFilter(options.passHeaders ?? DEFAULT_PASSED_HEADERS, (name) =>
        options.identity.isIdentityHeader(name),
      ),
      setCookieNames: new Map(
        Object.entries(options.setCookieNames ?? {}).map(([subgraph, names]) => [subgraph, new Set(names)]),
      ),
      shareAnonymous: options.shareAnonymous ?? false,
    }),
    verifier: options.verifier,
    clock: options.clock,
    emit: options.emit,
    onProvenUse: options.onProvenUse,
    isDegraded: options.isDegraded,
    running,
    reportAllowed: options.reportAllowed ?? (() => false),
    exposure,
    random: options.random ?? Math.random,
    operationDeadlineMs: options.operationDeadlineMs ?? 30_000,
  });

  const build = (supergraphSdl: string): Promise<Snapshot> =>
    buildSnapshot(supergraphSdl, {
      authorizerFactory: options.authorizerFactory,
      planning,
      local: options.local,
      showsErrors: exposure.messages || exposure.extensions.length > 0,
      ...(options.planCacheSize === undefined ? {} : { planCacheSize: options.planCacheSize }),
    });

  const life = createSupergraphLife({
    source: options.source,
    lastGood: options.lastGood,
    startFrom: options.startFrom,
    build,
    install(snapshot) {
      snapshots.set(snapshot.apiSchema, snapshot);
      // Apollo Server builds its own part from the schema and may refuse it; then the old one stays.
      for (const listener of listeners) {
        listener({ apiSchema: snapshot.apiSchema, coreSupergraphSdl: snapshot.supergraphSdl });
      }
      transport.divide([...snapshot.subgraphs.values()].map(({ name, url }) => ({ subgraph: name, url })));
      retired.hits += life.current()?.plans.hits ?? 0;
      retired.misses += life.current()?.plans.misses ?? 0;
    },
    clock: options.clock,
    emit: options.emit,
  });

  return {
    async load() {
      await life.start();
      return {
        // GatewayInterface types the context loosely; the server module created it.
        executor: (request): Promise<GatewayExecutionResult> => {
          const typed = request as GatewayGraphQLRequestContext<RequestContext<Origin>>;
          if (!isResolved(typed)) throw noSuchOperation(typed.request.operationName);
          const snapshotOfRequest = snapshots.get(typed.schema);
          if (snapshotOfRequest === undefined)
            throw new TypeError("a request for a schema of another engine");
          return execute(snapshotOfRequest, {
            document: typed.document,
            operation: typed.operation,
            operationHash: typed.queryHash,
            variables: typed.request.variables ?? {},
            context: typed.context,
          });
        },
      };
    },
    onSchemaLoadOrUpdate(callback) {
      listeners.add(callback);
      const current = life.current();
      if (current !== undefined) {
        callback({ apiSchema: current.apiSchema, coreSupergraphSdl: current.supergraphSdl });
      }
      return () => void listeners.delete(callback);
    },
    async stop() {
      life.stop();
      running?.stop();
      planning.stop();
      await transport.close();
    },
    current: life.current,
    reload: life.reload,
    figures() {
      const { size = 0, hits = 0, misses = 0 } = life.current()?.plans ?? {};
      return {
        subgraphs: transport.states(),
        plans: { size, hits: retired.hits + hits, misses: retired.misses + misses },
        reloads: life.log.counts(),
        isFallback: life.log.isFallback(),
      };
    },
  };
};

/** With a gateway, Apollo Server runs the executor also when the document has no operation of the name asked for. */
const isResolved = (request: { readonly operation?: unknown }): boolean =>
  request.operation !== undefined && request.operation !== null;
