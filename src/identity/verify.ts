import { KeyObject } from "node:crypto";
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
} from "jose";
import { keyWeakness } from "../tokens/key-strength.js";
import { IDENTITY_HEADER, PASSAGE_HEADER, PASSAGE_TYP, passageAudience } from "./assertion.js";
import { type Identity, IdentityError } from "./identity.js";
import { type InboundHeaders, singleHeader } from "./inbound-headers.js";

export interface IdentityVerifierOptions {
  /** `<gateway>/identity`. */
  readonly issuer: string;
  /** The audience of this subgraph: its name, unless the gateway is configured differently. */
  readonly audience: string;
  /** URL of the key set, or the key set itself. Default `<issuer>/.well-known/jwks.json`. */
  readonly jwks?: string | JSONWebKeySet;
  /** Header that carries the identity. Default `authorization`. */
  readonly header?: string;
  /** By how much clocks may differ. Default 5: a token is valid for a minute at most. */
  readonly clockToleranceSeconds?: number;
  /** Unix time in milliseconds. Default: the clock. */
  readonly nowMs?: () => number;
}

export interface IdentityVerifier {
  /**
   * Headers of a request → identity of the caller.
   *
   * @throws IdentityError `UNAUTHENTICATED` when the request did not come through the gateway: without identity and
   * passage, or with one that does not verify. `SERVICE_UNAVAILABLE` when the keys of the gateway cannot be read.
   */
  verify(headers: InboundHeaders): Promise<Identity>;
}

const ALGORITHMS = ["ES256", "RS256", "PS256", "EdDSA"];
const IDENTITY_TYPES = new Set(["jwt", "at+jwt"]);
/** The gateway signs for a minute at most. An older token is replayed or forged. */
const MAX_TOKEN_AGE_SECONDS = 120;

const text = (claim: unknown): string | undefined =>
  typeof claim === "string" && claim !== "" ? claim : undefined;

/** Verified claims → identity. A missing or malformed claim never gives more rights. */
export function toIdentity(payload: JWTPayload): Identity {
  const subject = text(payload.sub);
  if (subject === undefined) throw new IdentityError("UNAUTHENTICATED", "the identity has no subject");
  const { sid, client_id, tid, acr, amr, auth_time, scope } = payload;
  const authTime = Number.isSafeInteger(auth_time) ? Number(auth_time) : undefined;
  const optional = {
    sessionId: text(sid),
    clientId: text(client_id),
    tenant: text(tid),
    authTime,
    acr: text(acr),
  };
  return {
    kind: "user",
    subject,
    scopes: new Set(typeof scope === "string" ? scope.split(" ").filter((token) => token !== "") : []),
    amr: Array.isArray(amr) && amr.every((method) => typeof method === "string") ? amr : [],
    claims: payload,
    ...withoutUndefined(optional),
  };
}

type Defined<Members> = { [Name in keyof Members]?: Exclude<Members[Name], undefined> };

function withoutUndefined<Members extends object>(members: Members): Defined<Members> {
  const kept = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as Defined<Members>; // the same members without undefined ones
}

const checkedKeys = new WeakMap<object, boolean>();

/** Can others sign with this key? Each key is checked once. */
function isWeak(key: object): boolean {
  const known = checkedKeys.get(key);
  if (known !== undefined) return known;
  const weak = keyWeakness(key instanceof KeyObject ? key : KeyObject.from(key as CryptoKey)) !== undefined;
  checkedKeys.set(key, weak);
  return weak;
}

/** Codes of jose when the key set cannot be read. ERR_JOSE_GENERIC is a status other than 200. */
const KEY_SET_ERRORS = new Set(["ERR_JOSE_GENERIC", "ERR_JWKS_TIMEOUT", "ERR_JWKS_INVALID"]);

/** A key set that cannot be read is a fault of the gateway or the network. Every other error is the caller's. */
function toIdentityError(error: unknown): IdentityError {
  if (error instanceof IdentityError) return error;
  // A key set that cannot be reached is an error of `fetch`, not of jose.
  return error instanceof errors.JOSEError && !KEY_SET_ERRORS.has(error.code)
    ? new IdentityError("UNAUTHENTICATED", `the identity does not verify (${error.code})`)
    : new IdentityError("SERVICE_UNAVAILABLE", "the keys of the gateway cannot be read");
}

/**
 * Creates the identity verifier of a subgraph. It checks signature, issuer, audience, type and age of the identity that
 * the gateway sends, and fetches and caches the keys itself.
 */
export function createIdentityVerifier(options: IdentityVerifierOptions): IdentityVerifier {
  const { issuer, audience, clockToleranceSeconds = 5, nowMs = Date.now } = options;
  const header = (options.header ?? IDENTITY_HEADER).toLowerCase();
  const jwks = options.jwks ?? `${issuer.replace(/\/$/, "")}/.well-known/jwks.json`;
  const keys =
    typeof jwks === "string"
      ? // A short cool-down: a development gateway generates new keys at each start.
        createRemoteJWKSet(new URL(jwks), { timeoutDuration: 5000, cooldownDuration: 5000 })
      : createLocalJWKSet(jwks);

  const read = async (token: string, expected: { audience: string; isType: (typ: string) => boolean }) => {
    const { payload, protectedHeader, key } = await jwtVerify(token, keys, {
      issuer,
      audience: expected.audience,
      algorithms: ALGORITHMS,
      clockTolerance: clockToleranceSeconds,
      maxTokenAge: MAX_TOKEN_AGE_SECONDS,
      requiredClaims: ["exp", "jti"],
      currentDate: new Date(nowMs()),
    });
    if (isWeak(key))
      throw new IdentityError(
        "UNAUTHENTICATED",
        "the identity is signed with a weak key, with which others can sign too",
      );
    // RFC 8725 §3.11: one kind of token must never be accepted as another.
    if (!expected.isType((protectedHeader.typ ?? "jwt").toLowerCase())) {
      throw new IdentityError("UNAUTHENTICATED", "the identity has another `typ` than expected");
    }
    return payload;
  };

  const verify = async (headers: InboundHeaders): Promise<Identity> => {
    const sent = singleHeader(headers, header);
    const passage = singleHeader(headers, PASSAGE_HEADER);
    if (sent === null || passage === null)
      throw new IdentityError("UNAUTHENTICATED", "an identity header was sent twice");
    if (sent !== undefined) {
      const token = header === IDENTITY_HEADER ? /^Bearer ([^ ]+)$/i.exec(sent)?.[1] : sent;
      if (token === undefined)
        throw new IdentityError("UNAUTHENTICATED", "the Authorization header is not a bearer token");
      return toIdentity(await read(token, { audience, isType: (typ) => IDENTITY_TYPES.has(typ) }));
    }
    if (passage === undefined) {
      throw new IdentityError("UNAUTHENTICATED", "the request did not come through the gateway");
    }
    await read(passage, { audience: passageAudience(audience), isType: (typ) => typ === PASSAGE_TYP });
    return { kind: "anonymous" };
  };

  return {
    verify: (headers) => verify(headers).catch((error: unknown) => Promise.reject(toIdentityError(error))),
  };
}
