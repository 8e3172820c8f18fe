import type { ClientId, SessionId, TenantId, UserId } from "./brand.js";
import type { UnixSeconds } from "./time.js";

/** A caller without identity: no credential was sent, or it was ignored for an exempt operation such as `login`. */
export interface Anonymous {
  readonly kind: "anonymous";
}

/** A caller with a verified credential, as described by their access token. */
export interface Authenticated {
  readonly kind: "user";
  /** `local` for tokens of this gateway, else the `iss` of the outside issuer. A subject is unique only per issuer. */
  readonly issuer: string;
  /** Local user id, or the outside subject as mapped by configuration. */
  readonly subject: string;
  /**
   * Set when `issuers[].subject` maps an outside subject to a local user. Without it the auth subgraph refuses them.
   */
  readonly localUserId?: UserId;
  readonly tenant: TenantId;
  /** Absent for outside tokens that name no session. */
  readonly sessionId?: SessionId;
  readonly clientId?: ClientId;
  /** Present when the token was issued for a cookie. It is then refused everywhere else. */
  readonly delivery?: "cookie";
  readonly scopes: ReadonlySet<string>;
  /** When the user last proved their identity. Absent: never fresh. */
  readonly authTime?: UnixSeconds;
  readonly acr?: string;
  readonly amr: readonly string[];
  readonly issuedAt: UnixSeconds;
  readonly expiresAt: UnixSeconds;
  readonly tokenId?: string;
  /** Session generation and user epoch; only on our own tokens. */
  readonly generation?: number;
  /** Only on tokens of a chain that a step-up retired: the generation in that chain. */
  readonly retiredGeneration?: number;
  readonly epoch?: number;
  /**
   * Set when the token is bound to a key of the client (RFC 9449 §6.1, `cnf.jkt`): base64url of 32 bytes. Whoever sends
   * the token must prove that they have the key.
   */
  readonly keyThumbprint?: string;
  /** Chosen custom claims, never a registered one. */
  readonly claims: Readonly<Record<string, unknown>>;
}

export type Principal = Anonymous | Authenticated;

export const ANONYMOUS: Anonymous = { kind: "anonymous" };
