/**
 * The session is over: the refresh token was refused, or there was none. The tokens have been forgotten; the user
 * has to sign in again.
 */
export class SignedOutError extends Error {
  override readonly name = "SignedOutError";
  /** `SESSION_EXPIRED`, `SESSION_REVOKED`, `SESSION_REUSED`, or absent when the gateway told none. */
  readonly reason: string | undefined;
  constructor(reason?: string) {
    super(reason === undefined ? "Signed out." : `Signed out: ${reason}.`);
    this.reason = reason;
  }
}

/**
 * The gateway could not answer (network, 503, 429). The user is still signed in and the tokens are kept: try again.
 */
export class GatewayUnavailableError extends Error {
  override readonly name = "GatewayUnavailableError";
  /** `SERVICE_UNAVAILABLE`, `RATE_LIMITED`, … when the gateway said so itself. */
  readonly code: string | undefined;
  /** Seconds, when the gateway said so. */
  readonly retryAfterSeconds: number | undefined;
  constructor(
    message: string,
    details: { readonly code?: string; readonly retryAfterSeconds?: number; readonly cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

/** The gateway refused what was asked of the auth subgraph: `INVALID_CREDENTIALS`, `RATE_LIMITED` and the like. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  constructor(
    readonly code: string,
    message: string,
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
  }
}
