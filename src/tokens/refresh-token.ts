import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { HEALED_GENERATIONS, type SecretHash } from "../domain/session.js";

/** Prefix of our refresh tokens; secret scanners look for it. */
export const REFRESH_TOKEN_PREFIX = "crt_";
const VERSION = 1;
/** The only flag: see {@link RefreshToken.isBound}. Covered by the MAC, so nobody can take it off. */
const BOUND = 1;
const BODY_BYTES = 71;
const TOKEN_BYTES = 87;
const TEXT_LENGTH = REFRESH_TOKEN_PREFIX.length + (TOKEN_BYTES / 3) * 4;
const MIN_PEPPER_BYTES = 32;
const THUMBPRINT_BYTES = 32;

/** A parsed refresh token. */
export interface RefreshToken {
  /** Id of the pepper for the MAC of this token and for the secret of its successor; 0–255. */
  readonly kid: number;
  /** First 16 bytes of SHA-256(u16be len(tenant) ‖ tenant ‖ uid). */
  readonly reference: Buffer;
  /** The 16 random bytes of the session id. */
  readonly session: Buffer;
  readonly generation: number;
  /** S, 32 bytes. */
  readonly secret: Buffer;
  /** The token is bound to a key of the client: it is worth nothing without a proof with that key (RFC 9449 §5). */
  readonly isBound?: true;
}

/** A server secret for refresh tokens. The first of a ring is active; tokens of the others can still be read. */
export interface Pepper {
  /** 0–255; part of the token. */
  readonly id: number;
  /** At least 32 bytes. A string is encoded as UTF-8. */
  readonly secret: string | Uint8Array;
}

/** Reads, writes and derives refresh tokens under a ring of peppers. */
export interface RefreshTokenRing {
  /** The pepper for new tokens. */
  readonly activeKid: number;
  /** Every readable pepper, the active one first. */
  readonly kids: readonly number[];
  /**
   * The parsed token; `undefined` when the text is not exactly one of our tokens: length, prefix, canonical base64url,
   * version, flags, known pepper, MAC. The caller does not learn which check failed (docs/spec/sessions.md §2.5).
   */
  parse(text: unknown): RefreshToken | undefined;
  /**
   * The id of the pepper in a text of the right format, when this ring does not have that pepper. Another gateway may
   * have it, so this gateway cannot decide whether the text is one of our tokens.
   */
  unknownPepper(text: unknown): number | undefined;
  format(token: RefreshToken): string;
  /**
   * The successor of a token. Its secret is derived with the pepper of the token; `kid` becomes the pepper of the
   * successor. Every gateway computes the same result.
   */
  successor(token: RefreshToken, kid: number): RefreshToken;
}

/**
 * The hash of a secret for the store: base64url(SHA-256(S)), and of a bound token base64url(SHA-256(S ‖ jkt)). So the
 * store knows the key without a field for it, and a token with another key is one that was never issued.
 *
 * @param thumbprint - the `jkt` of the proof that came with a bound token: base64url of 32 bytes
 * @throws TypeError for a bound token without it
 */
export function secretHash(token: RefreshToken, thumbprint?: string): SecretHash {
  const hash = createHash("sha256").update(token.secret);
  if (token.isBound === true) {
    const key = Buffer.from(thumbprint ?? "", "base64url");
    if (key.length !== THUMBPRINT_BYTES)
      throw new TypeError(
        "a bound refresh token is hashed with the thumbprint of its key, and there is none",
      );
    hash.update(key);
  }
  return hash.digest("base64url");
}

/** The hashes of the secrets after that of a token, for the store. All are derived with the pepper of the token. */
export function hashesAfter(
  ring: Pick<RefreshTokenRing, "successor">,
  token: RefreshToken,
  thumbprint?: string,
): { readonly next: SecretHash; readonly ahead: SecretHash } {
  const next = ring.successor(token, token.kid);
  let ahead = next;
  for (let step = 1; step < HEALED_GENERATIONS; step += 1) ahead = ring.successor(ahead, token.kid);
  return { next: secretHash(next, thumbprint), ahead: secretHash(ahead, thumbprint) };
}

/** Long enough that two secrets rarely share a tag, too short to test guesses of a secret. */
const TAG_BYTES = 4;

/** A public tag of a pepper, by which gateways detect different secrets under one id. */
export const pepperTag = ({ secret }: Pepper): string =>
  createHmac("sha256", secret)
    .update("cardea/rt/tag/1")
    .digest()
    .subarray(0, TAG_BYTES)
    .toString("base64url");

/**
 * Creates the ring; `peppers[0]` is active.
 *
 * @param retiredIds - ids of peppers that no gateway may have any more: their tokens are invalid
 * @throws TypeError for an empty ring, a duplicate or invalid id, or a secret under 32 bytes
 */
export function createRefreshTokenRing(
  peppers: readonly Pepper[],
  retiredIds: readonly number[] = [],
): RefreshTokenRing {
  const retired = new Set(retiredIds);
  const keys = new Map<number, { readonly pepper: Buffer; readonly mac: Buffer }>();
  for (const { id, secret } of peppers) {
    if (!Number.isInteger(id) || id < 0 || id > 255)
      throw new TypeError(`refresh pepper id ${id} is not a whole number from 0 to 255`);
    if (keys.has(id)) throw new TypeError(`refresh pepper id ${id} is used twice; ids must be unique`);
    const pepper = Buffer.from(typeof secret === "string" ? Buffer.from(secret, "utf8") : secret);
    if (pepper.length < MIN_PEPPER_BYTES)
      throw new TypeError(
        `refresh pepper ${id} has ${pepper.length} bytes; it needs at least ${MIN_PEPPER_BYTES}`,
      );
    keys.set(id, { pepper, mac: createHmac("sha256", pepper).update("cardea/rt/mac/1").digest() });
  }
  const active = peppers[0];
  if (active === undefined)
    throw new TypeError("there is no refresh pepper; give at least one (tokens.refreshPeppers)");

  const keyOf = (kid: number) => {
    const key = keys.get(kid);
    if (key === undefined) throw new TypeError(`refresh pepper ${kid} is not in the ring`);
    return key;
  };
  const macOf = (kid: number, body: Buffer) =>
    createHmac("sha256", keyOf(kid).mac)
      .update(body)
      .digest()
      .subarray(0, TOKEN_BYTES - BODY_BYTES);

  return {
    activeKid: active.id,
    kids: [...keys.keys()],
    unknownPepper(text) {
      const kid = readBytes(text)?.readUInt8(2);
      return kid === undefined || keys.has(kid) || retired.has(kid) ? undefined : kid;
    },
    parse(text) {
      const bytes = readBytes(text);
      const kid = bytes?.readUInt8(2);
      if (bytes === undefined || kid === undefined || !keys.has(kid)) return undefined;
      const body = bytes.subarray(0, BODY_BYTES);
      if (!timingSafeEqual(macOf(kid, body), bytes.subarray(BODY_BYTES))) return undefined;
      return {
        kid,
        reference: body.subarray(3, 19),
        session: body.subarray(19, 35),
        generation: body.readUInt32BE(35),
        secret: body.subarray(39, 71),
        ...(body.readUInt8(1) === BOUND ? { isBound: true } : {}),
      };
    },
    format(token) {
      const body = Buffer.concat([
        Buffer.from([VERSION, token.isBound === true ? BOUND : 0, token.kid]),
        token.reference,
        token.session,
        uint32(token.generation),
        token.secret,
      ]);
      return REFRESH_TOKEN_PREFIX + Buffer.concat([body, macOf(token.kid, body)]).toString("base64url");
    },
    successor(token, kid) {
      const generation = token.generation + 1;
      const secret = createHmac("sha256", keyOf(token.kid).pepper)
        .update("cardea/rt/next/1")
        .update(Buffer.from([VERSION, token.kid]))
        .update(token.reference)
        .update(token.session)
        .update(uint32(generation))
        .update(token.secret)
        .digest();
      const { reference, session, isBound } = token;
      return { kid, reference, session, generation, secret, ...(isBound === true ? { isBound } : {}) };
    },
  };
}

/** The bytes of a text that has the format of a refresh token, in its canonical spelling. */
function readBytes(text: unknown): Buffer | undefined {
  if (typeof text !== "string" || text.length !== TEXT_LENGTH) return undefined;
  if (!text.startsWith(REFRESH_TOKEN_PREFIX)) return undefined;
  const encoded = text.slice(REFRESH_TOKEN_PREFIX.length);
  const bytes = Buffer.from(encoded, "base64url");
  if (bytes.length !== TOKEN_BYTES || bytes.toString("base64url") !== encoded) return undefined;
  const isKnownFlag = bytes.readUInt8(1) === 0 || bytes.readUInt8(1) === BOUND;
  return bytes.readUInt8(0) === VERSION && isKnownFlag ? bytes : undefined;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
