import { tokenDigest } from "./verified-tokens.js";

interface Spoken {
  token: string;
  digest: string;
}

/**
 * The token each connection spoke last, beside its digest: most requests repeat the one before them on their
 * connection, and comparing two texts costs a tenth of a SHA-256. Holds no judgement, only what was computed of a
 * text, so whatever is asked about a token is asked as if its digest had just been made.
 *
 * One text per connection, and none once the connection is gone: it holds its text, and nothing here holds it.
 *
 * Compared by `===`, though it is a secret: both texts came over the same connection, so whoever sends one has sent
 * the other. Behind a proxy that mixes users on one connection that is not so; there a wrong guess takes the place of
 * what it was compared with, and 680 characters that fit are told from 8 by no more than 13 ns
 * (docs/decisions/2026-11-22-last-token-of-a-connection.md).
 */
export class ConnectionDigests {
  private readonly spoken = new WeakMap<object, Spoken>();

  /** @param connection - told apart by identity and never looked into; `undefined` where there is none to speak of */
  of(token: string, connection: object | undefined): string {
    if (connection === undefined) return tokenDigest(token);
    const last = this.spoken.get(connection);
    if (last === undefined) {
      const digest = tokenDigest(token);
      this.spoken.set(connection, { token, digest });
      return digest;
    }
    if (last.token !== token) {
      last.digest = tokenDigest(token);
      last.token = token;
    }
    return last.digest;
  }

  forget(connection: object | undefined): void {
    if (connection !== undefined) this.spoken.delete(connection);
  }
}
