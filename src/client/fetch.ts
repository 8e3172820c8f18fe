import type { AdapterSession } from "./adapter-session.js";
import { credentialRefusedIn, type GraphQLAnswer, parseAnswer, stepUpChallenge } from "./answer.js";
import { isForGateway } from "./gateway-origin.js";
import { holdsMutation, mayRepeat } from "./operation-kind.js";

/** A `fetch` whose options also say that a mutation may be repeated after a part of it has run. */
export type AuthFetch = (
  input: RequestInfo | URL,
  init?: RequestInit & { readonly repeat?: boolean },
) => Promise<Response>;

/**
 * A `fetch` that adds the session: for urql, graphql-request, Relay, `HttpLink` and every other client that accepts
 * one.
 *
 * Adds `Authorization`. When the gateway refuses the credential (401 before anything ran), it refreshes and repeats the
 * request once; a batch too. When the gateway requires a fresh sign-in, it calls `onStepUp` of the session and repeats
 * once, unless a part of a mutation has run and `repeat` was not given. A body that can be read only once is not
 * repeated; its response is returned.
 *
 * Requests to another origin than the gateway's are sent as they are: a token is nobody else's business.
 *
 * @throws SignedOutError when the session has ended
 * @throws GatewayUnavailableError when the refresh got no answer; the user stays signed in
 */
export function createAuthFetch(
  session: AdapterSession,
  fetch: typeof globalThis.fetch = (input, init) => globalThis.fetch(input, init),
): AuthFetch {
  const withToken = (input: RequestInfo | URL, init: RequestInit, token: string): RequestInit => {
    if (session.delivery === "cookie") return { ...init, credentials: "include" };
    const headers = new Headers(init.headers ?? (isRequest(input) ? input.headers : undefined));
    headers.set("authorization", `Bearer ${token}`);
    return { ...init, headers };
  };

  return async (input, { repeat = false, ...init } = {}) => {
    if (!isForGateway(isRequest(input) ? input.url : input, session.url)) return fetch(input, init);
    const token = await session.accessToken();
    if (token === undefined)
      return fetch(input, session.delivery === "cookie" ? { ...init, credentials: "include" } : init);
    const spare = isRequest(input) && !isStream(init.body) ? input.clone() : input;
    const first = await fetch(input, withToken(input, init, token));
    if (isStream(init.body)) return first;
    if (first.status === 401) {
      const refused = credentialRefusedIn(await bodyOf(first));
      return refused ? fetch(spare, withToken(spare, init, await session.refresh(token))) : first;
    }
    if (!(await mayTryAgain(session, first, init.body, repeat))) return first;
    const fresh = await session.accessToken(token);
    return fresh === undefined ? first : fetch(spare, withToken(spare, init, fresh));
  };
}

/** Does the response require a fresh sign-in, may the request be repeated, and did the user sign in? */
async function mayTryAgain(
  { stepUp }: AdapterSession,
  response: Response,
  sent: RequestInit["body"],
  repeat: boolean,
): Promise<boolean> {
  // Every such response has this header; without it the body need not be read twice.
  const hasChallenge = response.headers.get("www-authenticate")?.includes("insufficient_user_authentication");
  if (stepUp === undefined || (hasChallenge !== true && response.status !== 403)) return false;
  const body = await bodyOf(response);
  const answers = (Array.isArray(body) ? body : [body]).map(parseAnswer);
  const challenge = answers.map(stepUpChallenge).find((one) => one !== undefined);
  if (challenge === undefined || !(repeat || areRepeatable(sent, answers))) return false;
  return stepUp(challenge);
}

/** An operation without a text (a `Request`, a hash) may be a mutation. */
function areRepeatable(sent: RequestInit["body"], answers: readonly (GraphQLAnswer | undefined)[]): boolean {
  const body = typeof sent === "string" ? parseJson(sent) : undefined;
  const operations: readonly unknown[] = Array.isArray(body) ? body : [body];
  return answers.every((answer, at) => {
    const query = (operations[at] as { readonly query?: unknown } | null | undefined)?.query;
    return mayRepeat(typeof query !== "string" || holdsMutation(query), answer);
  });
}

const bodyOf = (response: Response): Promise<unknown> =>
  response
    .clone()
    .json()
    .catch(() => undefined);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isRequest = (input: RequestInfo | URL): input is Request =>
  typeof input === "object" && !(input instanceof URL);

/** A stream can be read only once. */
const isStream = (body: RequestInit["body"]): boolean =>
  typeof body === "object" && body !== null && "getReader" in body;
