import type { ClientId, SessionId, TenantId, UserId } from "./brand.js";
import { sessionId } from "./brand.js";
import type { Milliseconds, UnixSeconds } from "./time.js";

/** How a client receives its tokens. Fixed per client, stored in the session, checked at every endpoint. */
export type DeliveryMode = "bearer" | "cookie";

/**
 * base64url(SHA-256(refresh secret)): the store never sees the secret itself. A store may keep only the first 16 bytes:
 * secrets are 32 random bytes, and a second one with the same half of a hash cannot be found either.
 */
export type SecretHash = string;

/** How many refreshes a store may lose in a fail-over and still recognise the client's token. */
export const HEALED_GENERATIONS = 3;

/** The longest metadata of a session, as JSON text (docs/spec/sessions.md §1.4). */
export const MAX_METADATA_BYTES = 2048;

/** One login on one device. */
export interface Session {
  readonly id: SessionId;
  readonly tenant: TenantId;
  readonly userId: UserId;
  readonly clientId: ClientId;
  readonly delivery: DeliveryMode;
  /** The granted scopes. A refresh may request fewer for its access token; these stay. */
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
  /** The store deletes the record at this time. Until then it can report why the session ended. */
  readonly retainUntil: UnixSeconds;
  /** The user's epoch when the session was created. The session ends when the user's epoch differs. */
  readonly epoch: number;
  /** How often the session changed its refresh token. */
  readonly generation: number;
  /** When it last did. Also its "last seen", and the earliest time that commands on this session use. */
  readonly rotatedAtMs: Milliseconds;
  /** How often the same successor was given out since. */
  readonly reuseCount: number;
  /** Pepper id of the current refresh token. */
  readonly kid: number;
  /**
   * Hash of the secret after the current one. It identifies three tokens: the current one (its derived secret has this
   * hash), the previous one (derived twice), and the next one, which a client holds when the store has lost a write.
   */
  readonly next: SecretHash;
  /** Hash of the secret {@link HEALED_GENERATIONS} after the current one. Absent in records of before 2026-12. */
  readonly ahead?: SecretHash;
  /**
   * No token of this generation has been used yet, so the client may have only the previous one. Also absent when it is
   * not known.
   */
  readonly unseen?: true;
  /** When the same successor was last given out after the grace window. A new grace window begins there. */
  readonly lateAtMs?: Milliseconds;
  readonly elevation?: Elevation;
  /**
   * Only in answers to a client on a retired chain: its generation in that chain. Access tokens carry both numbers, so
   * that their use shows which successor has been received.
   */
  readonly retiredGeneration?: number;
  readonly ended?: "revoked" | "reused";
}

/** The parts of a session that define its place in the list of its user. */
export type Beginning = Pick<Session, "id" | "createdAt">;

/** The order of a user's list: oldest first, then by id, so that the end of a page is well defined. */
export const byBeginning = (a: Beginning, b: Beginning): number =>
  a.createdAt - b.createdAt || (a.id < b.id ? -1 : Number(a.id > b.id));

/** The last step-up: it retired the tokens of generation `from` to `to - 1`, and `to` replaced them. */
export interface Elevation {
  readonly from: number;
  readonly to: number;
  readonly atMs: Milliseconds;
  /** The chain from before, kept until a token of the new chain is used: the client may have lost the answer. */
  readonly retired?: RetiredChain;
}

/** A chain of refresh tokens that a step-up replaced. */
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

/** The record that the store keeps per user, across sessions. */
export interface UserState {
  /** Sessions and access tokens are valid only with exactly this value. */
  readonly epoch: number;
  /** A proof of identity older than this is not accepted. */
  readonly notBefore?: UnixSeconds;
  readonly locked: boolean;
  /** No access token issued for the user so far expires later. */
  readonly accessExpiresBy: UnixSeconds;
  /** The record outlives every session of the user; no command shortens this. */
  readonly retainUntil: UnixSeconds;
}

/** When the session was last refreshed. */
export const lastSeenAt = (session: Session): UnixSeconds => Math.floor(session.rotatedAtMs / 1000);

export const PARTITIONS = 64;

/** The partition of a user reference. Always recomputed, never taken from a request. */
export const partitionOf = (reference: Uint8Array): number => (reference[0] ?? 0) & (PARTITIONS - 1);

/** Public session id: base64url(partition byte ‖ 16 random bytes), so that `revoke <id>` finds its slot. */
export const publicSessionId = (partition: number, bytes: Uint8Array): SessionId =>
  sessionId(Buffer.concat([Buffer.from([partition]), bytes]).toString("base64url"));

export interface SessionAddress {
  readonly partition: number;
  /** The 16 random bytes, base64url: the name of the session within its partition. */
  readonly name: string;
}

/** Parses a public session id; `undefined` for a text that is not the canonical spelling of one. */
export function sessionAddress(id: string): SessionAddress | undefined {
  const bytes = Buffer.from(id, "base64url");
  const partition = bytes[0];
  if (bytes.length !== 17 || partition === undefined || partition >= PARTITIONS) return undefined;
  if (bytes.toString("base64url") !== id) return undefined;
  return { partition, name: bytes.subarray(1).toString("base64url") };
}

const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The partition of a public session id, without parsing the rest: this runs on every request. */
export function partitionOfSession(id: string): number | undefined {
  const partition = (BASE64URL.indexOf(id.charAt(0)) << 2) | (BASE64URL.indexOf(id.charAt(1)) >> 4);
  return id.length >= 2 && partition >= 0 && partition < PARTITIONS ? partition : undefined;
}
