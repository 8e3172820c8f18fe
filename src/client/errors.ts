/**
 * The session has ended: the refresh token was refused, or there was none. The tokens were deleted, and the user has to
 * sign in again.
 */
export class SignedOutError extends Error {
  override readonly name = "SignedOutError";
  /** `SESSION_EXPIRED`, `SESSION_REVOKED`, `SESSION_REUSED`; absent when the gateway gave none. */
  readonly reason: string | undefined;
  constructor(reason?: string) {
    super(reason === undefined ? "Signed out." : `Signed out: ${reason}.`);
    this.reason = reason;
  }
}

/**
 * The gateway could not answer (network, 503, 429). The user is still signed in and the tokens are kept. Try again
 * later.
 */
export class GatewayUnavailableError extends Error {
  override readonly name = "GatewayUnavailableError";
  /** `SERVICE_UNAVAILABLE`, `RATE_LIMITED`, …; absent when the gateway sent no code. */
  readonly code: string | undefined;
  /** From the `Retry-After` header; absent when the gateway sent none. */
  readonly retryAfterSeconds: number | undefined;
  constructor(
    message: string,
    details: {
      readonly code?: string | undefined;
      readonly retryAfterSeconds?: number | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: details.cause });
    this.code = details.code;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

/** The auth subgraph refused an operation: `INVALID_CREDENTIALS`, `RATE_LIMITED` and others. */
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

/** The user declined a step-up, and nothing of the operation was served. */
export class StepUpDeclinedError extends Error {
  override readonly name = "StepUpDeclinedError";
  constructor() {
    super("The step-up was declined.");
  }
}
