import type { UnixSeconds } from "../domain/time.js";
import type { PresentedProof } from "../tokens/dpop/presented-proof.js";

export type { DeliveryMode } from "../domain/session.js";
export type { PresentedProof, ProofReader } from "../tokens/dpop/presented-proof.js";

export interface TokenPair {
  readonly accessToken: string;
  /** Absent for clients configured with `refresh: false`. */
  readonly refreshToken?: string;
  readonly accessExpiresAt: UnixSeconds;
  readonly sessionExpiresAt: UnixSeconds;
}

/**
 * Port: sends a token pair to the client, or clears it. Owned by sessions, implemented by the HTTP endpoints, which
 * handle cookies. In bearer mode both calls do nothing, because the pair is part of the response body.
 */
export interface Delivery {
  /** The refresh token the client presented outside the body (cookie mode), if any. */
  presentedRefreshToken(): string | undefined;
  deliver(pair: TokenPair): void;
  clear(): void;
}

/** Where a request came from, and how tokens are sent back. */
export interface RequestOrigin {
  readonly requestId: string;
  readonly address: string;
  readonly delivery: Delivery;
  /** The DPoP proof of the request. Absent: none was read, so none can be valid. */
  readonly proof?: PresentedProof | undefined;
}
