import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";

/** Claims as the bypass corpus writes them. */
export interface CorpusClaims {
  readonly anonymous: boolean;
  readonly scopes: readonly string[];
  /** `true`: authenticated now; `false` without an age: an hour ago. */
  readonly fresh: boolean;
  readonly auth_age_seconds?: number;
  readonly policies?: readonly string[];
}

export interface OutsideIssuer {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksPath: string;
  /** Its entry in the configuration of the gateway, `issuers[]`. */
  readonly settings: {
    readonly issuer: string;
    readonly audience: string;
    readonly jwks: string;
    readonly trustAuthTime: true;
    readonly scopes: { readonly claim: string };
  };
  /** A token for these claims; `undefined` for an anonymous caller. `raw` overwrites claims. */
  mint(
    claims: CorpusClaims,
    nowSeconds: number,
    raw?: Readonly<Record<string, unknown>>,
  ): Promise<string | undefined>;
}

const AN_HOUR = 3600;
let minted = 0;

/**
 * An identity provider outside the gateway: one ES256 key, its JWKS in a file, tokens with the claims of a case.
 *
 * @param scopeClaim - the claim from which the gateway reads scopes
 */
export const createOutsideIssuer = async (
  directory: string,
  scopeClaim: "scope" | "scp" = "scope",
): Promise<OutsideIssuer> => {
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: "outside-1", alg: "ES256", use: "sig" };
  const jwksPath = join(directory, "outside-jwks.json");
  writeFileSync(jwksPath, JSON.stringify({ keys: [jwk] }));
  const issuer = "https://login.outside.example";
  const audience = "cardea-tests";

  return {
    issuer,
    audience,
    jwksPath,
    settings: {
      issuer,
      audience,
      jwks: jwksPath,
      trustAuthTime: true,
      scopes: { claim: scopeClaim },
    },
    mint: async (claims, nowSeconds, raw = {}) => {
      if (claims.anonymous) return undefined;
      const age = claims.auth_age_seconds ?? (claims.fresh ? 0 : AN_HOUR);
      minted += 1;
      const payload: Record<string, unknown> = {
        iss: issuer,
        aud: audience,
        sub: "user-1",
        jti: `outside-${minted}`,
        iat: nowSeconds,
        exp: nowSeconds + AN_HOUR,
        auth_time: nowSeconds - age,
        [scopeClaim]: scopeValue(claims.scopes),
        ...raw,
      };
      return new SignJWT(payload as JWTPayload)
        .setProtectedHeader({ alg: "ES256", kid: "outside-1", typ: "at+jwt" })
        .sign(privateKey);
    },
  };
};

/** One string, as in RFC 6749 §3.3; an array if a scope contains a space. */
const scopeValue = (scopes: readonly string[]): string | readonly string[] =>
  scopes.some((scope) => scope.includes(" ")) ? scopes : scopes.join(" ");
