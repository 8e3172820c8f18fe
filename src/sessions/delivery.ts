import type { ClientId } from "../domain/brand.js";
import type { ClientProof } from "../domain/client-proof.js";
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

/** What a client receives after login, refresh or step-up. */
export interface DeliveredTokens extends TokenPair {
  /** Only after a login. */
  readonly deviceToken?: string | undefined;
  /** Only after a login. False: the client forgets the tokens when it closes. Default: as before. */
  readonly remember?: boolean | undefined;
}

/**
 * Port: sends tokens to the client, or clears them. Owned by sessions, implemented by the HTTP endpoints, which handle
 * cookies. In bearer mode no call does anything, because the tokens are part of the response body.
 */
export interface Delivery {
  /** In cookie mode: the client to whom the origin of the request belongs. */
  readonly cookieClient?: ClientId;
  /**
   * The refresh token the client presented outside the body (cookie mode), if any.
   *
   * @throws AuthError `UNAUTHENTICATED` with reason `TOKEN_INVALID` when more than one was presented
   */
  presentedRefreshToken(): string | undefined;
  /** The device token the client presented outside the body. */
  presentedDeviceToken?(): string | undefined;
  /** The refresh token that the client is going to lose when new tokens are delivered. Never throws. */
  replacedRefreshToken?(): string | undefined;
  /** @throws FaultError `INTERNAL_SERVER_ERROR` when the tokens are too large; nothing is delivered then */
  deliver(tokens: DeliveredTokens): void;
  clear(): void;
}

/** Where a request came from, and how tokens are sent back. */
export interface RequestOrigin {
  readonly requestId: string;
  readonly address: string;
  readonly delivery: Delivery;
  /** The DPoP proof of the request. Absent: none was read, so none can be valid. */
  readonly proof?: PresentedProof | undefined;
  /** What the request proved about its client. Absent: nothing, as requests of public clients. */
  readonly client?: ClientProof | undefined;
}
