import type { IncomingMessage } from "node:http";
import type { ClientRegistry, CookieClient } from "../domain/client-policy.js";
import { ERROR_TABLE } from "../domain/errors.js";
import type { Emit } from "../domain/events.js";
import { type Clock, nowSeconds } from "../domain/time.js";
import type { RawCredential } from "../federation/request/request-context.js";
import { refusalResponse } from "../server/refusal.js";
import type { Answer } from "./answer.js";
import { ConnectionCookies } from "./connection-cookies.js";
import { type CookieDelivery, createCookieDelivery } from "./cookie-delivery.js";
import {
  COOKIE_KINDS,
  type CookieKind,
  cookieName,
  type PresentedCookies,
  parseCookies,
  readCookies,
} from "./cookies.js";
import type { Exchange } from "./exchange.js";
import { judgeOrigin, type OwnOrigins } from "./judge-origin.js";

export interface CookieModeOptions {
  readonly registry: ClientRegistry;
  readonly own: OwnOrigins;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly measured?: (kind: CookieKind, bytes: number) => void;
}

/** A request that may use the cookies of one client. */
export interface CookieRequest {
  readonly kind: "cookies";
  readonly client: CookieClient;
  readonly credential: RawCredential;
  readonly delivery: CookieDelivery;
  /** Adds the cookies that were set, and what caches must know. */
  finish(answer: Answer): Answer;
}

export type CookieJudgement =
  | { readonly kind: "none" }
  | { readonly kind: "refused"; readonly answer: Answer }
  | CookieRequest;

/** Reads the cookies of a request, as far as its origin may use them. */
export type CookieMode = (exchange: Exchange, hasAuthorization: boolean) => CookieJudgement;

const NONE: CookieJudgement = { kind: "none" };
const NO_COOKIES: PresentedCookies = { isRemembered: true, isRepeated: false };

/** Creates the cookie mode of a gateway. @returns `undefined` when no client receives its tokens in cookies */
export function createCookieMode(options: CookieModeOptions): CookieMode | undefined {
  const { registry, own, emit } = options;
  const { cookieClients } = registry;
  if (cookieClients.length === 0) return undefined;
  const connections = new ConnectionCookies(
    new Set(cookieClients.flatMap(({ cookie }) => COOKIE_KINDS.map((kind) => cookieName(cookie, kind)))),
  );
  return ({ request, method, requestId }, hasAuthorization) => {
    const { cookie: header, origin, host } = request.headers;
    if (hasAuthorization || (header === undefined && origin === undefined)) return NONE;
    const read = header === undefined ? undefined : connections.read(header, request.socket);
    const carriesCookies = read?.carriesOurs === true;
    const fetchSite = request.headers["sec-fetch-site"];
    const verdict = judgeOrigin(
      {
        method,
        hasAuthorization,
        carriesCookies,
        origin,
        fetchSite: typeof fetchSite === "string" ? fetchSite : undefined,
        host,
      },
      registry,
      own,
    );
    if (verdict.kind === "ignoreCookies") return NONE;
    if (verdict.kind === "refused") {
      emit({ type: "origin.refused", reason: verdict.reason, requestId });
      return { kind: "refused", answer: refusedOrigin(request) };
    }
    const { client } = verdict;
    const presented = carriesCookies ? read.of(client) : NO_COOKIES;
    return cookieRequest(client, request, presented, { ...options, wasRead: carriesCookies });
  };
}

/** The cookies of a client, for an endpoint that has judged the request itself. */
export function openCookies(
  client: CookieClient,
  request: IncomingMessage,
  options: Pick<CookieModeOptions, "clock" | "measured">,
): CookieRequest {
  const { cookie: header } = request.headers;
  const presented =
    header === undefined ? NO_COOKIES : readCookies(header, parseCookies(header), client.cookie);
  return cookieRequest(client, request, presented, { ...options, wasRead: true });
}

function cookieRequest(
  client: CookieClient,
  request: IncomingMessage,
  presented: PresentedCookies,
  { clock, measured, wasRead }: Pick<CookieModeOptions, "clock" | "measured"> & { readonly wasRead: boolean },
): CookieRequest {
  const delivery = createCookieDelivery({
    client,
    presented,
    nowSeconds: () => nowSeconds(clock),
    ...(measured === undefined ? {} : { measured }),
  });
  return {
    kind: "cookies",
    client,
    credential: credentialOf(presented, client, request.socket),
    delivery,
    finish: (answer) => finished(answer, delivery.setCookies(), wasRead),
  };
}

/**
 * The credential in the cookies (docs/spec/wire.md §3.4). Without an access token a refresh token still says that
 * somebody is signed in: such a request is expired, never anonymous.
 */
function credentialOf(
  { at, rt, isRepeated }: PresentedCookies,
  client: CookieClient,
  connection: object,
): RawCredential {
  if (isRepeated) return { kind: "malformed", detail: "a cookie of the client came twice" };
  if (at !== undefined) return { kind: "cookie", token: at, clientId: client.id, connection };
  return rt === undefined ? { kind: "none" } : { kind: "expired" };
}

/** Before execution, and nothing is set. The log says why. */
function refusedOrigin(request: IncomingMessage): Answer {
  const { status, publicText } = ERROR_TABLE.ORIGIN_REFUSED;
  const error = { message: publicText, extensions: { code: "ORIGIN_REFUSED" } };
  // The body of a POST has not been read.
  return withCacheRules({ ...refusalResponse(request.headers.accept, status, error), close: true });
}

function finished(answer: Answer, setCookies: readonly string[], wasRead: boolean): Answer {
  const whole =
    setCookies.length === 0
      ? answer
      : { ...answer, setCookies: [...(answer.setCookies ?? []), ...setCookies] };
  return wasRead || setCookies.length > 0 ? withCacheRules(whole) : whole;
}

function withCacheRules(answer: Answer): Answer {
  const headers = new Map(answer.headers ?? []);
  headers.set("cache-control", "no-store");
  headers.set("vary", "Origin, Cookie, Authorization");
  return { ...answer, headers };
}
