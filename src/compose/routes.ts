import type { CardeaConfig } from "../config/resolve.js";
import type { Emit } from "../domain/events.js";
import { type Clock, nowSeconds } from "../domain/time.js";
import type { Gateway } from "../federation/gateway.js";
import { withCors } from "../http/cors.js";
import { graphqlRoute } from "../http/graphql.js";
import { oauthTokenRoute } from "../http/oauth-token.js";
import { opsRoutes } from "../http/ops.js";
import type { Route } from "../http/router.js";
import { wellKnownRoutes } from "../http/well-known.js";
import type { GraphQLServer } from "../server/server.js";
import type { SessionService } from "../sessions/session-service.js";
import type { Stores } from "../sessions/stores.js";
import type { Metrics } from "../telemetry/metrics.js";
import { issuerDocuments } from "./documents.js";
import type { Issuers } from "./issuers.js";
import type { OpenedKeys } from "./keys.js";

export interface ClientRouteParts {
  readonly config: CardeaConfig;
  readonly server: GraphQLServer;
  readonly issuers: Issuers;
  readonly keys: OpenedKeys;
  readonly sessions: SessionService;
  readonly clock: Clock;
  readonly emit: Emit;
}

/** Every door that clients and subgraphs find, in the order of the wire contract §4. */
export const clientRoutes = ({
  config,
  server,
  issuers,
  keys,
  sessions,
  clock,
  emit,
}: ClientRouteParts): readonly Route[] => [
  open(config, {
    name: "graphql",
    path: config.server.path,
    methods: ["GET", "POST"],
    handle: graphqlRoute({
      server,
      maxBodyBytes: config.limits.maxBodyBytes,
      trustedProxies: config.server.trustedProxies,
      maxBatch: config.server.batching ? config.limits.maxBatch : 0,
    }),
  }),
  ...(config.authSubgraph.enabled === false
    ? []
    : [open(config, tokenRoute({ config, sessions, clock, emit }))]),
  ...wellKnownRoutes(
    "",
    issuerDocuments(
      issuers.issuer,
      keys.tokens,
      clock,
      config.authSubgraph.enabled === false ? undefined : { token: true },
    ),
  ),
  ...wellKnownRoutes("/identity", issuerDocuments(issuers.identityIssuer, keys.identity, clock)),
];

/** Doors for browser applications of other origins. */
const open = ({ server }: CardeaConfig, route: Route): Route => withCors(route, new Set(server.corsOrigins));

/** Whoever switches login off here has no sessions to refresh either. */
const tokenRoute = ({
  config,
  sessions,
  clock,
  emit,
}: Pick<ClientRouteParts, "config" | "sessions" | "clock" | "emit">): Route => ({
  name: "oauth-token",
  path: "/oauth/token",
  methods: ["POST"],
  handle: oauthTokenRoute({
    refresh: sessions.refresh,
    clock,
    trustedProxies: config.server.trustedProxies,
    failed: (reason, requestId) => emit({ type: "fault", reason, requestId }),
  }),
});

export interface OperatorRouteParts {
  readonly config: CardeaConfig;
  readonly gateway: Gateway;
  readonly keys: OpenedKeys;
  readonly stores: Stores;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly draining: () => boolean;
}

/** The ops port: alive, ready, measured. */
export const operatorRoutes = (parts: OperatorRouteParts): readonly Route[] => {
  const { config, gateway, keys, stores, clock } = parts;
  return opsRoutes({
    metrics: parts.metrics.expose,
    draining: parts.draining,
    checks: {
      supergraph: () => {
        const digest = gateway.current()?.digest;
        return digest === undefined ? { ok: false } : { ok: true, detail: digest };
      },
      keys: () => {
        keys.tokens.signing(nowSeconds(clock));
        keys.identity.signing(nowSeconds(clock));
        return { ok: true };
      },
      store: () => stores.ping().then(() => ({ ok: true, detail: config.store.kind })),
      revocations: () =>
        stores.revocations.isDegraded()
          ? { ok: false, detail: "stale: fresh fields fail closed" }
          : { ok: true },
    },
  });
};
