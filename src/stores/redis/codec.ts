import {
  clientId,
  DEFAULT_CLIENT,
  DEFAULT_TENANT,
  type SessionId,
  tenantId,
  userId,
} from "../../domain/brand.js";
import type { CreateSession } from "../../domain/commands.js";
import type { Elevation, SecretHash, Session } from "../../domain/session.js";
import { MOMENT_KINDS, type Moment } from "../../domain/timeline.js";

/** Fields of the session hash as the scripts keep them; see `scripts/prelude.lua`. */
type Fields = ReadonlyMap<string, Buffer>;

const DEFAULT_AMR = "pwd";

/** Left out where it is the common one: an empty string stands for the default. */
export const tenantField = (tenant: string): string => (tenant === DEFAULT_TENANT ? "" : tenant);
export const clientField = (client: string): string => (client === DEFAULT_CLIENT ? "" : client);

export const hashBytes = (hash: SecretHash): Buffer => Buffer.from(hash, "base64url");

/** `a` and `m`, as name and value pairs. */
export function proofFields(proof: { readonly acr?: string; readonly amr: readonly string[] }): string[] {
  const amr = proof.amr.join(" ");
  return [...(proof.acr === undefined ? [] : ["a", proof.acr]), ...(amr === DEFAULT_AMR ? [] : ["m", amr])];
}

/** The fields of a new session that are not numbers, as name and value pairs. */
export function sessionFields(command: CreateSession): (string | Buffer)[] {
  const tenant = tenantField(command.tenant);
  const client = clientField(command.clientId);
  return [
    "h",
    Buffer.concat([hashBytes(command.current), hashBytes(command.next)]),
    "u",
    command.userId,
    ...(tenant === "" ? [] : ["t", tenant]),
    ...(client === "" ? [] : ["c", client]),
    ...(command.scopes.length === 0 ? [] : ["s", command.scopes.join(" ")]),
    ...proofFields(command),
    ...(command.device === undefined ? [] : ["d", command.device]),
    ...(command.ip === undefined ? [] : ["i", command.ip]),
    ...(command.metadata === undefined ? [] : ["j", command.metadata]),
  ];
}

const words = (text: string | undefined): string[] =>
  text === undefined || text === "" ? [] : text.split(" ");

/** Rebuilds a session from the field list a script answered with. */
export function readSession(id: SessionId, retainUntil: number, flat: readonly unknown[]): Session {
  const fields = toFields(flat);
  const text = (name: string) => fields.get(name)?.toString("utf8");
  const numbers = readNumbers(fields);
  const hashes = fields.get("h");
  const acr = text("a");
  const device = text("d");
  const ip = text("i");
  const metadata = text("j");
  const elevation = readElevation(fields);
  const ended = numbers.flags >= 4 ? "reused" : numbers.flags >= 2 ? "revoked" : undefined;
  return {
    id,
    tenant: tenantId(text("t") ?? DEFAULT_TENANT),
    userId: userId(text("u") ?? ""),
    clientId: clientId(text("c") ?? DEFAULT_CLIENT),
    delivery: numbers.flags % 2 === 1 ? "cookie" : "bearer",
    scopes: words(text("s")),
    createdAt: numbers.createdAt,
    authTime: numbers.authTime,
    ...(acr === undefined ? {} : { acr }),
    amr: ended === undefined ? words(text("m") ?? DEFAULT_AMR) : [],
    ...(device === undefined ? {} : { device }),
    ...(ip === undefined ? {} : { ip }),
    ...(metadata === undefined ? {} : { metadata }),
    expiresAt: numbers.expiresAt,
    absoluteExpiresAt: numbers.absoluteExpiresAt,
    retainUntil,
    epoch: numbers.epoch,
    generation: numbers.generation,
    rotatedAtMs: numbers.rotatedAtMs,
    reuseCount: numbers.reuseCount,
    kid: numbers.kid,
    current: hashes?.subarray(0, 32).toString("base64url") ?? "",
    next: hashes?.subarray(32, 64).toString("base64url") ?? "",
    ...(elevation === undefined ? {} : { elevation }),
    ...(ended === undefined ? {} : { ended }),
  };
}

function toFields(flat: readonly unknown[]): Fields {
  const fields = new Map<string, Buffer>();
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const value = flat[i + 1];
    fields.set(String(flat[i]), Buffer.isBuffer(value) ? value : Buffer.from(String(value), "utf8"));
  }
  return fields;
}

/** NUMBERS in the prelude. */
function readNumbers(fields: Fields) {
  const packed = fields.get("n") ?? Buffer.alloc(0);
  if (packed.length !== 36) throw new TypeError("a session record is not of this version");
  return {
    createdAt: packed.readUInt32BE(0),
    authTime: packed.readUInt32BE(4),
    absoluteExpiresAt: packed.readUInt32BE(8),
    expiresAt: packed.readUInt32BE(12),
    epoch: packed.readUIntBE(16, 6),
    rotatedAtMs: packed.readUIntBE(22, 6),
    generation: packed.readUInt32BE(28),
    reuseCount: packed.readUInt16BE(32),
    kid: packed.readUInt8(34),
    flags: packed.readUInt8(35),
  };
}

/** ELEVATION in the prelude. */
function readElevation(fields: Fields): Elevation | undefined {
  const packed = fields.get("e");
  return packed?.length === 14
    ? { from: packed.readUInt32BE(0), to: packed.readUInt32BE(4), atMs: packed.readUIntBE(8, 6) }
    : undefined;
}

const MOMENT_BYTES = 11;

/** MOMENT in the prelude. A kind a newer gateway has written is passed over. */
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
