import { isIPv4 } from "node:net";
import {
  clientId,
  DEFAULT_CLIENT,
  DEFAULT_TENANT,
  type SessionId,
  type TenantId,
  tenantId,
  type UserId,
  userId,
} from "../../domain/brand.js";
import type { CreateSession } from "../../domain/commands.js";
import type { Elevation, SecretHash, Session } from "../../domain/session.js";
import { MOMENT_KINDS, type Moment } from "../../domain/timeline.js";
import { packTexts, textReader } from "./texts.js";

// The layout of a record is told in `scripts/lib/record.lua`.
const VERSION = 1;
const HASHES_AT = 41;
const IDENTITY_AT = 105;
const ELEVATION_BYTES = 14;
const FLAGS = { cookie: 1, side: 2, elevated: 4, revoked: 8, reused: 16 } as const;

/** Where a detail is longer, all of them stand in the side key, so that a refresh does not write them anew. */
const LONGEST_DETAIL_BYTES = 64;
const DEFAULT_AMR = "pwd";
/** Nothing is not the default. */
const NO_AMR = " ";

/** Left out where it is the common one: an empty string stands for the default. */
export const tenantField = (tenant: string): string => (tenant === DEFAULT_TENANT ? "" : tenant);
const clientField = (client: string): string => (client === DEFAULT_CLIENT ? "" : client);

export const hashBytes = (hash: SecretHash): Buffer => Buffer.from(hash, "base64url");

export interface Identity {
  readonly userId: UserId;
  readonly tenant: TenantId;
  /** Absent: whatever the client is. */
  readonly clientId?: string | undefined;
}

/** How the record of such a session names whose it is, byte by byte; without a client, how it begins to. */
export const packIdentity = ({ userId: user, tenant, clientId: client }: Identity): Buffer =>
  packTexts(user, tenantField(tenant), ...(client === undefined ? [] : [clientField(client)]));

export function packProof(proof: { readonly acr?: string; readonly amr: readonly string[] }): Buffer {
  const amr = proof.amr.length === 0 ? NO_AMR : proof.amr.join(" ");
  return packTexts(proof.acr ?? "", amr === DEFAULT_AMR ? "" : amr);
}

/** What only people look at, and the scopes. */
export function packDetails({ scopes, device = "", ip = "", metadata }: CreateSession): {
  readonly packed: Buffer;
  readonly isLong: boolean;
} {
  const texts = [scopes.join(" "), device, packAddress(ip), ...(metadata === undefined ? [] : [metadata])];
  const isLong =
    metadata !== undefined || texts.some((text) => Buffer.byteLength(text) > LONGEST_DETAIL_BYTES);
  return { packed: packTexts(...texts), isLong };
}

/** An IPv4 address as five bytes, a zero first; any other as it is written. */
const packAddress = (address: string): string | Buffer =>
  isIPv4(address) ? Buffer.from([0, ...address.split(".").map(Number)]) : address;

const readAddress = (packed: Buffer): string =>
  packed.length === 5 && packed[0] === 0 ? packed.subarray(1).join(".") : packed.toString("utf8");

const words = (text: string): string[] => text.split(" ").filter((word) => word !== "");

/**
 * Rebuilds a session from its record.
 *
 * @param side - what the side key holds; only looked at where the record says that it holds something
 */
export function readSession(id: SessionId, record: Buffer, side: Buffer): Session {
  const { flags, ...numbers } = readNumbers(record);
  const ended = flags >= FLAGS.reused ? "reused" : flags >= FLAGS.revoked ? "revoked" : undefined;
  const has = (flag: number) => (flags & flag) !== 0;
  const elevation = has(FLAGS.elevated) ? readElevation(record) : undefined;
  const texts = textReader(
    record.subarray(IDENTITY_AT, record.length - (elevation === undefined ? 0 : ELEVATION_BYTES)),
  );
  const user = texts.text();
  const tenant = texts.text();
  const client = texts.text();
  const acr = texts.text();
  const amr = texts.text();
  const details = has(FLAGS.side) ? textReader(side) : texts;
  const scopes = words(details.text());
  const device = details.text();
  const ip = readAddress(details.bytes());
  const metadata = details.text();
  return {
    id,
    tenant: tenant === "" ? DEFAULT_TENANT : tenantId(tenant),
    userId: userId(user),
    clientId: client === "" ? DEFAULT_CLIENT : clientId(client),
    delivery: has(FLAGS.cookie) ? "cookie" : "bearer",
    scopes,
    ...(acr === "" ? {} : { acr }),
    amr: ended === undefined ? words(amr === "" ? DEFAULT_AMR : amr) : [],
    ...(device === "" ? {} : { device }),
    ...(ip === "" ? {} : { ip }),
    ...(metadata === "" ? {} : { metadata }),
    ...numbers,
    current: ended === undefined ? hashAt(record, HASHES_AT) : "",
    next: ended === undefined ? hashAt(record, HASHES_AT + 32) : "",
    ...(elevation === undefined ? {} : { elevation }),
    ...(ended === undefined ? {} : { ended }),
  };
}

const hashAt = (record: Buffer, at: number): SecretHash => record.toString("base64url", at, at + 32);

/** NUMBERS of the scripts. */
function readNumbers(record: Buffer) {
  if (record[0] !== VERSION || record.length < IDENTITY_AT)
    throw new TypeError("a session record is not of this version");
  return {
    flags: record.readUInt8(1),
    kid: record.readUInt8(2),
    reuseCount: record.readUInt16BE(3),
    generation: record.readUInt32BE(5),
    createdAt: record.readUInt32BE(9),
    authTime: record.readUInt32BE(13),
    absoluteExpiresAt: record.readUInt32BE(17),
    expiresAt: record.readUInt32BE(21),
    retainUntil: record.readUInt32BE(25),
    epoch: record.readUIntBE(29, 6),
    rotatedAtMs: record.readUIntBE(35, 6),
  };
}

/** ELEVATION of the scripts. */
function readElevation(record: Buffer): Elevation {
  const packed = record.subarray(-ELEVATION_BYTES);
  return { from: packed.readUInt32BE(0), to: packed.readUInt32BE(4), atMs: packed.readUIntBE(8, 6) };
}

const MOMENT_BYTES = 11;

/** MOMENT of the scripts. A kind a newer gateway has written is passed over. */
export function readMoments(packed: Buffer): readonly Moment[] {
  const moments: Moment[] = [];
  for (let at = 0; at + MOMENT_BYTES <= packed.length; at += MOMENT_BYTES) {
    const kind = MOMENT_KINDS[packed.readUInt8(at) - 1];
    if (kind === undefined) continue;
    moments.push({
      kind,
      firstAt: packed.readUInt32BE(at + 1),
      lastAt: packed.readUInt32BE(at + 5),
      count: packed.readUInt16BE(at + 9),
    });
  }
  return moments;
}
