import type { CardeaConfig } from "../config/resolve.js";
import type { ClientRegistry } from "../domain/client-policy.js";
import type { Emit } from "../domain/events.js";
import { type Clock, nowSeconds } from "../domain/time.js";
import type { Engine } from "../federation/engine.js";
import { reportsForwarded } from "../http/client-address.js";
import { createCookieMode } from "../http/cookie-mode.js";
import { type CorsRules, withCors } from "../http/cors.js";
import { graphqlRoute } from "../http/graphql.js";
import { withClientAssertion } from "../http/graphql-client.js";
import { ownOriginsOf } from "../http/judge-origin.js";
import { opsRoutes } from "../http/ops.js";
import { type PageParts, pageRoutes } from "../http/page/routes.js";
import { withRateLimit } from "../http/rate-limit.js";
import { refusal } from "../http/refusals.js";
import type { Route } from "../http/router.js";
import { wellKnownRoutes } from "../http/well-known.js";
import { createLocalLimiter } from "../limits/local-limiter.js";
import type { GraphQLServer } from "../server/server.js";
import type { Stores } from "../sessions/stores.js";
import type { Metrics } from "../telemetry/metrics.js";
import type { KeyRing } from "../tokens/key-ring.js";
import type { Pepper } from "../tokens/refresh-token.js";
import { openAccount } from "./account.js";
import { corsOrigins } from "./clients.js";
import { issuerDocuments } from "./documents.js";
import type { Issuers } from "./issuers.js";
import type { OpenedKeys } from "./keys.js";
import { type OAuthParts, oauthRoutes, openEndpoints } from "./oauth.js";
import { proofAlgorithmsOf } from "./proofs.js";

export interface ClientRouteParts extends OAuthParts {
  readonly server: GraphQLServer;
  readonly keys: OpenedKeys;
  /** Measures cookies that are set. */
  readonly metrics: Pick<Metrics, "cookie">;
  readonly peppers: readonly Pepper[];
  /** `undefined`: browsers see no page. */
  readonly page?: PageParts | undefined;
}

/** All endpoints for clients and subgraphs, in the order of docs/spec/wire.md §4. */
export function clientRoutes(parts: ClientRouteParts): readonly Route[] {
  const { config, server, issuers, keys, clock } = parts;
  const behind = front(config, clock, parts.emit);
  const origins = corsOrigins(config, parts.clients);
  const forTokens = { origins: origins.withoutCookies, headers: config.server.corsHeaders };
  const forOperations = {
    origins: new Set([...origins.withoutCookies, ...origins.withCookies]),
    withCookies: origins.withCookies,
    headers: config.server.corsHeaders,
  };
  const hasLogin = config.authSubgraph.enabled !== false;
  const graphql = behind(
    {
      name: "graphql",
      path: config.server.path,
      methods: ["GET", "POST"],
      handle: graphqlRoute({
        server,
        maxBodyBytes: config.limits.maxBodyBytes,
        trustedProxies: config.server.trustedProxies,
        maxBatch: config.server.batching ? config.limits.maxBatch : 0,
        proofs: parts.proofs,
        cookies: createCookieMode({
          registry: parts.clients,
          own: ownOriginsOf(parts.clients, issuers.publicUrls),
          clock,
          emit: parts.emit,
          measured: parts.metrics.cookie,
        }),
      }),
    },
    forOperations,
    // Before the limit per address: it counts for the end user of an authenticated client.
    (route) =>
      withClientAssertion(route, {
        clients: parts.clientAuth,
        trustedProxies: config.server.trustedProxies,
        emit: parts.emit,
      }),
  );
  return [
    ...withPage(graphql, parts.page),
    ...(config.page.account === "on" ? [behind(accountOf(parts), { origins: new Set(), headers: [] })] : []),
    // Without login there are no sessions to refresh or revoke.
    ...(hasLogin ? oauthRoutes(parts).map((route) => behind(route, forTokens)) : []),
    ...wellKnownRoutes(
      "",
      issuerDocuments(
        issuers.issuer,
        keys.tokens,
        clock,
        hasLogin ? openEndpoints(config) : undefined,
        proofAlgorithmsOf(config),
        config.tokens.scopesSupported,
      ),
    ),
    ...wellKnownRoutes("/identity", issuerDocuments(issuers.identityIssuer, keys.identity, clock)),
  ];
}

/**
 * The endpoints before there is a graph: the keys of the identity issuer, so that a subgraph can verify the request for
 * its SDL, and a GraphQL endpoint that answers 503.
 */
export function startingRoutes(
  { server: { path } }: CardeaConfig,
  { identityIssuer }: Pick<Issuers, "identityIssuer">,
  identityKeys: KeyRing,
  clock: Clock,
  page?: PageParts,
): readonly Route[] {
  const starting: Route = {
    name: "graphql",
    path,
    methods: ["GET", "POST"],
    handle: ({ request }) =>
      refusal(request, 503, "The gateway is starting. Try again.", [["retry-after", "1"]]),
  };
  return [
    ...withPage(starting, page),
    ...wellKnownRoutes("/identity", issuerDocuments(identityIssuer, identityKeys, clock)),
  ];
}

const withPage = (graphql: Route, page: PageParts | undefined): readonly Route[] =>
  page === undefined ? [graphql] : pageRoutes(graphql, page);

/** Adds CORS and the rate limit per address to an endpoint. */
const front = (
  { server, limits }: CardeaConfig,
  clock: Clock,
  emit: Emit,
): ((route: Route, cors: CorsRules, before?: (route: Route) => Route) => Route) => {
  const limit =
    limits.requestsPerAddress === undefined
      ? undefined
      : {
          limiter: createLocalLimiter(clock),
          requestsPerAddress: limits.requestsPerAddress,
          trustedProxies: server.trustedProxies,
        };
  const reports = reportsForwarded(server.trustedProxies, emit);
  return (route, cors, before = (it) => it) => withCors(reports(before(withRateLimit(route, limit))), cors);
};

/** Without CORS: only its own pages may use it. */
const accountOf = (parts: ClientRouteParts): Route =>
  openAccount({
    ...parts,
    publicUrls: parts.issuers.publicUrls,
    trustedProxies: parts.config.server.trustedProxies,
  });

export interface OperatorRouteParts {
  readonly config: CardeaConfig;
  /** `undefined` while the gateway is starting. */
  readonly gateway: () => Engine | undefined;
  readonly keys: OpenedKeys;
  readonly stores: Stores;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly starting: () => boolean;
  readonly draining: () => boolean;
}

/** The endpoints of the ops port: liveness, readiness, metrics. */
export const operatorRoutes = (parts: OperatorRouteParts): readonly Route[] => {
  const { config, gateway, keys, stores, clock } = parts;
  return opsRoutes({
    metrics: parts.metrics.expose,
    starting: parts.starting,
    draining: parts.draining,
    checks: {
      supergraph: () => {
        const digest = gateway()?.current()?.digest;
        return digest === undefined ? { ok: false } : { ok: true, detail: digest };
      },
      keys: () => {
        keys.tokens.signing(nowSeconds(clock));
        keys.identity.signing(nowSeconds(clock));
        return { ok: true };
      },
      store: () => stores.ping().then(() => ({ ok: true, detail: config.store.kind })),
      revocations: () =>
        !stores.revocations.ready()
          ? { ok: false, detail: "the revocations have not been read yet; no requests are served before" }
          : stores.revocations.isDegraded()
            ? {
                ok: false,
                detail: "the revocations are stale; fields that require a fresh login are refused",
              }
            : { ok: true },
    },
  });
};
