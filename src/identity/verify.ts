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
  /** This subgraph's audience: its name, unless the gateway is configured otherwise. */
  readonly audience: string;
  /** Where the keys are. Default `<issuer>/.well-known/jwks.json`; a key set given here is used as it is. */
  readonly jwks?: string | JSONWebKeySet;
  /** Header that carries the identity. Default `authorization`. */
  readonly header?: string;
  /** Seconds by which clocks may differ. Default 5: a token lives a minute at most. */
  readonly clockToleranceSeconds?: number;
  /** Unix time in milliseconds. Default: the clock. */
  readonly nowMs?: () => number;
}

export interface IdentityVerifier {
  /**
   * Headers of a request → who is calling.
   *
   * @throws IdentityError `UNAUTHENTICATED` when the request did not come through the gateway: no identity and no
   * passage, or one that does not verify. `SERVICE_UNAVAILABLE` when the gateway's keys cannot be read.
   */
  verify(headers: InboundHeaders): Promise<Identity>;
}

const ALGORITHMS = ["ES256", "RS256", "PS256", "EdDSA"];
const IDENTITY_TYPES = new Set(["jwt", "at+jwt"]);
/** Seconds. The gateway signs for a minute at most; an older token is replayed or forged. */
const MAX_TOKEN_AGE = 120;

const text = (claim: unknown): string | undefined =>
  typeof claim === "string" && claim !== "" ? claim : undefined;

/** Verified claims → identity. Missing or odd claims give less, never more. */
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
  return Object.fromEntries(kept) as Defined<Members>; // the same members, less those that are undefined
}

const judged = new WeakMap<object, boolean>();

/** Is it a key that proves nothing? Looked into once. */
function isWeak(key: object): boolean {
  const known = judged.get(key);
  if (known !== undefined) return known;
  const weak = keyWeakness(key instanceof KeyObject ? key : KeyObject.from(key as CryptoKey)) !== undefined;
  judged.set(key, weak);
  return weak;
}

/** jose's codes for trouble with the key set; a plain JOSEError is an answer other than 200. */
const KEY_TROUBLE = new Set(["ERR_JOSE_GENERIC", "ERR_JWKS_TIMEOUT", "ERR_JWKS_INVALID"]);

/** Key trouble is the gateway's or the network's, everything else the caller's. */
function toIdentityError(error: unknown): IdentityError {
  if (error instanceof IdentityError) return error;
  // An unreachable key set fails in `fetch`, with no class of jose's.
  return error instanceof errors.JOSEError && !KEY_TROUBLE.has(error.code)
    ? new IdentityError("UNAUTHENTICATED", `the identity does not verify (${error.code})`)
    : new IdentityError("SERVICE_UNAVAILABLE", "the gateway's keys cannot be read");
}

/**
 * Creates what a subgraph needs to know who is calling: it checks signature, issuer, audience, type and age of what
 * the gateway sent, with keys it fetches and caches itself.
 */
export function createIdentityVerifier(options: IdentityVerifierOptions): IdentityVerifier {
  const { issuer, audience, clockToleranceSeconds = 5, nowMs = Date.now } = options;
  const header = (options.header ?? IDENTITY_HEADER).toLowerCase();
  const jwks = options.jwks ?? `${issuer.replace(/\/$/, "")}/.well-known/jwks.json`;
  const keys =
    typeof jwks === "string"
      ? // A gateway that drew its keys at start is believed again soon after the next start.
        createRemoteJWKSet(new URL(jwks), { timeoutDuration: 5000, cooldownDuration: 5000 })
      : createLocalJWKSet(jwks);

  const read = async (token: string, expected: { audience: string; isType: (typ: string) => boolean }) => {
    const { payload, protectedHeader, key } = await jwtVerify(token, keys, {
      issuer,
      audience: expected.audience,
      algorithms: ALGORITHMS,
      clockTolerance: clockToleranceSeconds,
      maxTokenAge: MAX_TOKEN_AGE,
      requiredClaims: ["exp", "jti"],
      currentDate: new Date(nowMs()),
    });
    if (isWeak(key)) throw new IdentityError("UNAUTHENTICATED", "signed with a key anybody can sign with");
    // RFC 8725 §3.11: one kind of token can never stand in for another.
    if (!expected.isType((protectedHeader.typ ?? "jwt").toLowerCase())) {
      throw new IdentityError("UNAUTHENTICATED", "a token of another kind");
    }
    return payload;
  };

  const verify = async (headers: InboundHeaders): Promise<Identity> => {
    const sent = singleHeader(headers, header);
    const passage = singleHeader(headers, PASSAGE_HEADER);
    if (sent === null || passage === null)
      throw new IdentityError("UNAUTHENTICATED", "an identity header twice");
    if (sent !== undefined) {
      const token = header === IDENTITY_HEADER ? /^Bearer ([^ ]+)$/i.exec(sent)?.[1] : sent;
      if (token === undefined) throw new IdentityError("UNAUTHENTICATED", "Authorization is no bearer token");
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
