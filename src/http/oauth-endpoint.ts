import type { ClientAuthentication } from "../client-auth/authenticate.js";
import type { ClientId } from "../domain/brand.js";
import type { ClientProof } from "../domain/client-proof.js";
import type { Emit, OAuthEndpoint } from "../domain/events.js";
import type { PresentedProof, ProofReader, RequestOrigin } from "../sessions/delivery.js";
import { clientAddress, endUserAddress } from "./client-address.js";
import { bearerDelivery } from "./delivery.js";
import type { Exchange, Handler } from "./exchange.js";
import { presentedClient } from "./oauth-client.js";
import { readOAuthForm } from "./oauth-form.js";
import { invalidClient, type OAuthAnswer, refusal, refusedBy, tooManyRequests } from "./oauth-refusal.js";
import { joined, withNonce } from "./proof.js";

export interface OAuthEndpointOptions {
  readonly clients: ClientAuthentication;
  readonly trustedProxies: number;
  /** Reads DPoP proofs. Absent: none is valid. */
  readonly proofs?: ProofReader | undefined;
  readonly emit: Emit;
}

/** A request whose form was read and whose client is known, as far as it has to be. */
export interface OAuthRequest {
  readonly form: ReadonlyMap<string, string>;
  /** The client that authenticated, or the `client_id` of a public client, which may be unknown. */
  readonly clientId: ClientId | undefined;
  /** What the request proved about its client. */
  readonly client: ClientProof | undefined;
  readonly origin: RequestOrigin;
}

/**
 * What the OAuth endpoints have in common: the form, the client, errors as of RFC 6749 §5.2, and one event for each
 * request. The client is authenticated before anything else is looked at, so a token that came with a failed
 * authentication is not touched.
 */
export function oauthEndpoint(
  endpoint: OAuthEndpoint,
  options: OAuthEndpointOptions,
  serve: (request: OAuthRequest) => OAuthAnswer | Promise<OAuthAnswer>,
): Handler {
  const { emit } = options;
  return async (exchange) => {
    const { request, requestId, method, path } = exchange;
    const proof = options.proofs?.read(joined(request.headers["dpop"]), method, path, requestId);
    const failed = (reason: string): void => emit({ type: "fault", reason, requestId });
    let answer: OAuthAnswer;
    try {
      const read = await readRequest(exchange, proof, options);
      answer = "outcome" in read ? read : await serve(read);
    } catch (error) {
      answer = refusedBy(error, failed);
    }
    emit({ type: "oauth.answered", endpoint, outcome: answer.outcome, requestId });
    return withNonce(answer, proof);
  };
}

async function readRequest(
  { request, requestId, search }: Exchange,
  proof: PresentedProof | undefined,
  { clients, trustedProxies }: OAuthEndpointOptions,
): Promise<OAuthRequest | OAuthAnswer> {
  // RFC 6749 §2.3.1: credentials in the URI would be in the log of every proxy.
  if (search.length > 1)
    return {
      ...refusal(400, "invalid_request", "parameters are accepted in the body only, not in the URL"),
      close: true,
    };
  const form = await readOAuthForm(request);
  if ("outcome" in form) return form;
  const peer = clientAddress(request, trustedProxies);
  const pending = clients.authenticate(presentedClient(request, form), peer);
  const verdict = pending instanceof Promise ? await pending : pending;
  switch (verdict.kind) {
    case "limited":
      return tooManyRequests(verdict.retryAfterSeconds);
    case "refused":
      return invalidClient();
    case "public": {
      const origin = { requestId, address: peer, delivery: bearerDelivery, proof };
      return { form, clientId: verdict.clientId, client: undefined, origin };
    }
    case "authenticated": {
      const address = endUserAddress(request) ?? peer;
      const origin = { requestId, address, delivery: bearerDelivery, proof, client: verdict };
      return { form, clientId: verdict.clientId, client: verdict, origin };
    }
    default:
      return verdict satisfies never;
  }
}
