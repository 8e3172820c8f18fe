import type { ClientProof } from "../domain/client-proof.js";
import type { Milliseconds } from "../domain/time.js";
import type { ClientSignal, RawCredential, RequestContext } from "../federation/request/request-context.js";
import type { Delivery, PresentedProof, RequestOrigin } from "../sessions/delivery.js";

/** Inbound headers, lower-case names, as node:http gives them. */
export type InboundHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** One GraphQL request as the HTTP layer passes it on: read and bounded in size, but not yet checked. */
export interface OperationRequest {
  readonly method: string;
  readonly headers: InboundHeaders;
  /** With its `?`, or empty. */
  readonly search: string;
  /** Parsed JSON of a POST; `undefined` otherwise. */
  readonly body: unknown;
  readonly credential: RawCredential;
  /** The proof of the HTTP request, for all operations of a batch. Absent: none was read, so none can be valid. */
  readonly proof?: PresentedProof | undefined;
  readonly requestId: string;
  readonly address: string;
  readonly signal: ClientSignal;
  readonly delivery: Delivery;
  /** In cookie mode: see `RequestContext.claimTokens`. */
  readonly claimTokens?: RequestContext["claimTokens"] | undefined;
  /** What the request proved about its client. */
  readonly client?: ClientProof | undefined;
  /** `Clock.monotonicMs()` on arrival. */
  readonly receivedAtMs: Milliseconds;
}

// RFC 6750 §2.1, RFC 9449 §7.1: "Bearer" or "DPoP", 1*SP, one token. Case does not matter (RFC 9110 §11.1).
const CREDENTIAL = /^(bearer|dpop) +([A-Za-z0-9\-._~+/]+=*)$/i;

const BEARER_LENGTH = "bearer".length;

/**
 * Reads the `Authorization` values of one request. It does not verify the token; the executor does. Two headers,
 * another scheme or anything but a single token are `malformed`, never "no credential": guessing which value counts
 * would allow request smuggling.
 *
 * @param connection - the connection of the request, if there is one
 */
export function readCredential(values: readonly string[], connection?: object): RawCredential {
  const [first, ...more] = values;
  if (first === undefined || (first.trim() === "" && more.length === 0)) return { kind: "none" };
  if (more.length > 0) return { kind: "malformed", detail: "more than one Authorization header" };
  const [, scheme, token] = CREDENTIAL.exec(first.trim()) ?? [];
  if (scheme === undefined || token === undefined)
    return { kind: "malformed", detail: "not a single Bearer or DPoP token" };
  const kind = scheme.length === BEARER_LENGTH ? "bearer" : "dpop";
  return connection === undefined ? { kind, token } : { kind, token, connection };
}

/** Creates the context of one operation. Each operation of a batch gets its own: they share only the socket. */
export function createRequestContext(request: OperationRequest): RequestContext<RequestOrigin> {
  const { requestId, address, delivery, client, credential, claimTokens, proof, headers, signal } = request;
  return {
    requestId,
    credential,
    proof,
    address,
    headers,
    signal,
    ...(claimTokens === undefined ? {} : { claimTokens }),
    origin: { requestId, address, delivery, proof, client },
    outcome: { touchedGuarded: false, carriesTokens: false, setCookies: [] },
  };
}
