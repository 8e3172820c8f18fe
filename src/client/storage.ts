/** The tokens of a signed-in client. */
export interface StoredTokens {
  readonly accessToken: string;
  /** Absent for clients without refresh tokens: their session ends with its access token. */
  readonly refreshToken?: string | undefined;
  /** When the access token expires, by the clock of this machine. */
  readonly expiresAtSeconds: number;
  /** How long the access token lived when it was sent. */
  readonly lifetimeSeconds?: number;
  /** The id of the session, set at login and kept by refreshes. It identifies answers that belong to another one. */
  readonly session?: string;
  /** Grows with each replacement of the tokens: tabs keep the newest. */
  readonly generation?: number;
}

/** The id of the sign-in. Tokens stored by an older version have none, and count as one sign-in. */
export const sessionOf = (tokens: StoredTokens): string => tokens.session ?? "";

/**
 * Stores the device token of each user name. Failed logins of a known device are counted separately, so attackers who
 * guess the password never delay its user. The token grants no access and must outlive sign-outs. A storage for several
 * gateways must separate them by `url`, the GraphQL endpoint.
 */
export interface DeviceStorage {
  get(username: string, url: string): string | undefined;
  set(username: string, deviceToken: string, url: string): void;
}

/**
 * Stores the tokens. The default keeps them in memory, so they are lost with the page. A storage that several tabs
 * share works too, because it is read again before every decision.
 */
export interface TokenStorage {
  get(): StoredTokens | undefined;
  set(tokens: StoredTokens | undefined): void;
  /** Default: in memory, for as long as the session object exists. */
  readonly devices?: DeviceStorage;
  /**
   * Cookie mode: stores the fact that a sign-out could not be sent, so that the next start sends it. Default: nowhere.
   */
  readonly signOutPending?: { get(): boolean; set(isPending: boolean): void };
}

/** Tokens in memory only, so that they cannot be stolen from a disk. */
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

/** Tokens of a session whose cookies this script cannot read: when they expire is known after the first refresh. */
export const tokensOfCookies = (session = ""): StoredTokens => ({
  accessToken: globalThis.crypto.randomUUID(),
  expiresAtSeconds: Number.MAX_SAFE_INTEGER,
  session,
});
