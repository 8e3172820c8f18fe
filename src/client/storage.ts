/** What a signed-in client keeps. */
export interface StoredTokens {
  readonly accessToken: string;
  /** Absent for clients that get none: such a session ends with its access token. */
  readonly refreshToken?: string;
  /** Unix seconds at which the access token ends, by this machine's clock. */
  readonly expiresAtSeconds: number;
  /** Which sign-in these come from: drawn at login, kept through refreshes. Tells an answer for another one apart. */
  readonly session?: string;
}

/** The sign-in a pair comes from; pairs kept by an older version name none and count as one. */
export const sessionOf = (tokens: StoredTokens): string => tokens.session ?? "";

/**
 * Where tokens are kept. The default keeps them in memory, so they end with the page; a shared place (one that several
 * tabs read) works too, for every decision reads it again.
 */
export interface TokenStorage {
  get(): StoredTokens | undefined;
  set(tokens: StoredTokens | undefined): void;
}

/** Tokens in memory: nothing to steal at rest. */
export function memoryStorage(): TokenStorage {
  let kept: StoredTokens | undefined;
  return {
    get: () => kept,
    set: (tokens) => {
      kept = tokens;
    },
  };
}
