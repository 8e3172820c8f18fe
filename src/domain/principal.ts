import type { ClientId, SessionId, TenantId, UserId } from "./brand.js";
import type { UnixSeconds } from "./time.js";

/** Nobody in particular: no credential was sent, or it was set aside for an exempt operation. */
export interface Anonymous {
  readonly kind: "anonymous";
}

/** Somebody whose credential has been verified, as far as the access token tells. */
export interface Authenticated {
  readonly kind: "user";
  /** `local` for tokens of this gateway, else the outside issuer's `iss`. A subject means nothing without it. */
  readonly issuer: string;
  /** Local user id, or the outside subject as mapped by configuration. */
  readonly subject: string;
  /** Set when a rule maps an outside subject to a local user; without it the auth subgraph refuses the caller. */
  readonly localUserId?: UserId;
  readonly tenant: TenantId;
  /** Absent for outside tokens that name no session. */
  readonly sessionId?: SessionId;
  readonly clientId?: ClientId;
  readonly scopes: ReadonlySet<string>;
  /** When the user last proved who they are; absent means stale. */
  readonly authTime?: UnixSeconds;
  readonly acr?: string;
  readonly amr: readonly string[];
  readonly issuedAt: UnixSeconds;
  readonly expiresAt: UnixSeconds;
  readonly tokenId?: string;
  /** Session generation and user epoch; only on our own tokens. */
  readonly generation?: number;
  /** Set on tokens of a chain a re-authentication has retired: how far that chain was. */
  readonly retiredGeneration?: number;
  readonly epoch?: number;
  /** Chosen custom claims, never a registered one. */
  readonly claims: Readonly<Record<string, unknown>>;
}

export type Principal = Anonymous | Authenticated;

export const ANONYMOUS: Anonymous = { kind: "anonymous" };
