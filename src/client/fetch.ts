import type { AdapterSession } from "./adapter-session.js";
import { credentialRefusedIn, type GraphQLAnswer, parseAnswer } from "./answer.js";
import { holdsMutation, mayRepeat } from "./operation-kind.js";
import { stepUpChallenge } from "./step-up.js";

/**
 * A `fetch` that carries the session: for urql, graphql-request, Relay, `HttpLink`, or anything else that takes one.
 *
 * Adds `Authorization`, and when the gateway refuses the credential (401 before anything ran) refreshes and repeats
 * the request once, a batch as well. Asked for a fresh sign-in it calls the session's `onStepUp` and repeats once what
 * is no mutation or has not run. A body that can be read only once is not repeated; the answer is returned as it is.
 *
 * @throws SignedOutError when the session is over
 * @throws GatewayUnavailableError when the refresh could not be asked for; the user stays signed in
 */
export function createAuthFetch(
  session: AdapterSession,
  fetch: typeof globalThis.fetch = (input, init) => globalThis.fetch(input, init),
): typeof globalThis.fetch {
  return async (input, init = {}) => {
    const token = await session.accessToken();
    if (token === undefined) return fetch(input, init);
    const spare = isRequest(input) && !isStream(init.body) ? input.clone() : input;
    const first = await fetch(input, withToken(input, init, token));
    if (isStream(init.body)) return first;
    if (first.status === 401) {
      const refused = credentialRefusedIn(await bodyOf(first));
      return refused ? fetch(spare, withToken(spare, init, await session.refresh(token))) : first;
    }
    if (!(await mayTryAgain(session, first, init.body))) return first;
    const fresh = await session.accessToken(token);
    return fresh === undefined ? first : fetch(spare, withToken(spare, init, fresh));
  };
}

/** Does the answer want a fresh sign-in, may what was sent be sent again, and did the user sign in? */
async function mayTryAgain(
  { stepUp }: AdapterSession,
  response: Response,
  sent: RequestInit["body"],
): Promise<boolean> {
  // The header comes with every such answer; without it nothing has to be read twice.
  const asks = response.headers.get("www-authenticate")?.includes("insufficient_user_authentication");
  if (stepUp === undefined || (asks !== true && response.status !== 403)) return false;
  const body = await bodyOf(response);
  const answers = (Array.isArray(body) ? body : [body]).map(parseAnswer);
  const challenge = answers.map(stepUpChallenge).find((one) => one !== undefined);
  if (challenge === undefined || !areRepeatable(sent, answers)) return false;
  return stepUp(challenge);
}

/** Operations whose text is not at hand (a `Request`, a hash) may be mutations. */
function areRepeatable(sent: RequestInit["body"], answers: readonly (GraphQLAnswer | undefined)[]): boolean {
  const body = typeof sent === "string" ? parseJson(sent) : undefined;
  const operations: readonly unknown[] = Array.isArray(body) ? body : [body];
  return answers.every((answer, at) => {
    const query = (operations[at] as { readonly query?: unknown } | null | undefined)?.query;
    return mayRepeat(typeof query !== "string" || holdsMutation(query), answer);
  });
}

function withToken(input: RequestInfo | URL, init: RequestInit, token: string): RequestInit {
  const headers = new Headers(init.headers ?? (isRequest(input) ? input.headers : undefined));
  headers.set("authorization", `Bearer ${token}`);
  return { ...init, headers };
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

/** Can it be read only once? */
const isStream = (body: RequestInit["body"]): boolean =>
  typeof body === "object" && body !== null && "getReader" in body;
