import { SignedOutError } from "./errors.js";
import { type StoredTokens, sessionOf, type TokenStorage } from "./storage.js";

/** What the gateway said to a refresh. Not reaching it is not an outcome: `exchange` rejects then. */
export type RefreshOutcome =
  | { readonly kind: "refreshed"; readonly tokens: StoredTokens }
  | { readonly kind: "refused"; readonly reason?: string };

export interface RefreshOnceOptions {
  readonly storage: TokenStorage;
  /** Presents what is stored. @throws GatewayUnavailableError when there is no answer to rely on */
  readonly exchange: (stored: StoredTokens) => Promise<RefreshOutcome>;
  /** Told once per ended session. */
  readonly onSignedOut: (reason: string | undefined) => void;
}

export interface RefreshOnce {
  /** Takes the access token that did not work (or is about to end) and answers one of the same session that does. */
  refresh(usedAccessToken: string): Promise<string>;
  /** Remembers which session a token was handed out for. */
  handOut(tokens: StoredTokens): string;
  /** Is this token, as far as is remembered, one of this session? */
  isOf(tokens: StoredTokens, handedOutToken: string): boolean;
}

/** Tokens remembered with their session: as many as requests can reasonably be under way with old ones. */
const MAX_REMEMBERED = 64;

/**
 * One refresh in flight, however many calls wait for it.
 *
 * All callers of one round share its end: one new token, or one failure. A refusal signs out, once; an outage (503, no
 * network) fails this round and signs nobody out.
 *
 * What is stored is read again after the answer: when it is no longer what was presented (another tab was faster, the
 * user signed in anew or out), the answer belongs to the past and is dropped. A request that began under one session is
 * never repeated under another: its token belongs to the session it was handed out for.
 *
 * @throws SignedOutError when there is no session any more, or another one
 * @throws GatewayUnavailableError when the gateway could not be asked
 */
export function createRefreshOnce({ storage, exchange, onSignedOut }: RefreshOnceOptions): RefreshOnce {
  let inFlight: { readonly presented: string; readonly token: Promise<string> } | undefined;
  // For calls whose refusal arrives when their session has been ended already: they are told why as well.
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
    storage.set(undefined);
    const why = new SignedOutError(reason);
    ended = { session, why };
    onSignedOut(reason);
    throw why;
  };

  const run = async (presented: StoredTokens): Promise<string> => {
    const outcome = await exchange(presented);
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
      // What is under way with another token than the stored one belongs to the past, whatever it answers.
      if (inFlight?.presented === current.accessToken) return inFlight.token;
      // Someone refreshed or stepped up while the caller's answer was on its way.
      if (current.accessToken !== usedAccessToken) return Promise.resolve(handOut(current));
      const token = run(current).finally(() => {
        if (inFlight?.token === token) inFlight = undefined;
      });
      inFlight = { presented: current.accessToken, token };
      return token;
    },
  };
}
