import type { ClientAuthentication } from "../client-auth/authenticate.js";
import { ERROR_TABLE, FaultError } from "../domain/errors.js";
import type { Emit } from "../domain/events.js";
import { refusalResponse } from "../server/refusal.js";
import type { Answer } from "./answer.js";
import { clientAddress, endUserAddress } from "./client-address.js";
import type { Exchange } from "./exchange.js";
import type { Route } from "./router.js";

/** The header with which a confidential client authenticates at the GraphQL endpoint: the JWT of RFC 7523 §2.2. */
const ASSERTION = "cardea-client-assertion";

export interface GraphQLClientOptions {
  readonly clients: ClientAuthentication;
  readonly trustedProxies: number;
  readonly emit: Emit;
}

/**
 * Authenticates the client of a GraphQL request by its header, before the request is counted: only then the address of
 * the end user is believed. A request whose assertion fails runs on, but gets no tokens from any client: `login`,
 * `refreshToken` and the like answer as for a wrong client.
 */
export function withClientAssertion(route: Route, options: GraphQLClientOptions): Route {
  return {
    ...route,
    handle: (exchange) =>
      exchange.request.headers[ASSERTION] === undefined
        ? route.handle(exchange)
        : handleAs(route, exchange, options),
  };
}

async function handleAs(
  route: Route,
  exchange: Exchange,
  { clients, trustedProxies, emit }: GraphQLClientOptions,
): Promise<Answer> {
  const { request, requestId } = exchange;
  // A repeated header arrives joined by a comma, which no assertion has in it.
  const assertion = String(request.headers[ASSERTION]);
  try {
    const peer = clientAddress(request, trustedProxies);
    const verdict = await clients.authenticate({ kind: "private_key_jwt", assertion }, peer);
    if (verdict.kind === "limited") return refused(exchange, "RATE_LIMITED", verdict.retryAfterSeconds);
    if (verdict.kind !== "authenticated") return route.handle({ ...exchange, client: { kind: "refused" } });
    const address = endUserAddress(request);
    return route.handle({
      ...exchange,
      client: verdict,
      ...(address === undefined ? {} : { endUserAddress: address }),
    });
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    emit({ type: "fault", reason: error.message, requestId });
    return refused(exchange, "SERVICE_UNAVAILABLE", error.details.retryAfter ?? 1);
  }
}

const refused = (
  { request }: Exchange,
  code: "RATE_LIMITED" | "SERVICE_UNAVAILABLE",
  retryAfter: number,
): Answer => ({
  ...refusalResponse(
    request.headers.accept,
    ERROR_TABLE[code].status,
    { message: ERROR_TABLE[code].publicText, extensions: { code, retryAfter } },
    [["retry-after", String(retryAfter)]],
  ),
  close: true,
});
