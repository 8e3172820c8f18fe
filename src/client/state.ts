import type { TokenStorage } from "./storage.js";

/** Did the gateway answer the last operation of this session? */
export type Reachability = "reachable" | "unreachable";

/**
 * What a user interface shows. Equal states are the same object, so that it can be compared with `===`.
 *
 * - `signedOut`: nobody has signed in, or the user signed out.
 * - `ended`: the session ended without the user: `reason` is `SESSION_EXPIRED`, `SESSION_REVOKED`, `SESSION_REUSED`, or
 *   absent when the gateway gave none.
 * - `unknown`: with cookies, before the first answer of the gateway: no script can read them.
 * - `gateway` is `unreachable` after 503, 429, no network or an answer that is not of a gateway. Nobody is signed out
 *   by that.
 */
export type SessionState =
  | { readonly kind: "signedOut" | "signedIn" | "unknown"; readonly gateway: Reachability }
  | { readonly kind: "ended"; readonly reason: string | undefined; readonly gateway: Reachability };

export interface ObservableState {
  readonly getState: () => SessionState;
  /** The state that the listeners know. */
  readonly reported: () => SessionState;
  readonly subscribe: (listener: () => void) => () => void;
  /** Sets what is shown while no tokens are stored, and reports the change. */
  signedOut(ended?: { readonly reason: string | undefined }): void;
  gateway(reachability: Reachability): void;
  /** Reads the storage again, and reports a change once. */
  update(): void;
}

/** Adds a listener. @returns a function that removes this one, however often the same one was added */
export function addListener(listeners: Set<() => void>, listener: () => void): () => void {
  const own = (): void => listener();
  listeners.add(own);
  return () => void listeners.delete(own);
}

/**
 * The state of a session, made from what its storage holds.
 *
 * @param startsUnknown - with cookies: no stored token does not mean signed out
 */
export function createState(storage: Pick<TokenStorage, "get">, startsUnknown = false): ObservableState {
  const listeners = new Set<() => void>();
  let gateway: Reachability = "reachable";
  let without: "unknown" | "signedOut" | { readonly reason: string | undefined } = startsUnknown
    ? "unknown"
    : "signedOut";
  let state: SessionState = { kind: "signedOut", gateway };

  const getState = (): SessionState => {
    const shown = storage.get() === undefined ? without : "signedIn";
    const next: SessionState =
      typeof shown === "object" ? { kind: "ended", reason: shown.reason, gateway } : { kind: shown, gateway };
    if (JSON.stringify(next) !== JSON.stringify(state)) state = next;
    return state;
  };
  const update = (): void => {
    const before = reported;
    reported = getState();
    if (before !== reported) for (const listener of [...listeners]) listener();
  };
  let reported = getState();

  return {
    getState,
    reported: () => reported,
    subscribe: (listener) => addListener(listeners, listener),
    signedOut(ended) {
      without = ended ?? "signedOut";
      update();
    },
    gateway(reachability) {
      gateway = reachability;
      update();
    },
    update,
  };
}
