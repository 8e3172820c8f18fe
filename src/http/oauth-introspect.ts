import type { ClientId } from "../domain/brand.js";
import type { Handler } from "./exchange.js";
import { type OAuthEndpointOptions, oauthEndpoint } from "./oauth-endpoint.js";
import { invalidClient, refusal, success, unavailable } from "./oauth-refusal.js";

/** What is known about a token. */
export type Introspection =
  | { readonly kind: "active"; readonly claims: Readonly<Record<string, unknown>> }
  | { readonly kind: "inactive" }
  /** It is not certain whether the token was revoked. */
  | { readonly kind: "unavailable" };

/** Looks at a token for a client that may introspect. */
export type IntrospectToken = (
  token: string,
  client: ClientId,
  requestId: string,
) => Introspection | Promise<Introspection>;

export interface OAuthIntrospectOptions extends OAuthEndpointOptions {
  readonly introspect: IntrospectToken;
  /** May this client introspect (`clients.<id>.introspect`)? */
  readonly mayIntrospect: (client: ClientId) => boolean;
}

/**
 * `POST /oauth/introspect` (RFC 7662), for clients that authenticate and may introspect. `token_type_hint` is not
 * needed. Whatever is not an active token gets exactly `{"active":false}`, without a reason (RFC 7662 §2.2).
 */
export const oauthIntrospectRoute = (options: OAuthIntrospectOptions): Handler =>
  oauthEndpoint("introspect", options, async ({ form, client, origin }) => {
    // RFC 7662 §2.1: without authorization anybody could try tokens here.
    if (client?.kind !== "authenticated") return invalidClient();
    if (!options.mayIntrospect(client.clientId))
      return refusal(403, "unauthorized_client", "this client may not introspect tokens");
    const token = form.get("token");
    if (token === undefined) return refusal(400, "invalid_request", "token is missing");
    const looked = options.introspect(token, client.clientId, origin.requestId);
    const found = looked instanceof Promise ? await looked : looked;
    if (found.kind === "unavailable") return unavailable();
    return success(found.kind === "active" ? { active: true, ...found.claims } : { active: false });
  });
