import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import type { KeyId } from "../domain/brand.js";
import { ConfigError, FaultError } from "../domain/errors.js";
import type { Seconds, UnixSeconds } from "../domain/time.js";
import type { SigningAlgorithm } from "./algorithms.js";
import { signCompactJws } from "./jws.js";
import type { KeyRecord } from "./key-record.js";

/** A key that may sign now. It does not expose its private part. */
export interface SigningKey {
  readonly kid: KeyId;
  readonly algorithm: SigningAlgorithm;
  /** Claims → compact JWS with header `alg`, `kid`, `typ`. A promise when the key is in another system. */
  signJwt(typ: string, claims: Readonly<Record<string, unknown>>): string | Promise<string>;
}

/** A key whose signatures are accepted now, bound to one algorithm. The same key is the same object. */
export interface VerificationKey {
  readonly kid: KeyId;
  readonly algorithm: SigningAlgorithm;
  readonly publicKey: KeyObject;
}

export type KeyState = "next" | "active" | "retiring" | "gone";

export interface KeyDescription {
  readonly kid: KeyId;
  readonly algorithm: SigningAlgorithm;
  readonly state: KeyState;
  readonly activeFrom: UnixSeconds;
  readonly publicJwk: Readonly<Record<string, unknown>>;
}

/**
 * The keys of one issuer. Each goes through the states next → active → retiring → gone. The state is a pure function of
 * the keys and the time, so all gateways with the same file change keys in the same second, without communication.
 */
export interface KeyRing {
  /** @throws FaultError `SERVICE_UNAVAILABLE` when no key is active */
  signing(nowSeconds: UnixSeconds): SigningKey;
  /** The key with this id, if its signatures are accepted now: next, active or retiring. */
  verifying(kid: string, nowSeconds: UnixSeconds): VerificationKey | undefined;
  /** Every key, in the order of its file, for the key set document and the operator. */
  describe(nowSeconds: UnixSeconds): readonly KeyDescription[];
  /** Replaces all keys at once. @throws ConfigError and keeps the old keys */
  replace(records: readonly KeyRecord[]): void;
}

export interface KeyRingOptions {
  /**
   * How long a replaced key can still verify: the longest life of a token plus clock tolerance.
   * Default 90 000 s (a day and an hour).
   */
  readonly retentionSeconds?: Seconds;
}

interface Entry extends VerificationKey, SigningKey {
  readonly activeFrom: UnixSeconds;
  readonly retiredAt: UnixSeconds;
  readonly publicJwk: Readonly<Record<string, unknown>>;
}

function toEntry(record: KeyRecord): Entry {
  const privateKey = createPrivateKey({ key: record.privateJwk as JsonWebKey, format: "jwk" }); // parsed by key-file
  const publicKey = createPublicKey(privateKey);
  const { kid, algorithm } = record;
  return {
    kid,
    algorithm,
    publicKey,
    activeFrom: record.activeFrom,
    retiredAt: record.retiredAt ?? Number.POSITIVE_INFINITY,
    publicJwk: { ...publicKey.export({ format: "jwk" }), kid, alg: algorithm, use: "sig" },
    signJwt: (typ, claims) => signCompactJws({ kid, algorithm, privateKey }, typ, claims),
  };
}

function toEntries(records: readonly KeyRecord[]): readonly Entry[] {
  const entries = records.map(toEntry);
  const seen = new Set<string>();
  for (const { kid } of entries) {
    // A `kid` must identify one key, or the token could choose the key.
    if (seen.has(kid)) {
      throw new ConfigError([
        {
          kind: "DUPLICATE_KEY_ID",
          where: "keys",
          found: `two keys with the id ${kid}`,
          allowed: "one key per `kid`",
          fix: "remove one of them, or give it another `kid`",
        },
      ]);
    }
    seen.add(kid);
  }
  return entries;
}

/**
 * Builds a key ring.
 *
 * The active key is the one that started last; among those that started together, the first listed.
 *
 * @throws ConfigError when two keys share an id
 */
export function createKeyRing(records: readonly KeyRecord[], options: KeyRingOptions = {}): KeyRing {
  const retentionSeconds = options.retentionSeconds ?? 90_000;
  let entries = toEntries(records);

  const active = (now: UnixSeconds): Entry | undefined => {
    let best: Entry | undefined;
    for (const entry of entries) {
      if (entry.activeFrom > now || entry.retiredAt <= now) continue;
      if (best === undefined || entry.activeFrom > best.activeFrom) best = entry;
    }
    return best;
  };

  /** When the first later key became active; infinity while none has. */
  const replacedAt = (entry: Entry, now: UnixSeconds): UnixSeconds => {
    let at = Number.POSITIVE_INFINITY;
    for (const other of entries) {
      if (other.activeFrom > entry.activeFrom && other.activeFrom <= now) at = Math.min(at, other.activeFrom);
    }
    return at;
  };

  const stateOf = (entry: Entry, now: UnixSeconds): KeyState => {
    if (entry.retiredAt <= now) return "gone";
    if (entry.activeFrom > now) return "next";
    if (entry === active(now)) return "active";
    return replacedAt(entry, now) + retentionSeconds <= now ? "gone" : "retiring";
  };

  return {
    signing(now) {
      const entry = active(now);
      if (entry === undefined)
        throw new FaultError("SERVICE_UNAVAILABLE", "no signing key is active now; see `cardea keys list`");
      return entry;
    },
    verifying(kid, now) {
      const entry = entries.find((candidate) => candidate.kid === kid);
      return entry === undefined || stateOf(entry, now) === "gone" ? undefined : entry;
    },
    describe: (now) =>
      entries.map((entry) => ({
        kid: entry.kid,
        algorithm: entry.algorithm,
        state: stateOf(entry, now),
        activeFrom: entry.activeFrom,
        publicJwk: entry.publicJwk,
      })),
    replace(next) {
      const replaced = toEntries(next);
      // An unchanged key stays the same object, so that tokens verified with it stay in the cache.
      entries = replaced.map((entry) => {
        const old = entries.find((candidate) => sameKey(candidate, entry));
        return old ?? entry;
      });
    },
  };
}

const sameKey = (a: Entry, b: Entry): boolean =>
  a.kid === b.kid &&
  a.algorithm === b.algorithm &&
  a.activeFrom === b.activeFrom &&
  a.retiredAt === b.retiredAt &&
  a.publicKey.equals(b.publicKey);
