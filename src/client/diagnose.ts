import { accountDocuments } from "./account-documents.js";
import type { TokenStorage } from "./storage.js";
import { type FetchLike, send } from "./transport.js";

export interface DiagnoseOptions {
  readonly url: string;
  readonly fetch: FetchLike;
  readonly delivery: "bearer" | "cookie";
  readonly storage: TokenStorage;
  readonly now: () => number;
  readonly prefix: string;
}

/** Clocks that differ less than this do no harm, because a token's life is counted by our own clock. */
const MAX_CLOCK_DIFFERENCE_SECONDS = 60;

/**
 * Says in one sentence what is wrong, the most basic thing first. Contains no token.
 *
 * The clock can be compared only where the gateway's `Date` header is readable: on the same origin, or exposed by CORS.
 */
export async function diagnose({
  url,
  fetch,
  delivery,
  storage,
  now,
  prefix,
}: DiagnoseOptions): Promise<string> {
  let date: string | null = null;
  const watched: FetchLike = async (input, init) => {
    const response = await fetch(input, init);
    date = response.headers.get("date");
    return response;
  };
  const received = await send(watched, url, accountDocuments(prefix).session(), {
    ...(delivery === "cookie" ? { credentials: "include" } : {}),
    signal: AbortSignal.timeout(10_000),
  }).catch(() => undefined);
  if (received === undefined)
    return `The gateway at ${url} cannot be reached: no network, a wrong address, or an origin that it does not allow.`;
  if (received.answer === undefined)
    return `${url} answers HTTP ${received.status}, but not GraphQL: a proxy, a sign-in page of the network, or a wrong path.`;
  if (received.status === 429 || received.status >= 500)
    return `The gateway answers HTTP ${received.status}: it is overloaded, or its session store is down.`;
  const differenceSeconds = date === null ? 0 : Math.round((now() - Date.parse(date)) / 1000);
  if (Math.abs(differenceSeconds) > MAX_CLOCK_DIFFERENCE_SECONDS)
    return `The clock of this machine is ${Math.abs(differenceSeconds)} seconds ${differenceSeconds > 0 ? "ahead of" : "behind"} the gateway's.`;
  try {
    storage.set(storage.get());
  } catch {
    return "The storage is blocked: the session is lost with this page.";
  }
  if (delivery === "cookie" && storage.get() !== undefined && isAnonymous(received.answer))
    return "The cookies are blocked or gone: this page is signed in, but the gateway received no session.";
  return "Nothing wrong was found: the gateway answers, and clock and storage work.";
}

/** Was the operation judged without a session? A session that has expired has a reason. */
const isAnonymous = (answer: {
  readonly data?: object | null;
  readonly errors?: readonly { readonly extensions?: Readonly<Record<string, unknown>> }[];
}): boolean =>
  Object.values(answer.data ?? {})[0] == null &&
  (answer.errors ?? []).every(({ extensions }) => extensions?.["reason"] === undefined);
