import { isIPv4 } from "node:net";
import {
  type ClientId,
  clientId,
  DEFAULT_CLIENT,
  DEFAULT_TENANT,
  type SessionId,
  type TenantId,
  tenantId,
  type UserId,
  userId,
} from "../../../domain/brand.js";
import type { CreateSession } from "../../../domain/commands.js";
import { MOMENT_KINDS, type Moment } from "../../../domain/moments.js";
import type { Elevation, RetiredChain, SecretHash, Session } from "../../../domain/session.js";
import { packText, packTexts, textReader } from "./texts.js";

// `scripts/lib/record.lua` describes the layout of a record.
const VERSION = 3;
const NUMBERS_BYTES = 44;
const HASH_BYTES = 16;
const IDENTITY_AT = NUMBERS_BYTES + 2 * HASH_BYTES;
const ELEVATION_BYTES = 14;
const FLAGS = {
  cookie: 1,
  side: 2,
  plain: 4,
  ipv4: 8,
  elevated: 16,
  unseen: 32,
  revoked: 64,
  reused: 128,
} as const;

/** If a detail is longer, all details are in the side key, so that a refresh does not write them again. */
const MAX_DETAIL_BYTES = 64;
const IPV4_BYTES = 4;
/** The most common proof is stored as a flag. */
const PLAIN_AMR = "pwd";

/** The default tenant is stored as an empty string. */
export const tenantField = (tenant: string): string => (tenant === DEFAULT_TENANT ? "" : tenant);
const clientField = (client: string): string => (client === DEFAULT_CLIENT ? "" : client);
export const clientOf = (field: string): ClientId => (field === "" ? DEFAULT_CLIENT : clientId(field));

/** Records keep half of a hash. */
export const hashBytes = (hash: SecretHash): Buffer => Buffer.from(hash, "base64url").subarray(0, HASH_BYTES);

const NO_HASH = Buffer.alloc(HASH_BYTES);

/** Both hashes, as stored in a record. */
export const packHashes = (next: SecretHash, ahead: SecretHash | undefined): Buffer =>
  Buffer.concat([hashBytes(next), ahead === undefined ? NO_HASH : hashBytes(ahead)]);

export interface Identity {
  readonly userId: UserId;
  readonly tenant: TenantId;
  /** Absent: any client. */
  readonly clientId?: string | undefined;
}

/** The bytes of a record for user, tenant and client; without a client, the beginning of these bytes. */
export const packIdentity = ({ userId: user, tenant, clientId: client }: Identity): Buffer =>
  packTexts(user, tenantField(tenant), ...(client === undefined ? [] : [clientField(client)]));

/** A list of clients, encoded as in records. */
export const packClients = (clients: readonly string[]): Buffer => packTexts(...clients.map(clientField));

type Proof = Pick<CreateSession, "acr" | "amr">;

const isPlain = ({ acr, amr }: Proof): boolean => acr === undefined && amr.join(" ") === PLAIN_AMR;

/** Empty for a login with password only. */
export const packProof = (proof: Proof): Buffer =>
  isPlain(proof) ? Buffer.alloc(0) : packTexts(proof.acr ?? "", proof.amr.join(" "));

/** The scopes, and the details that are only displayed. */
function packDetails({ scopes, device = "", ip = "", metadata = "" }: CreateSession): {
  readonly packed: Buffer;
  readonly isLong: boolean;
} {
  const texts = [scopes.join(" "), device, ip, metadata];
  const isLong = metadata !== "" || texts.some((text) => Buffer.byteLength(text) > MAX_DETAIL_BYTES);
  const address = isIPv4(ip) ? Buffer.from(ip.split(".").map(Number)) : packText(ip);
  const rest = metadata === "" ? Buffer.alloc(0) : packText(metadata);
  return { packed: Buffer.concat([packTexts(scopes.join(" "), device), address, rest]), isLong };
}

/** Flags, texts and details for the record of a new session. */
export function packCreation(command: CreateSession): {
  readonly flags: number;
  readonly who: Buffer;
  readonly details: Buffer;
} {
  const { packed, isLong } = packDetails(command);
  const flags =
    (command.delivery === "cookie" ? FLAGS.cookie : 0) |
    (isLong ? FLAGS.side : 0) |
    (isPlain(command) ? FLAGS.plain : 0) |
    (isIPv4(command.ip ?? "") ? FLAGS.ipv4 : 0);
  return { flags, who: Buffer.concat([packIdentity(command), packProof(command)]), details: packed };
}

const words = (text: string): string[] => text.split(" ").filter((word) => word !== "");

/**
 * Rebuilds a session from its record.
 *
 * @param side - the content of the side key; used only if the flags of the record say so
 */
export function readSession(id: SessionId, record: Buffer, side: Buffer): Session {
  const { flags, ...numbers } = readNumbers(record);
  const ended = flags >= FLAGS.reused ? "reused" : flags >= FLAGS.revoked ? "revoked" : undefined;
  const has = (flag: number) => (flags & flag) !== 0;
  const { elevation, behind } = has(FLAGS.elevated) ? readElevation(record) : NO_ELEVATION;
  const texts = textReader(record.subarray(IDENTITY_AT, record.length - behind));
  const user = texts.text();
  const tenant = texts.text();
  const client = texts.text();
  const plain = has(FLAGS.plain);
  const acr = plain ? "" : texts.text();
  const amr = plain ? PLAIN_AMR : texts.text();
  const details = has(FLAGS.side) ? textReader(side) : texts;
  const scopes = words(details.text());
  const device = details.text();
  const ip = has(FLAGS.ipv4) ? details.bytes(IPV4_BYTES).join(".") : details.text();
  const metadata = details.text();
  return {
    id,
    tenant: tenant === "" ? DEFAULT_TENANT : tenantId(tenant),
    userId: userId(user),
    clientId: clientOf(client),
    delivery: has(FLAGS.cookie) ? "cookie" : "bearer",
    scopes,
    ...(acr === "" ? {} : { acr }),
    amr: words(amr),
    ...(device === "" ? {} : { device }),
    ...(ip === "" ? {} : { ip }),
    ...(metadata === "" ? {} : { metadata }),
    ...numbers,
    ...(ended === undefined ? readHashes(record) : { next: "" }),
    ...(has(FLAGS.unseen) ? { unseen: true as const } : {}),
    ...(elevation === undefined ? {} : { elevation }),
    ...(ended === undefined ? {} : { ended }),
  };
}

/** Parses NUMBERS of the scripts. */
function readNumbers(record: Buffer) {
  if (record[0] !== VERSION || record.length < IDENTITY_AT)
    throw new TypeError(
      "the version of a session record is not supported; a newer gateway may have written it",
    );
  const rotatedAtMs = record.readUIntBE(34, 6);
  const late = record.readUInt32BE(40);
  return {
    flags: record.readUInt8(1),
    kid: record.readUInt8(2),
    reuseCount: record.readUInt8(3),
    generation: record.readUInt32BE(4),
    createdAt: record.readUInt32BE(8),
    authTime: record.readUInt32BE(12),
    absoluteExpiresAt: record.readUInt32BE(16),
    expiresAt: record.readUInt32BE(20),
    retainUntil: record.readUInt32BE(24),
    epoch: record.readUIntBE(28, 6),
    rotatedAtMs,
    ...(late === 0 ? {} : { lateAtMs: rotatedAtMs + late }),
  };
}

function readHashes(record: Buffer): Pick<Session, "next" | "ahead"> {
  const at = (from: number) => record.subarray(from, from + HASH_BYTES);
  const ahead = at(NUMBERS_BYTES + HASH_BYTES);
  return {
    next: at(NUMBERS_BYTES).toString("base64url"),
    ...(ahead.equals(NO_HASH) ? {} : { ahead: ahead.toString("base64url") }),
  };
}

const NO_ELEVATION = { elevation: undefined, behind: 0 };

/** Parses ELEVATION of the scripts. `behind` is its length at the end of the record. */
function readElevation(record: Buffer): { readonly elevation: Elevation; readonly behind: number } {
  const packed = record.subarray(-ELEVATION_BYTES);
  const elevation = {
    from: packed.readUInt32BE(0),
    to: packed.readUInt32BE(4),
    atMs: packed.readUIntBE(8, 6),
  };
  const { flags, generation } = readNumbers(record);
  const isUnused = (flags & FLAGS.unseen) !== 0 && generation === elevation.to;
  if (!isUnused) return { elevation, behind: ELEVATION_BYTES };
  const end = record.length - ELEVATION_BYTES - 2;
  const length = record.readUInt16BE(end);
  return {
    elevation: { ...elevation, retired: readRetired(record.subarray(end - length, end)) },
    behind: ELEVATION_BYTES + 2 + length,
  };
}

function readRetired(chain: Buffer): RetiredChain {
  const { flags, generation, kid, reuseCount, rotatedAtMs, lateAtMs, authTime } = readNumbers(chain);
  const texts = textReader(chain.subarray(IDENTITY_AT));
  const plain = (flags & FLAGS.plain) !== 0;
  const acr = plain ? "" : texts.text();
  return {
    generation,
    kid,
    reuseCount,
    rotatedAtMs,
    ...(lateAtMs === undefined ? {} : { lateAtMs }),
    ...readHashes(chain),
    ...((flags & FLAGS.unseen) === 0 ? {} : { unseen: true as const }),
    authTime,
    ...(acr === "" ? {} : { acr }),
    amr: words(plain ? PLAIN_AMR : texts.text()),
  };
}

const MOMENT_BYTES = 11;

/** Parses MOMENT of the scripts. Skips a kind that only a newer version knows. */
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
