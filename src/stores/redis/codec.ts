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
import { packText, packTexts, textReader } from "./texts.js";

// The layout of a record is told in `scripts/lib/record.lua`.
const VERSION = 2;
const HASH_AT = 40;
const IDENTITY_AT = 72;
const ELEVATION_BYTES = 14;
const FLAGS = { cookie: 1, side: 2, plain: 4, ipv4: 8, elevated: 16, revoked: 32, reused: 64 } as const;

/** Where a detail is longer, all of them stand in the side key, so that a refresh does not write them anew. */
const LONGEST_DETAIL_BYTES = 64;
const IPV4_BYTES = 4;
/** The commonest proof is told by a flag. */
const PLAIN_AMR = "pwd";

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

type Proof = Pick<CreateSession, "acr" | "amr">;

const isPlain = ({ acr, amr }: Proof): boolean => acr === undefined && amr.join(" ") === PLAIN_AMR;

/** Empty for a password alone. */
export const packProof = (proof: Proof): Buffer =>
  isPlain(proof) ? Buffer.alloc(0) : packTexts(proof.acr ?? "", proof.amr.join(" "));

/** What only people look at, and the scopes. */
function packDetails({ scopes, device = "", ip = "", metadata = "" }: CreateSession): {
  readonly packed: Buffer;
  readonly isLong: boolean;
} {
  const texts = [scopes.join(" "), device, ip, metadata];
  const isLong = metadata !== "" || texts.some((text) => Buffer.byteLength(text) > LONGEST_DETAIL_BYTES);
  const address = isIPv4(ip) ? Buffer.from(ip.split(".").map(Number)) : packText(ip);
  const rest = metadata === "" ? Buffer.alloc(0) : packText(metadata);
  return { packed: Buffer.concat([packTexts(scopes.join(" "), device), address, rest]), isLong };
}

/** The flags of a new session, its texts without the details, and these. */
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
    clientId: client === "" ? DEFAULT_CLIENT : clientId(client),
    delivery: has(FLAGS.cookie) ? "cookie" : "bearer",
    scopes,
    ...(acr === "" ? {} : { acr }),
    amr: words(amr),
    ...(device === "" ? {} : { device }),
    ...(ip === "" ? {} : { ip }),
    ...(metadata === "" ? {} : { metadata }),
    ...numbers,
    next: ended === undefined ? record.toString("base64url", HASH_AT, IDENTITY_AT) : "",
    ...(elevation === undefined ? {} : { elevation }),
    ...(ended === undefined ? {} : { ended }),
  };
}

/** NUMBERS of the scripts. */
function readNumbers(record: Buffer) {
  if (record[0] !== VERSION || record.length < IDENTITY_AT)
    throw new TypeError("a session record is not of this version");
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
    rotatedAtMs: record.readUIntBE(34, 6),
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
