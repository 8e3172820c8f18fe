import { SignedOutError } from "./errors.js";
import { type StoredTokens, sessionOf, type TokenStorage } from "./storage.js";

/** The answer of the gateway to a refresh. When there is none, `exchange` rejects. */
export type RefreshOutcome =
  | { readonly kind: "refreshed"; readonly tokens: StoredTokens }
  | { readonly kind: "refused"; readonly reason?: string | undefined };

export interface RefreshOnceOptions {
  readonly storage: TokenStorage;
  /** Sends the stored token. @throws GatewayUnavailableError when there is no usable answer */
  readonly exchange: (stored: StoredTokens) => Promise<RefreshOutcome>;
  /** Called once for each session that ended: deletes the tokens and reports it. */
  readonly onEnded: (reason: string | undefined, session: string) => void;
  /** Runs alone among all tabs. */
  readonly exclusive: <Result>(run: () => Promise<Result>) => Promise<Result>;
}

export interface RefreshOnce {
  /** Returns a new access token of the same session for one that was refused or is about to expire. */
  refresh(usedAccessToken: string): Promise<string>;
  /** Remembers the session of an access token that is given to a caller, and returns it. */
  handOut(tokens: StoredTokens): string;
  /** Does this token belong to the same session? True if its session is not remembered. */
  isOf(tokens: StoredTokens, handedOutToken: string): boolean;
}

/** How many tokens are remembered with their session: about as many as there can be requests with old ones. */
const MAX_REMEMBERED = 64;

/**
 * At most one refresh at a time, however many calls wait for it.
 *
 * All waiting callers get the same result: a new token or an error. A refusal signs out, once. An outage (503, no
 * network) fails the waiting calls and signs nobody out.
 *
 * After the answer the storage is read again. If its token is no longer the one that was sent (another tab was faster,
 * the user signed in again or out), the answer is dropped. A request that began in one session is never repeated in
 * another: each token is remembered with its session.
 *
 * @throws SignedOutError when the session has ended or was replaced
 * @throws GatewayUnavailableError when the gateway did not answer
 */
export function createRefreshOnce({
  storage,
  exchange,
  exclusive,
  onEnded,
}: RefreshOnceOptions): RefreshOnce {
  let inFlight: { readonly presented: string; readonly token: Promise<string> } | undefined;
  // For calls that are refused after their session has ended: they get the same reason.
  let ended: { readonly session: string; readonly why: SignedOutError } | undefined;
  const handedOut = new Map<string, string>();

  const handOut = (tokens: StoredTokens): string => {
    handedOut.delete(tokens.accessToken);
    handedOut.set(tokens.accessToken, sessionOf(tokens));
    for (const oldest of handedOut.keys()) {
      if (handedOut.size <= MAX_REMEMBERED) break;
      handedOut.delete(oldest);
    }
    return tokens.accessToken;
  };

  const isOfSession = (session: string, token: string): boolean =>
    (handedOut.get(token) ?? session) === session;

  const whyOver = (token: string): SignedOutError =>
    ended !== undefined && isOfSession(ended.session, token) ? ended.why : new SignedOutError();

  const signOut = (session: string, reason: string | undefined): never => {
    const why = new SignedOutError(reason);
    ended = { session, why };
    onEnded(reason, session);
    throw why;
  };

  const run = async (presented: StoredTokens): Promise<string> => {
    // Who waited for another tab looks first.
    const held = storage.get();
    const isReplaced = held?.accessToken !== presented.accessToken;
    const outcome: RefreshOutcome = isReplaced ? { kind: "refused" } : await exchange(presented);
    const current = storage.get();
    if (current === undefined || sessionOf(current) !== sessionOf(presented)) throw new SignedOutError();
    if (current.accessToken !== presented.accessToken) return handOut(current);
    if (outcome.kind === "refused") return signOut(sessionOf(presented), outcome.reason);
    const tokens = { ...outcome.tokens, session: sessionOf(presented) };
    storage.set(tokens);
    return handOut(tokens);
  };

  const isOf: RefreshOnce["isOf"] = (tokens, token) => isOfSession(sessionOf(tokens), token);

  return {
    handOut,
    isOf,
    refresh(usedAccessToken) {
      const current = storage.get();
      if (current === undefined) return Promise.reject(whyOver(usedAccessToken));
      if (!isOf(current, usedAccessToken)) return Promise.reject(new SignedOutError());
      // A refresh under way with another token than the stored one is outdated.
      if (inFlight?.presented === current.accessToken) return inFlight.token;
      // The token was replaced by a refresh or step-up while the caller waited for its answer.
      if (current.accessToken !== usedAccessToken) return Promise.resolve(handOut(current));
      const token = exclusive(() => run(current)).finally(() => {
        if (inFlight?.token === token) inFlight = undefined;
      });
      inFlight = { presented: current.accessToken, token };
      return token;
    },
  };
}
