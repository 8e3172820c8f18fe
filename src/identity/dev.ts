import { decodeJwt, exportJWK, generateKeyPair, type JSONWebKeySet, type JWTPayload, SignJWT } from "jose";
import { IDENTITY_HEADER, PASSAGE_HEADER, PASSAGE_TYP, passageAudience } from "./assertion.js";
import { type Identity, IdentityError, type UserIdentity } from "./identity.js";
import { type InboundHeaders, singleHeader } from "./inbound-headers.js";
import { type IdentityVerifier, toIdentity } from "./verify.js";

/** A user for development and tests. Everything except the subject has a default. */
export interface TestUser extends Partial<Omit<UserIdentity, "kind" | "scopes" | "claims">> {
  readonly subject: string;
  readonly scopes?: readonly string[];
  /** Custom claims. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/**
 * A verifier that verifies nothing, for developing one subgraph, alone or behind a gateway on this machine.
 *
 * Behind `cardea dev` the caller is the one that the gateway sends: its identity or passage is read, not verified.
 * Without a gateway the caller is the one in the headers `x-dev-user` and `x-dev-scopes`, else `user`, else anonymous.
 *
 * `verify` throws IdentityError `UNAUTHENTICATED` for an identity of a gateway on another machine, and for one that
 * cannot be read: such an identity has to be verified.
 *
 * @throws Error in production (`NODE_ENV=production`): there every caller could claim any identity
 */
export function devIdentity(user?: TestUser): IdentityVerifier {
  if (process.env["NODE_ENV"] === "production") {
    throw new Error(
      "devIdentity() does not verify callers and must not run with NODE_ENV=production. Fix: use createIdentityVerifier()",
    );
  }
  return {
    verify: async (headers: InboundHeaders): Promise<Identity> => {
      const passage = singleHeader(headers, PASSAGE_HEADER);
      const sent = singleHeader(headers, IDENTITY_HEADER);
      if (sent !== undefined) return toIdentity(claimsOfLoopbackGateway(sent?.replace(/^Bearer /i, "")));
      if (passage !== undefined) {
        claimsOfLoopbackGateway(passage);
        return { kind: "anonymous" };
      }
      const subject = singleHeader(headers, "x-dev-user") ?? user?.subject;
      if (subject === undefined) return { kind: "anonymous" };
      const scopes = singleHeader(headers, "x-dev-scopes")?.split(" ") ?? user?.scopes ?? [];
      const authTime = user?.authTime ?? Math.floor(Date.now() / 1000);
      return {
        amr: [],
        ...user,
        kind: "user",
        subject,
        scopes: new Set(scopes),
        authTime,
        claims: user?.claims ?? {},
      };
    },
  };
}

const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** The unverified claims of a gateway on this machine. @throws IdentityError for any other token */
function claimsOfLoopbackGateway(token: string | null | undefined): JWTPayload {
  let claims: JWTPayload = {};
  try {
    claims = decodeJwt(token ?? "");
  } catch {
    // No claims, so no issuer: refused below.
  }
  const { iss = "" } = claims;
  if (URL.canParse(iss) && LOOPBACK_HOST.test(new URL(iss).hostname)) return claims;
  throw new IdentityError(
    "UNAUTHENTICATED",
    "devIdentity() accepts only a gateway on this machine; use createIdentityVerifier()",
  );
}

/** A stand-in for the gateway in the tests of a subgraph. */
export interface TestGateway {
  readonly issuer: string;
  /** Pass it to `createIdentityVerifier({ issuer, audience, jwks })`. */
  readonly jwks: JSONWebKeySet;
  /** The headers that the gateway would send for this user, or for an anonymous caller. */
  headersFor(audience: string, user?: TestUser): Promise<Record<string, string>>;
}

/** Creates a gateway stand-in with a key of its own. */
export async function createTestGateway(issuer = "http://localhost:4000/identity"): Promise<TestGateway> {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const kid = "test";
  const sign = (typ: string, audience: string, claims: Record<string, unknown>): Promise<string> =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: "ES256", kid, typ })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime("60s")
      .setJti(crypto.randomUUID())
      .sign(privateKey);
  return {
    issuer,
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid, alg: "ES256", use: "sig" }] },
    async headersFor(audience, user) {
      if (user === undefined)
        return { [PASSAGE_HEADER]: await sign(PASSAGE_TYP, passageAudience(audience), {}) };
      const token = await sign("JWT", audience, {
        ...user.claims,
        sub: user.subject,
        scope: (user.scopes ?? []).join(" "),
        sid: user.sessionId,
        client_id: user.clientId ?? "default",
        tid: user.tenant ?? "default",
        auth_time: user.authTime ?? Math.floor(Date.now() / 1000),
        acr: user.acr,
        amr: user.amr ?? ["pwd"],
      });
      return { authorization: `Bearer ${token}` };
    },
  };
}
