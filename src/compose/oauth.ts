import type { ClientAuthentication } from "../client-auth/authenticate.js";
import type { CardeaConfig } from "../config/resolve.js";
import type { ClientId } from "../domain/brand.js";
import type { ClientRegistry } from "../domain/client-policy.js";
import type { Emit } from "../domain/events.js";
import type { Clock } from "../domain/time.js";
import { oauthIntrospectRoute } from "../http/oauth-introspect.js";
import { oauthRevokeRoute } from "../http/oauth-revoke.js";
import { oauthTokenRoute } from "../http/oauth-token.js";
import { TOKEN_EXCHANGE } from "../http/oauth-token-request.js";
import type { Route } from "../http/router.js";
import type { ProofReader } from "../sessions/delivery.js";
import type { SessionService } from "../sessions/session-service.js";
import { VERIFYING_ALGORITHMS } from "../tokens/algorithms.js";
import type { ClientAuthMetadata, MetadataOptions } from "../tokens/metadata.js";
import type { RevocationView } from "../tokens/revocation-view.js";
import type { PreparedVerifier } from "../tokens/token-verifier.js";
import { createIntrospectToken } from "./introspect-token.js";
import type { Issuers } from "./issuers.js";
import { createRevokeToken } from "./revoke-token.js";

export interface OAuthParts {
  readonly config: CardeaConfig;
  readonly issuers: Issuers;
  readonly sessions: SessionService;
  readonly verifier: PreparedVerifier;
  readonly clients: ClientRegistry;
  readonly clientAuth: ClientAuthentication;
  readonly revocations: RevocationView;
  readonly proofs: ProofReader;
  readonly clock: Clock;
  readonly emit: Emit;
}

/** The OAuth endpoints. Introspection is open only where a client may use it. */
export function oauthRoutes(parts: OAuthParts): readonly Route[] {
  const { config, issuers, sessions, verifier, clients, clock, emit, revocations } = parts;
  const common = { clients: parts.clientAuth, trustedProxies: config.server.trustedProxies, emit };
  const route = (name: string, path: string, handle: Route["handle"]): Route => ({
    name,
    path,
    methods: ["POST"],
    handle,
  });
  const isConfidential = (id: ClientId): boolean => clients.byId.get(id)?.isConfidential === true;
  const mayIntrospect = (id: ClientId): boolean => clients.byId.get(id)?.mayIntrospect === true;
  const renew = hasRenewal(config) ? sessions.renew : undefined;
  const introspect = createIntrospectToken({ ...issuers, verifier, sessions, revocations, emit });
  return [
    route(
      "oauth-token",
      "/oauth/token",
      oauthTokenRoute({ ...common, proofs: parts.proofs, refresh: sessions.refresh, renew, clock }),
    ),
    route(
      "oauth-revoke",
      "/oauth/revoke",
      oauthRevokeRoute({ ...common, revoke: createRevokeToken(sessions, verifier, isConfidential, emit) }),
    ),
    ...(hasIntrospection(config)
      ? [
          route(
            "oauth-introspect",
            "/oauth/introspect",
            oauthIntrospectRoute({ ...common, introspect, mayIntrospect }),
          ),
        ]
      : []),
  ];
}

/** The open endpoints, for the metadata (RFC 8414 §2). */
export function openEndpoints(config: CardeaConfig): NonNullable<MetadataOptions["endpoints"]> {
  const clients = Object.values(config.clients);
  const introspecting = clients.filter(({ introspect }) => introspect);
  // The client `default` always exists.
  const hasPublic =
    config.clients["default"]?.auth === undefined || clients.some(({ auth }) => auth === undefined);
  return {
    token: true,
    grants: hasRenewal(config) ? [TOKEN_EXCHANGE] : [],
    revocation: true,
    clientAuth: authMetadata(clients, hasPublic),
    ...(introspecting.length === 0 ? {} : { introspection: authMetadata(introspecting, false) }),
  };
}

const hasIntrospection = ({ clients }: CardeaConfig): boolean =>
  Object.values(clients).some(({ introspect }) => introspect);

const hasRenewal = ({ clients }: CardeaConfig): boolean =>
  Object.values(clients).some(({ renewal }) => renewal !== undefined);

function authMetadata(
  clients: readonly Pick<CardeaConfig["clients"][string], "auth">[],
  hasPublic: boolean,
): ClientAuthMetadata {
  const used = new Set(clients.map(({ auth }) => auth?.method));
  const methods = (["client_secret_basic", "private_key_jwt"] as const).filter((method) => used.has(method));
  return {
    methods: [...(hasPublic ? ["none"] : []), ...methods],
    ...(used.has("private_key_jwt") ? { algorithms: VERIFYING_ALGORITHMS } : {}),
  };
}
