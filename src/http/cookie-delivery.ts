import type { CookieClient } from "../domain/client-policy.js";
import { AuthError, FaultError } from "../domain/errors.js";
import type { Seconds, UnixSeconds } from "../domain/time.js";
import type { TokenFields } from "../federation/request/request-context.js";
import type { DeliveredTokens, Delivery } from "../sessions/delivery.js";
import {
  type CookieKind,
  clearCookie,
  cookieBytes,
  cookieValue,
  MAX_COOKIE_BYTES,
  otherVariant,
  type PresentedCookies,
  setCookie,
} from "./cookies.js";

/** An access token leaves room for the name, for `~`, and for claims that grow a little. */
const MAX_ACCESS_TOKEN_LENGTH = 3800;

const DEVICE_COOKIE_SECONDS: Seconds = 400 * 86_400;

export interface CookieDelivery extends Delivery {
  /** The values of the `Set-Cookie` headers of the response. */
  setCookies(): readonly string[];
  /**
   * Counts the fields of an operation that set or clear cookies. @returns false for an operation that must not run: a
   * second field of the request that issues tokens, or one that ends a session beside one that issues
   */
  claim(fields: TokenFields): boolean;
}

export interface CookieDeliveryOptions {
  readonly client: CookieClient;
  readonly presented: PresentedCookies;
  readonly nowSeconds: () => UnixSeconds;
  /** Called with the length of each cookie that carries a token, for metrics. */
  readonly measured?: (kind: CookieKind, bytes: number) => void;
}

/**
 * Sends the tokens of one HTTP request in cookies. Of each cookie the last change counts, so that a response never sets
 * and clears the same one.
 */
export function createCookieDelivery(options: CookieDeliveryOptions): CookieDelivery {
  const { client, presented, nowSeconds } = options;
  const policy = client.cookie;
  const changes = new Map<CookieKind, string>();
  const clear = (kind: CookieKind): void => void changes.set(kind, clearCookie(policy, kind));
  const other = presented.isRepeated ? otherVariant(policy) : undefined;
  let claimed: TokenFields = { issuing: 0, ending: 0 };
  if (presented.isRepeated) {
    // Nobody can tell which of two is newer: both go, unless new ones are set.
    clear("at");
    clear("rt");
    clear("dt");
  }

  const add = (kind: CookieKind, token: string, isRemembered: boolean, maxAge: Seconds): void => {
    const value = kind === "dt" ? token : cookieValue(token, isRemembered);
    const bytes = cookieBytes(policy, kind, value);
    if (bytes > MAX_COOKIE_BYTES || (kind === "at" && token.length > MAX_ACCESS_TOKEN_LENGTH))
      throw new FaultError(
        "INTERNAL_SERVER_ERROR",
        `the cookie ${kind} of client ${client.id} has ${bytes} bytes and its token ${token.length}; at most ${MAX_COOKIE_BYTES} and ${MAX_ACCESS_TOKEN_LENGTH} are allowed: use fewer or shorter claims (tokens.claims) or scopes`,
      );
    options.measured?.(kind, bytes);
    changes.set(kind, setCookie(policy, kind, value, isRemembered ? maxAge : undefined));
  };

  return {
    cookieClient: client.id,
    presentedRefreshToken() {
      if (!presented.isRepeated) return presented.rt;
      throw new AuthError("UNAUTHENTICATED", "a cookie of the client came twice", {
        reason: "TOKEN_INVALID",
      });
    },
    presentedDeviceToken: () => (presented.isRepeated ? undefined : presented.dt),
    replacedRefreshToken: () => (presented.isRepeated ? undefined : presented.rt),
    deliver({ accessToken, refreshToken, deviceToken, sessionExpiresAt, remember }: DeliveredTokens) {
      const isRemembered = remember ?? presented.isRemembered;
      const remaining = Math.max(1, sessionExpiresAt - nowSeconds());
      const before = new Map(changes);
      try {
        add("at", accessToken, isRemembered, remaining);
        if (refreshToken !== undefined) add("rt", refreshToken, isRemembered, remaining);
        if (deviceToken !== undefined) add("dt", deviceToken, isRemembered, DEVICE_COOKIE_SECONDS);
      } catch (error) {
        // All or nothing: a new access token beside an old refresh token would belong to two sessions.
        changes.clear();
        for (const [kind, change] of before) changes.set(kind, change);
        throw error;
      }
    },
    clear() {
      clear("at");
      clear("rt");
    },
    claim({ issuing, ending }) {
      const issued = claimed.issuing + issuing;
      const ended = claimed.ending + ending;
      if (issued > 1 || (issued > 0 && ended > 0)) return false;
      claimed = { issuing: issued, ending: ended };
      return true;
    },
    setCookies: () => [
      ...(other === undefined ? [] : [...changes.keys()].map((kind) => clearCookie(other, kind))),
      ...changes.values(),
    ],
  };
}
