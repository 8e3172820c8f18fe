import type { TokenStorage } from "./storage.js";

/** Did the gateway answer the last operation of this session? */
export type Reachability = "reachable" | "unreachable";

/**
 * What a user interface shows. Equal states are the same object, so that it can be compared with `===`.
 *
 * - `signedOut`: nobody has signed in, or the user signed out.
 * - `ended`: the session ended without the user: `reason` is `SESSION_EXPIRED`, `SESSION_REVOKED`, `SESSION_REUSED`, or
 *   absent when the gateway gave none.
 * - `gateway` is `unreachable` after 503, 429, no network or an answer that is not of a gateway. Nobody is signed out
 *   by that.
 */
export type SessionState =
  | { readonly kind: "signedOut" | "signedIn"; readonly gateway: Reachability }
  | { readonly kind: "ended"; readonly reason: string | undefined; readonly gateway: Reachability };

export interface ObservableState {
  readonly getState: () => SessionState;
  readonly subscribe: (listener: () => void) => () => void;
  /** Sets what is shown while no tokens are stored, and reports the change. */
  signedOut(ended?: { readonly reason: string | undefined }): void;
  gateway(reachability: Reachability): void;
  /** Reads the storage again, and reports a change once. */
  update(): void;
}

/** The state of a session, made from what its storage holds. */
export function createState(storage: Pick<TokenStorage, "get">): ObservableState {
  const listeners = new Set<() => void>();
  let gateway: Reachability = "reachable";
  let without: { readonly reason: string | undefined } | undefined;
  let state: SessionState = { kind: "signedOut", gateway };
  let reported: SessionState | undefined;

  const getState = (): SessionState => {
    const kind = storage.get() !== undefined ? "signedIn" : without === undefined ? "signedOut" : "ended";
    const reason = kind === "ended" ? without?.reason : undefined;
    const isSame =
      state.kind === kind && state.gateway === gateway && (state.kind !== "ended" || state.reason === reason);
    if (!isSame) state = kind === "ended" ? { kind, reason, gateway } : { kind, gateway };
    return state;
  };
  const update = (): void => {
    const before = reported;
    reported = getState();
    if (before !== reported) for (const listener of [...listeners]) listener();
  };
  reported = getState();

  return {
    getState,
    subscribe(listener) {
      // Its own function, so that a listener that subscribes twice is called twice and removed once.
      const own = (): void => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    signedOut(ended) {
      without = ended;
      update();
    },
    gateway(reachability) {
      gateway = reachability;
      update();
    },
    update,
  };
}
