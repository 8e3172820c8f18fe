import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { ConfigError, FaultError } from "../domain/errors.js";
import { isCanonicalBase64url } from "./base64url.js";
import { MAX_TOKEN_LENGTH } from "./jws.js";

/** Prefix of opaque access tokens. Refresh tokens have `crt_`, so the two cannot be confused. */
export const OPAQUE_PREFIX = "cat_";

const VERSION = 1;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 2 + SALT_BYTES + NONCE_BYTES;
const MIN_SECRET_BYTES = 32;

/** A secret for sealing tokens. `id` is part of every token; never reuse it for another secret. */
export interface SealingSecret {
  /** 0–255. */
  readonly id: number;
  /** At least 32 random bytes. */
  readonly secret: Uint8Array;
}

export interface Opened {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly secretId: number;
}

/** Encrypts claims, so that only gateways can read them, and decrypts them without a store. */
export interface TokenSealer {
  seal(claims: Readonly<Record<string, unknown>>): string;
  /** `undefined` for a token that was not sealed with one of these secrets. Never throws on bad input. */
  open(token: string): Opened | undefined;
  /** Are tokens sealed with this secret still accepted? */
  isTrusted(secretId: number): boolean;
  /** Replaces the secrets: the first seals, all open. */
  replace(secrets: readonly SealingSecret[]): void;
}

/**
 * The key of one token: HMAC-SHA-256(secret, label ‖ salt). Every token has 128 random bits of salt and 96 of nonce, so
 * the same key and nonce are never used twice, however many tokens are sealed.
 */
const keyOf = (secret: Uint8Array, salt: Uint8Array): Buffer =>
  createHmac("sha256", secret).update("cardea/at/seal/1").update(salt).digest();

function checked(secrets: readonly SealingSecret[]): ReadonlyMap<number, SealingSecret> {
  const byId = new Map(secrets.map((secret) => [secret.id, secret]));
  const sound = secrets.every(
    ({ id, secret }) => Number.isInteger(id) && id >= 0 && id <= 255 && secret.length >= MIN_SECRET_BYTES,
  );
  if (sound && byId.size === secrets.length) return byId;
  throw new ConfigError([
    {
      kind: "BAD_KEY",
      where: "tokens sealing secrets",
      found: "a repeated id, an id out of range or a secret that is too short",
      allowed: `ids 0–255, each once; secrets of at least ${MIN_SECRET_BYTES} bytes`,
      fix: "generate a new secret and give it an unused id",
    },
  ]);
}

/**
 * Opaque access tokens (docs/spec/sessions.md §1.2): `cat_` + base64url(version u8 ‖ secret id u8 ‖ salt 16 ‖ nonce 12
 * ‖ AES-256-GCM of the claims ‖ tag 16). The bytes before the ciphertext are authenticated too.
 *
 * @param secrets - the first seals, all open
 * @throws ConfigError for a repeated id or a short secret
 */
export function createTokenSealer(secrets: readonly SealingSecret[]): TokenSealer {
  let ring = checked(secrets);
  return {
    seal(claims) {
      const [first] = ring.values();
      if (first === undefined)
        throw new FaultError("SERVICE_UNAVAILABLE", "there is no sealing secret (tokens.sealingSecrets)");
      const head = Buffer.concat([Buffer.from([VERSION, first.id]), randomBytes(SALT_BYTES + NONCE_BYTES)]);
      const key = keyOf(first.secret, head.subarray(2, 2 + SALT_BYTES));
      const cipher = createCipheriv("aes-256-gcm", key, head.subarray(2 + SALT_BYTES)).setAAD(head);
      const sealed = [
        head,
        cipher.update(JSON.stringify(claims), "utf8"),
        cipher.final(),
        cipher.getAuthTag(),
      ];
      return OPAQUE_PREFIX + Buffer.concat(sealed).toString("base64url");
    },
    open(token) {
      if (token.length > MAX_TOKEN_LENGTH || !token.startsWith(OPAQUE_PREFIX)) return undefined;
      const text = token.slice(OPAQUE_PREFIX.length);
      if (!isCanonicalBase64url(text)) return undefined;
      const bytes = Buffer.from(text, "base64url");
      if (bytes.length < HEADER_BYTES + TAG_BYTES || bytes[0] !== VERSION) return undefined;
      const secret = ring.get(bytes.readUInt8(1));
      if (secret === undefined) return undefined;
      const head = bytes.subarray(0, HEADER_BYTES);
      const key = keyOf(secret.secret, head.subarray(2, 2 + SALT_BYTES));
      const decipher = createDecipheriv("aes-256-gcm", key, head.subarray(2 + SALT_BYTES), {
        authTagLength: TAG_BYTES,
      }).setAAD(head);
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      try {
        const plain = Buffer.concat([
          decipher.update(bytes.subarray(HEADER_BYTES, -TAG_BYTES)),
          decipher.final(),
        ]);
        const claims: unknown = JSON.parse(plain.toString("utf8"));
        if (typeof claims !== "object" || claims === null || Array.isArray(claims)) return undefined;
        return { claims: claims as Opened["claims"], secretId: secret.id }; // checked above to be an object
      } catch {
        return undefined; // the tag is wrong: the token is not ours
      }
    },
    isTrusted: (secretId) => ring.has(secretId),
    replace(next) {
      ring = checked(next);
    },
  };
}
