import { SignedOutError } from "./errors.js";
import type { StoredTokens, TokenStorage } from "./storage.js";

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

/**
 * One refresh in flight, however many calls wait for it.
 *
 * The returned function takes the access token that did not work (or is about to end) and answers one that does. All
 * callers of one round share its end: one new token, or one failure. A refusal signs out, once; an outage
 * (503, no network) fails this round and signs nobody out.
 *
 * What is stored is read again after the answer: when it is no longer what was presented (another tab was faster, the
 * user signed in anew or out), the answer belongs to the past and is dropped.
 *
 * @throws SignedOutError when there is no session any more
 * @throws GatewayUnavailableError when the gateway could not be asked
 */
export function createRefreshOnce({ storage, exchange, onSignedOut }: RefreshOnceOptions) {
  let inFlight: Promise<string> | undefined;
  // For calls whose refusal arrives when the session has been ended already: they are told why as well.
  let ended: SignedOutError | undefined;

  const signOut = (reason: string | undefined): never => {
    storage.set(undefined);
    ended = new SignedOutError(reason);
    onSignedOut(reason);
    throw ended;
  };

  const run = async (presented: StoredTokens): Promise<string> => {
    const outcome = await exchange(presented);
    const current = storage.get();
    if (current === undefined) throw new SignedOutError();
    if (current.accessToken !== presented.accessToken) return current.accessToken;
    if (outcome.kind === "refused") return signOut(outcome.reason);
    storage.set(outcome.tokens);
    return outcome.tokens.accessToken;
  };

  return (usedAccessToken: string): Promise<string> => {
    if (inFlight !== undefined) return inFlight;
    const current = storage.get();
    if (current === undefined) return Promise.reject(ended ?? new SignedOutError());
    // Someone refreshed while the caller's answer was on its way.
    if (current.accessToken !== usedAccessToken) return Promise.resolve(current.accessToken);
    inFlight = run(current).finally(() => {
      inFlight = undefined;
    });
    return inFlight;
  };
}
