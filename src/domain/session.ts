import type { ClientId, SessionId, TenantId, UserId } from "./brand.js";
import { sessionId } from "./brand.js";
import type { Milliseconds, UnixSeconds } from "./time.js";

/** How a client receives its tokens; fixed per client, stored in the session, checked at every door. */
export type DeliveryMode = "bearer" | "cookie";

/**
 * base64url(SHA-256(refresh secret)): all the store ever knows of a secret. A store may keep the first 16 bytes alone:
 * secrets are 32 random bytes, and nobody finds another one for half a hash either.
 */
export type SecretHash = string;

/** How many refreshes a store may lose in a fail-over and still recognise the client. */
export const HEALED_GENERATIONS = 3;

/** What a session may remember beside itself: JSON text of so many bytes (sessions §1). */
export const MAX_METADATA_BYTES = 2048;

/** One login on one device. */
export interface Session {
  readonly id: SessionId;
  readonly tenant: TenantId;
  readonly userId: UserId;
  readonly clientId: ClientId;
  readonly delivery: DeliveryMode;
  /** The grant; a refresh may narrow its own token, never this. */
  readonly scopes: readonly string[];
  readonly createdAt: UnixSeconds;
  readonly authTime: UnixSeconds;
  readonly acr?: string;
  readonly amr: readonly string[];
  readonly device?: string;
  readonly ip?: string;
  /** JSON text of an object, at most {@link MAX_METADATA_BYTES}. */
  readonly metadata?: string;
  /** min(last activity + idle, absolute). */
  readonly expiresAt: UnixSeconds;
  /** Fixed at login. */
  readonly absoluteExpiresAt: UnixSeconds;
  /** The store forgets the record at this time; until then it can say why the session ended. */
  readonly retainUntil: UnixSeconds;
  /** The user's epoch when the session was created; any other value now ends it. */
  readonly epoch: number;
  /** How often the session changed its refresh token. */
  readonly generation: number;
  /** When it last did. Also "last seen", and the floor of the clock for this session. */
  readonly rotatedAtMs: Milliseconds;
  /** How often the same successor was handed out since. */
  readonly reuseCount: number;
  /** Pepper id in the current refresh token. */
  readonly kid: number;
  /**
   * Hash of the secret after the current one. It proves every secret that counts: the current one by what is derived
   * from it, the previous one by what is derived from that, and that of a client one step ahead by itself.
   */
  readonly next: SecretHash;
  /** Hash of the secret {@link HEALED_GENERATIONS} after the current one. Absent in records of before 2026-12. */
  readonly ahead?: SecretHash;
  /**
   * No token of this generation has been seen in use yet, so its predecessor may be all that its owner has. Absent
   * also where nobody can know.
   */
  readonly unseen?: true;
  /** When the same successor was last handed out after the grace window: a window of its own begins there. */
  readonly lateAtMs?: Milliseconds;
  readonly elevation?: Elevation;
  /**
   * Only in what an owner on a retired chain is answered: its own generation there, whatever `generation` calls it.
   * Access tokens bear both, so that their use says which successor has arrived.
   */
  readonly retiredGeneration?: number;
  readonly ended?: "revoked" | "reused";
}

/** What tells where in their user's list a session stands. */
export type Beginning = Pick<Session, "id" | "createdAt">;

/** The order of a user's list: the oldest first, and those of one second by their ids, so that a page has one end. */
export const byBeginning = (a: Beginning, b: Beginning): number =>
  a.createdAt - b.createdAt || (a.id < b.id ? -1 : Number(a.id > b.id));

/** The last re-authentication: tokens of generation `from` … `to - 1` were retired by it, `to` replaced them. */
export interface Elevation {
  readonly from: number;
  readonly to: number;
  readonly atMs: Milliseconds;
  /** What the session was before, and still is for its owner if the answer was lost; until the replacement is used. */
  readonly retired?: RetiredChain;
}

/** A chain of refresh tokens that a re-authentication replaced. */
export type RetiredChain = Pick<
  Session,
  | "generation"
  | "rotatedAtMs"
  | "reuseCount"
  | "kid"
  | "next"
  | "ahead"
  | "unseen"
  | "lateAtMs"
  | "authTime"
  | "acr"
  | "amr"
>;

/** What the store keeps per user, across sessions. */
export interface UserState {
  /** Sessions and access tokens must carry exactly this value. */
  readonly epoch: number;
  /** A proof of identity older than this counts for nothing. */
  readonly notBefore?: UnixSeconds;
  readonly locked: boolean;
  /** No access token issued for the user so far expires later. */
  readonly accessExpiresBy: UnixSeconds;
  /** The record outlives every session ever issued for the user; no command shortens this. */
  readonly retainUntil: UnixSeconds;
}

/** When the session last showed a sign of life. */
export const lastSeenAt = (session: Session): UnixSeconds => Math.floor(session.rotatedAtMs / 1000);

export const PARTITIONS = 64;

/** The partition of a user reference; recomputed wherever it is needed, never read from outside. */
export const partitionOf = (reference: Uint8Array): number => (reference[0] ?? 0) & (PARTITIONS - 1);

/** Public session id: base64url(partition byte ‖ 16 random bytes), so that `revoke <id>` finds its slot. */
export const publicSessionId = (partition: number, bytes: Uint8Array): SessionId =>
  sessionId(Buffer.concat([Buffer.from([partition]), bytes]).toString("base64url"));

export interface SessionAddress {
  readonly partition: number;
  /** The 16 random bytes, base64url: the name of the session within its partition. */
  readonly name: string;
}

/** Takes a public session id apart; `undefined` for anything that is not the canonical spelling of one. */
export function sessionAddress(id: string): SessionAddress | undefined {
  const bytes = Buffer.from(id, "base64url");
  const partition = bytes[0];
  if (bytes.length !== 17 || partition === undefined || partition >= PARTITIONS) return undefined;
  if (bytes.toString("base64url") !== id) return undefined;
  return { partition, name: bytes.subarray(1).toString("base64url") };
}

const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The partition a public session id begins with, without taking the rest apart: every request asks. */
export function partitionOfSession(id: string): number | undefined {
  const partition = (BASE64URL.indexOf(id.charAt(0)) << 2) | (BASE64URL.indexOf(id.charAt(1)) >> 4);
  return id.length >= 2 && partition >= 0 && partition < PARTITIONS ? partition : undefined;
}
