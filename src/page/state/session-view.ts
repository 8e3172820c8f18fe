import type { StoredTokens, TokenStorage } from "../../client/storage.js";
import { type Claims, claimsOf } from "./claims.js";
import { createStore, type Store } from "./store.js";

/** What the page shows about the session. Holds no token. */
export type SessionView =
  | { readonly kind: "signedOut"; readonly reason: string | undefined }
  | {
      readonly kind: "signedIn";
      readonly claims: Claims | undefined;
      /** Unix seconds, by the clock of this machine. */
      readonly expiresAtSeconds: number;
      /** Grows with each new access token: a refresh, a step-up. */
      readonly generation: number;
    };

/** Who is signed in: a user in a session. A refresh and a step-up stay the same; `undefined` is a visitor. */
export const callerOf = (view: SessionView): string | undefined =>
  view.kind === "signedOut" ? undefined : JSON.stringify([view.claims?.subject, view.claims?.sessionId]);

/**
 * Calls when a session ends or another one takes its place: what belongs to its user must not be left for the next one.
 * A visitor who signs in stays the same person. @returns ends the subscription
 */
export function whenCallerEnds(view: Store<SessionView>, listener: () => void): () => void {
  let caller = callerOf(view.get());
  return view.subscribe(() => {
    const before = caller;
    caller = callerOf(view.get());
    if (before !== undefined && before !== caller) listener();
  });
}

export interface WatchedTokens {
  /** For `createSession`: tokens are kept in this variable and nowhere else. */
  readonly storage: TokenStorage;
  readonly view: Store<SessionView>;
  /** Remembers why the session ended; called by `onSignedOut`. */
  readonly signedOut: (reason: string | undefined) => void;
}

/** Tokens in memory that tell the page when they change. `devices` keeps the tokens of known devices, in memory too. */
export function watchTokens(memory: TokenStorage): WatchedTokens {
  const view = createStore<SessionView>({ kind: "signedOut", reason: undefined });
  let generation = 0;
  const show = (tokens: StoredTokens | undefined): void => {
    if (tokens === undefined) {
      if (view.get().kind === "signedIn") view.set({ kind: "signedOut", reason: undefined });
      return;
    }
    generation += 1;
    view.set({
      kind: "signedIn",
      claims: claimsOf(tokens.accessToken),
      expiresAtSeconds: tokens.expiresAtSeconds,
      generation,
    });
  };
  return {
    storage: {
      get: () => memory.get(),
      set: (tokens) => {
        const before = memory.get();
        memory.set(tokens);
        if (before?.accessToken !== tokens?.accessToken) show(tokens);
      },
      ...(memory.devices === undefined ? {} : { devices: memory.devices }),
    },
    view,
    signedOut: (reason) => view.set({ kind: "signedOut", reason }),
  };
}
