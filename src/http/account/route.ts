import type { IncomingMessage } from "node:http";
import { type SessionId, sessionId } from "../../domain/brand.js";
import { AuthError, FaultError } from "../../domain/errors.js";
import type { Authenticated } from "../../domain/principal.js";
import type { RawCredential } from "../../federation/request/request-context.js";
import type { RequestOrigin } from "../../sessions/delivery.js";
import type { Answer } from "../answer.js";
import { readBody } from "../body.js";
import { clientAddress } from "../client-address.js";
import type { CookieRequest } from "../cookie-mode.js";
import type { Exchange } from "../exchange.js";
import { readForm } from "../form.js";
import type { Route } from "../router.js";
import type { FormTokens } from "./csrf.js";
import { messagePage, type ShownSession, sessionsPage } from "./page.js";
import { textsFor } from "./texts.js";

/** The part of the session service that this page needs. */
export interface AccountSessions {
  list(
    principal: Authenticated,
    page: { readonly first: number },
  ): Promise<readonly ShownSession[] | undefined>;
  revoke(principal: Authenticated, id: SessionId, origin: RequestOrigin): Promise<unknown>;
  revokeOthers(principal: Authenticated): Promise<unknown>;
  refresh(
    command: object,
    origin: RequestOrigin,
  ): Promise<{ readonly pair: { readonly accessToken: string } }>;
}

/** Who visits: a signed-in user, one whose access token has expired, or nobody. */
export type Visitor = Authenticated | "expired" | "nobody";

export interface AccountOptions {
  readonly sessions: AccountSessions;
  readonly formTokens: FormTokens;
  /** The cookies of the client that lists the origin of the gateway; `undefined`: the request may not use them. */
  readonly open: (exchange: Exchange) => CookieRequest | undefined;
  readonly identify: (credential: RawCredential) => Visitor | Promise<Visitor>;
  readonly trustedProxies: number;
  /** Called with the inner text of faults, which the user does not see. */
  readonly failed: (innerText: string, requestId: string) => void;
}

export const ACCOUNT_PATH = "/account/sessions";

/** A valid form holds one token and one id. */
const MAX_FORM_BYTES = 4096;
const MAX_SHOWN = 100;

/**
 * `/account/sessions`: the sessions of a user of a cookie client, as a page without script (docs/spec/wire.md §3.8). GET
 * shows them; POST ends one, or all others, and leads back to the list.
 */
export const accountRoute = (options: AccountOptions): Route => ({
  name: "account-sessions",
  path: ACCOUNT_PATH,
  methods: ["GET", "HEAD", "POST"],
  async handle(exchange) {
    const { request, requestId } = exchange;
    const texts = textsFor(request.headers["accept-language"]);
    const cookies = options.open(exchange);
    // The body of a POST has not been read.
    if (cookies === undefined) return { ...messagePage(403, texts, texts.refused), close: true };
    const origin: RequestOrigin = {
      requestId,
      address: clientAddress(request, options.trustedProxies),
      delivery: cookies.delivery,
    };
    try {
      const visitor = await visitorOf(options, cookies, origin, isPrefetch(request));
      if (visitor === undefined)
        return cookies.finish({ ...messagePage(200, texts, texts.signedOut), close: true });
      if (exchange.method === "POST") return cookies.finish(await change(options, exchange, visitor, origin));
      const shown = (await options.sessions.list(visitor, { first: MAX_SHOWN })) ?? [];
      const formToken = options.formTokens.issue(visitor.sessionId);
      return cookies.finish(sessionsPage(texts, newestFirst(shown), formToken));
    } catch (error) {
      if (error instanceof FaultError) {
        if (!error.isReported) options.failed(error.message, requestId);
      } else if (!(error instanceof AuthError)) {
        options.failed("unexpected failure of the page of sessions", requestId);
      }
      const isAway = error instanceof FaultError && error.code === "SERVICE_UNAVAILABLE";
      const failure =
        isAway || error instanceof AuthError
          ? messagePage(503, texts, texts.unavailable)
          : messagePage(500, texts, texts.failed);
      // A refresh may have happened before the failure: its cookies must not be lost.
      return cookies.finish({ ...failure, close: true });
    }
  },
});

type SignedIn = Authenticated & { readonly sessionId: SessionId };

/** The user, after a refresh where the access token has expired. `undefined`: nobody is signed in. */
async function visitorOf(
  { identify, sessions }: AccountOptions,
  { credential, client }: CookieRequest,
  origin: RequestOrigin,
  prefetch: boolean,
): Promise<SignedIn | undefined> {
  const visitor = await identify(credential);
  if (visitor !== "expired") return signedIn(visitor);
  // A page that is fetched in advance may never be shown, so its answer, with the cookies, may be dropped.
  if (prefetch) return undefined;
  try {
    const { pair } = await sessions.refresh({}, origin);
    return signedIn(await identify({ kind: "cookie", token: pair.accessToken, clientId: client.id }));
  } catch (error) {
    if (error instanceof AuthError && error.code === "INVALID_GRANT") return undefined;
    throw error;
  }
}

const signedIn = (visitor: Visitor): SignedIn | undefined =>
  typeof visitor === "object" && visitor.sessionId !== undefined
    ? { ...visitor, sessionId: visitor.sessionId }
    : undefined;

const isPrefetch = ({ headers }: IncomingMessage): boolean =>
  headers["sec-purpose"] !== undefined || headers["purpose"] !== undefined;

async function change(
  { sessions, formTokens }: AccountOptions,
  { request }: Exchange,
  visitor: SignedIn,
  origin: RequestOrigin,
): Promise<Answer> {
  const texts = textsFor(request.headers["accept-language"]);
  const refused: Answer = { ...messagePage(403, texts, texts.refused), close: true };
  const type = (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") return refused;
  const body = await readBody(request, MAX_FORM_BYTES);
  const form = body.kind === "text" ? readForm(body.text) : undefined;
  if (form === undefined || !formTokens.isValid(visitor.sessionId, form.get("form"))) return refused;
  const id = form.get("session");
  if (id !== undefined) await sessions.revoke(visitor, sessionId(id), origin);
  else if (form.get("others") === "true") await sessions.revokeOthers(visitor);
  // RFC 9110 §15.4.4: the browser loads the list again, and a reload repeats nothing. Relative to the path of the page.
  return { status: 303, headers: [["location", "sessions"]], body: "" };
}

const newestFirst = (sessions: readonly ShownSession[]): readonly ShownSession[] =>
  [...sessions].sort((a, b) => Number(b.current) - Number(a.current) || b.lastSeenAt - a.lastSeenAt);
