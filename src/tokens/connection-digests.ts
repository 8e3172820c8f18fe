import { tokenDigest } from "./token-digest.js";

interface LastToken {
  token: string;
  digest: string;
}

/**
 * The last token of each connection, with its digest. Most requests repeat the token of the request before them on the
 * same connection, and comparing two texts costs a tenth of a SHA-256. Only the digest is kept, no verdict: every check
 * of a token runs as if its digest had just been computed.
 *
 * Keeps one token per connection, in a WeakMap: it goes when the connection goes.
 *
 * Tokens are secrets and still compared by `===`: both came over the same connection, so who sends one has sent the
 * other. That does not hold behind a proxy that shares connections between users. There a wrong guess replaces the
 * token it was compared with, and the times for 680 and for 8 equal characters differ by at most 13 ns
 * (docs/decisions/2026-11-22-last-token-of-a-connection.md).
 */
export class ConnectionDigests {
  private readonly lastTokens = new WeakMap<object, LastToken>();

  /** @param connection - compared by identity only; `undefined` when the caller has none */
  of(token: string, connection: object | undefined): string {
    if (connection === undefined) return tokenDigest(token);
    const last = this.lastTokens.get(connection);
    if (last === undefined) {
      const digest = tokenDigest(token);
      this.lastTokens.set(connection, { token, digest });
      return digest;
    }
    if (last.token !== token) {
      last.digest = tokenDigest(token);
      last.token = token;
    }
    return last.digest;
  }

  forget(connection: object | undefined): void {
    if (connection !== undefined) this.lastTokens.delete(connection);
  }
}
