import type { ClientId, SessionId, TenantId, UserId } from "../domain/brand.js";
import type { AccessFormat } from "../domain/client-policy.js";
import type { Seconds, UnixSeconds } from "../domain/time.js";

export interface AccessTokenInput {
  readonly userId: UserId;
  readonly tenant: TenantId;
  readonly sessionId: SessionId;
  readonly clientId: ClientId;
  readonly generation: number;
  /** Only for a session on a chain that a step-up retired. */
  readonly retiredGeneration?: number;
  readonly epoch: number;
  readonly scopes: readonly string[];
  readonly authTime: UnixSeconds;
  readonly acr?: string;
  readonly amr: readonly string[];
  readonly ttlSeconds: Seconds;
  /** Set for a token that is sent in a cookie: it is refused everywhere else. */
  readonly delivery?: "cookie";
  /** Default: opaque when the issuer has a sealer, else a signed JWT. */
  readonly format?: AccessFormat;
  /** The `jkt` of the key that the token is bound to (RFC 9449 §6.1). Absent: a bearer token. */
  readonly keyThumbprint?: string | undefined;
  /** Custom claims; a registered name among them is refused. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

export interface IssuedToken {
  readonly token: string;
  readonly tokenId: string;
  readonly issuedAt: UnixSeconds;
  readonly expiresAt: UnixSeconds;
}

/** Port: signs (or seals) an access token. @throws FaultError `SERVICE_UNAVAILABLE` without an active key */
export interface TokenIssuer {
  issue(input: AccessTokenInput, nowSeconds: UnixSeconds): Promise<IssuedToken>;
}
