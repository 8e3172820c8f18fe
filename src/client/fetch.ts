import { credentialRefused, parseAnswer } from "./answer.js";
import type { Session } from "./session.js";
import type { FetchLike } from "./transport.js";

/**
 * A `fetch` that carries the session: for urql, graphql-request, Relay, or anything else that takes one.
 *
 * Adds `Authorization`, and when the gateway refuses the credential (401 before anything ran) refreshes and repeats
 * the request once. A body that can be read only once is not repeated; the 401 is returned then.
 *
 * @throws SignedOutError when the session is over
 * @throws GatewayUnavailableError when the refresh could not be asked for; the user stays signed in
 */
export function createAuthFetch(
  session: Pick<Session, "accessToken" | "refresh">,
  fetch: FetchLike = (input, init) => globalThis.fetch(input, init),
): (input: string, init?: RequestInit) => Promise<Response> {
  return async (input, init = {}) => {
    const token = await session.accessToken();
    if (token === undefined) return fetch(input, init);
    const response = await fetch(input, withToken(init, token));
    if (response.status !== 401 || !isRepeatable(init.body)) return response;
    const body: unknown = await response
      .clone()
      .json()
      .catch(() => undefined);
    if (!credentialRefused(parseAnswer(body))) return response;
    return fetch(input, withToken(init, await session.refresh(token)));
  };
}

function withToken(init: RequestInit, token: string): RequestInit {
  const headers = new Headers(init.headers);
  headers.set("authorization", `Bearer ${token}`);
  return { ...init, headers };
}

const isRepeatable = (body: RequestInit["body"]): boolean =>
  body === undefined || body === null || typeof body === "string";
