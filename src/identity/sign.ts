import { createHash, randomBytes } from "node:crypto";
import { TwoGenerations } from "../caching/two-generations.js";
import type { Authenticated, Principal } from "../domain/principal.js";
import { type Clock, nowSeconds, type UnixSeconds } from "../domain/time.js";
import {
  ASSERTION_LIFETIME_SECONDS,
  IDENTITY_HEADER,
  type IdentityTyp,
  PASSAGE_HEADER,
  PASSAGE_TYP,
  passageAudience,
} from "./assertion.js";
import { identityClaims } from "./identity-claims.js";
import { plainHeaders } from "./plain-headers.js";
import { isReusable, type SignedAssertion } from "./signed-assertion.js";

/** How the identity of the caller is sent to one subgraph. */
export interface SubgraphIdentity {
  /** `jwt` (default): a signed token. `header`: plain `x-user-*`. `none`: nothing. */
  readonly mode?: "jwt" | "none" | "header";
  /** Default: the subgraph's name. */
  readonly audience?: string | undefined;
  readonly extraAudiences?: readonly string[];
  /** Default `JWT`. */
  readonly typ?: IdentityTyp;
  /** Names of the custom claims that it receives. Default: none. */
  readonly claims?: readonly string[];
  /** Default `authorization`, with `Bearer` before the token. Any other header has the token only. */
  readonly header?: string | undefined;
}

/** A key that may sign now; the same object as long as it is the same key. */
export interface IdentityKey {
  signJwt(typ: string, claims: Readonly<Record<string, unknown>>): string | Promise<string>;
}

/** The part of a key ring that the signer needs. */
export interface IdentityKeys {
  signing(nowSeconds: UnixSeconds): IdentityKey;
}

export interface IdentitySignerOptions {
  /** `<gateway>/identity`. */
  readonly issuer: string;
  /** Keys of the identity issuer only: none of them may sign access tokens. */
  readonly keyRing: IdentityKeys;
  /** By subgraph name. Subgraphs that are not listed have the defaults. */
  readonly subgraphs?: Readonly<Record<string, SubgraphIdentity>>;
  readonly clock: Clock;
  /** The maximum number of cached assertions. Default 20 000. */
  readonly cacheSize?: number;
}

type Headers = Readonly<Record<string, string>>;

/** Signs the identity of the caller for each subgraph (docs/spec/identity.md §1). */
export interface IdentitySigner {
  /**
   * The identity headers of one subgraph request. Synchronous when the signature is cached.
   * @throws FaultError `SERVICE_UNAVAILABLE` without an active key
   */
  headersFor(subgraph: string, principal: Principal, requestId: string): Headers | Promise<Headers>;
  /** For requests of the gateway itself (`_service { sdl }`): a passage token, no user. */
  gatewayHeaders(subgraph: string): Headers | Promise<Headers>;
  /** Must this header of a client never be forwarded? Underscores count as hyphens, because many servers treat them so. */
  isIdentityHeader(name: string): boolean;
}

const ownPrefixes = ["x-cardea-", "x-user-"];

export function createIdentitySigner(options: IdentitySignerOptions): IdentitySigner {
  const { issuer, keyRing, clock } = options;
  const configured = new Map(Object.entries(options.subgraphs ?? {}));
  const identityHeaders = new Set(
    [IDENTITY_HEADER, ...[...configured.values()].map((subgraph) => subgraph.header ?? IDENTITY_HEADER)].map(
      (name) => name.toLowerCase(),
    ),
  );
  const signed = new TwoGenerations<SignedAssertion>(options.cacheSize ?? 20_000);
  // A cached token gives the same, immutable principal object at each request, so its digest is computed only once.
  const signedByPrincipal = new WeakMap<Authenticated, Map<string, SignedAssertion>>();
  const signedPassages = new Map<string, SignedAssertion>();

  const sign = (
    key: IdentityKey,
    typ: string,
    claims: object,
    now: UnixSeconds,
  ): SignedAssertion | Promise<SignedAssertion> => {
    const token = key.signJwt(typ, {
      ...claims,
      iat: now,
      exp: now + ASSERTION_LIFETIME_SECONDS,
      jti: randomBytes(12).toString("base64url"),
    });
    const reuseUntil = now + ASSERTION_LIFETIME_SECONDS / 2;
    return typeof token === "string"
      ? { token, key, reuseUntil }
      : token.then((late) => ({ token: late, key, reuseUntil }));
  };

  const passage = (subgraph: string, now: UnixSeconds): Headers | Promise<Headers> => {
    const key = keyRing.signing(now);
    const known = signedPassages.get(subgraph);
    const use = ({ token }: SignedAssertion): Headers => ({ [PASSAGE_HEADER]: token });
    if (isReusable(known, key, now)) return use(known);
    const audience = passageAudience(configured.get(subgraph)?.audience ?? subgraph);
    const fresh = sign(key, PASSAGE_TYP, { iss: issuer, aud: audience }, now);
    const keep = (assertion: SignedAssertion): Headers => {
      signedPassages.set(subgraph, assertion); // bounded by the number of subgraphs
      return use(assertion);
    };
    return fresh instanceof Promise ? fresh.then(keep) : keep(fresh);
  };

  const assertion = (
    subgraph: string,
    identity: SubgraphIdentity,
    principal: Authenticated,
    now: UnixSeconds,
  ): SignedAssertion | Promise<SignedAssertion> => {
    const key = keyRing.signing(now);
    const byThis = signedByPrincipal.get(principal) ?? new Map<string, SignedAssertion>();
    const known = byThis.get(subgraph);
    if (isReusable(known, key, now)) return known;

    const audience = identity.audience ?? subgraph;
    const audiences = identity.extraAudiences?.length ? [audience, ...identity.extraAudiences] : audience;
    const claims = identityClaims(principal, issuer, audiences, identity.claims ?? []);
    const typ = identity.typ ?? "JWT";
    // A digest of all claims, not only of session and audience: principals without a session would share a signature.
    const digest = createHash("sha256")
      .update(JSON.stringify([typ, claims]))
      .digest("base64url");
    const keep = (assertion: SignedAssertion): SignedAssertion => {
      signed.set(digest, assertion);
      byThis.set(subgraph, assertion);
      signedByPrincipal.set(principal, byThis);
      return assertion;
    };
    const shared = signed.get(digest);
    if (isReusable(shared, key, now)) return keep(shared);
    const fresh = sign(key, typ, claims, now);
    return fresh instanceof Promise ? fresh.then(keep) : keep(fresh);
  };

  return {
    headersFor(subgraph, principal, requestId) {
      const identity = configured.get(subgraph) ?? {};
      const mode = identity.mode ?? "jwt";
      if (mode === "none") return { "x-request-id": requestId };
      if (mode === "header") {
        return { ...(principal.kind === "user" ? plainHeaders(principal) : {}), "x-request-id": requestId };
      }
      const now = nowSeconds(clock);
      if (principal.kind === "anonymous") {
        const headers = passage(subgraph, now);
        const finish = (own: Headers): Headers => ({ ...own, "x-request-id": requestId });
        return headers instanceof Promise ? headers.then(finish) : finish(headers);
      }
      const name = (identity.header ?? IDENTITY_HEADER).toLowerCase();
      const finish = ({ token }: SignedAssertion): Headers => ({
        [name]: name === IDENTITY_HEADER ? `Bearer ${token}` : token,
        "x-request-id": requestId,
      });
      const proof = assertion(subgraph, identity, principal, now);
      return proof instanceof Promise ? proof.then(finish) : finish(proof);
    },
    gatewayHeaders: (subgraph) => passage(subgraph, nowSeconds(clock)),
    isIdentityHeader(name) {
      const folded = name.toLowerCase().replaceAll("_", "-");
      return identityHeaders.has(folded) || ownPrefixes.some((prefix) => folded.startsWith(prefix));
    },
  };
}
