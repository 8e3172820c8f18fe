import { credentialRefused, errorCode, type GraphQLAnswer } from "./answer.js";
import { documents } from "./documents.js";
import { GatewayUnavailableError, RefusedError, SignedOutError } from "./errors.js";
import type { SessionState } from "./state.js";
import {
  type FetchLike,
  type Operation,
  outageOf,
  type Received,
  type SentOperation,
  send,
} from "./transport.js";

export interface ServerSessionOptions {
  /** The gateway's GraphQL endpoint, as this server reaches it. */
  readonly url: string;
  /**
   * The origin of the front end, as in `clients.<id>.origins` of the gateway. A browser cannot forge it, a server sets it
   * itself.
   */
  readonly origin: string;
  /** The `Cookie` header of the incoming request. */
  readonly cookies: string | null | undefined;
  /**
   * Can the response still set cookies? True in middleware, route handlers and actions: an expired token is refreshed,
   * once per incoming request. False in server components and layouts: nothing is refreshed, since a new refresh token
   * would be lost.
   */
  readonly mayWrite: boolean;
  /** The headers of the incoming request, to recognise a prefetch: it never refreshes. */
  readonly headers?: { get(name: string): string | null };
  /** `authSubgraph.prefix` of the gateway. Default: none. */
  readonly prefix?: string;
  /** Default: the global `fetch`. */
  readonly fetch?: FetchLike;
}

export interface ServerSession {
  /**
   * Sends an operation with the cookies of the incoming request.
   *
   * @throws SignedOutError when the credential is refused and was not refreshed: render signed-out, and leave the refresh
   * to the browser
   * @throws GatewayUnavailableError when nobody answered; RefusedError `UNREADABLE_ANSWER`
   */
  request<Data = Readonly<Record<string, unknown>>, Variables = Readonly<Record<string, unknown>>>(
    operation: Operation<Data, Variables>,
  ): Promise<GraphQLAnswer<Data>>;
  /** `Set-Cookie` headers to hand on, one each. Empty unless a refresh took place. */
  readonly setCookies: readonly string[];
  /** For `session.hydrate` in the browser. `unknown` before the first request, and when the token has expired. */
  state(): SessionState;
}

/** Next.js, and the fetch standard (`Sec-Purpose`): nobody may ever look at the page that is fetched ahead. */
const isPrefetch = (headers: ServerSessionOptions["headers"]): boolean =>
  headers !== undefined &&
  ((headers.get("sec-purpose") ?? headers.get("purpose") ?? "").includes("prefetch") ||
    headers.get("next-router-prefetch") !== null);

/** The session of one incoming request, for a server that renders for a cookie client. Never share it. */
export function createServerSession(options: ServerSessionOptions): ServerSession {
  const { url, origin, prefix = "" } = options;
  const fetch: FetchLike = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const mayRefresh = options.mayWrite && !isPrefetch(options.headers);
  const jar = new Map(parseCookies(options.cookies ?? ""));
  const setCookies: string[] = [];
  let kind: "signedOut" | "signedIn" | "unknown" = "unknown";
  let isReachable = true;
  let refreshing: Promise<boolean> | undefined;

  const reach = async (operation: SentOperation): Promise<Received> => {
    const withCookies: FetchLike = async (input, init) => {
      const headers = new Headers(init.headers);
      headers.set("origin", origin);
      if (jar.size > 0) headers.set("cookie", [...jar].map(([name, value]) => `${name}=${value}`).join("; "));
      const response = await fetch(input, { ...init, headers });
      for (const line of response.headers.getSetCookie()) keep(line);
      return response;
    };
    isReachable = false;
    try {
      const received = await send(withCookies, url, operation);
      isReachable = outageOf(received) === undefined;
      return received;
    } catch (cause) {
      throw new GatewayUnavailableError("The gateway could not be reached.", { cause });
    }
  };

  const keep = (line: string): void => {
    if (!options.mayWrite) return;
    setCookies.push(line);
    const [[name, value] = ["", ""]] = parseCookies(line.split(";")[0] ?? "");
    if (/;\s*max-age=0\b/i.test(line)) jar.delete(name);
    else jar.set(name, value);
  };

  /** @returns whether the session goes on */
  const refresh = async (): Promise<boolean> => {
    const received = await reach(documents(prefix).refresh({}));
    const outage = outageOf(received);
    if (outage !== undefined) throw outage;
    return received.answer?.errors?.some((error) => errorCode(error) === "INVALID_GRANT") !== true;
  };

  return {
    setCookies,
    async request<Data, Variables>(operation: Operation<Data, Variables>) {
      const hasCookies = jar.size > 0;
      let received = await reach(operation);
      if (credentialRefused(received.answer)) {
        kind = "unknown";
        if (!mayRefresh) throw new SignedOutError();
        refreshing ??= refresh();
        if (!(await refreshing)) {
          kind = "signedOut";
          throw new SignedOutError();
        }
        received = await reach(operation);
        if (credentialRefused(received.answer)) throw new SignedOutError();
      }
      const outage = outageOf(received);
      if (received.answer === undefined)
        throw (
          outage ?? new RefusedError("UNREADABLE_ANSWER", `The gateway answered HTTP ${received.status}.`)
        );
      if (outage === undefined) kind = hasCookies && !isAnonymous(received) ? "signedIn" : "signedOut";
      return received.answer as GraphQLAnswer<Data>; // the caller declares the type of its own operation
    },
    state: () => ({ kind, gateway: isReachable ? "reachable" : "unreachable" }),
  };
}

/** Was a guarded field refused because nobody is signed in? */
const isAnonymous = ({ answer }: Received): boolean =>
  answer?.errors?.some((error) => errorCode(error) === "UNAUTHENTICATED") === true;

const parseCookies = (text: string): (readonly [string, string])[] =>
  text
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair !== "")
    .map((pair) => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at), pair.slice(at + 1)] as const;
    });
