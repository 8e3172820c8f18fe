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
 * What a gateway knows this device by, for each user name. A known device is counted by itself, so that strangers who
 * guess the password never delay its owner. It opens nothing, and is to outlive sign-outs. One that serves several
 * gateways keeps them apart by `url`, the endpoint of the session that asks.
 */
export interface DeviceStorage {
  get(username: string, url: string): string | undefined;
  set(username: string, deviceToken: string, url: string): void;
}

/**
 * Where tokens are kept. The default keeps them in memory, so they end with the page; a shared place (one that several
 * tabs read) works too, for every decision reads it again.
 */
export interface TokenStorage {
  get(): StoredTokens | undefined;
  set(tokens: StoredTokens | undefined): void;
  /** Default: in memory, as long as the session object lives. */
  readonly devices?: DeviceStorage;
}

/** Tokens in memory: nothing to steal at rest. */
export function memoryStorage(): TokenStorage {
  let kept: StoredTokens | undefined;
  return {
    get: () => kept,
    set: (tokens) => {
      kept = tokens;
    },
    devices: memoryDevices(),
  };
}

/** Device tokens in memory. */
export function memoryDevices(): DeviceStorage {
  const known = new Map<string, string>();
  const key = (username: string, url: string): string => JSON.stringify([url, username]);
  return {
    get: (username, url) => known.get(key(username, url)),
    set: (username, deviceToken, url) => void known.set(key(username, url), deviceToken),
  };
}
