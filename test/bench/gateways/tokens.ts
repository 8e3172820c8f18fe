import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { HELD_SCOPES } from "../graph/subgraphs.js";

const ISSUER = "https://login.bench.example";
const AUDIENCE = "cardea-bench";
const LIFETIME_SECONDS = 6 * 3600;

/** An identity provider of the benchmark: its settings for `issuers[]` and tokens that outlive every run. */
export interface BenchIssuer {
  readonly settings: Readonly<Record<string, unknown>>;
  /** One token per caller: distinct subjects and sessions, every scope that the guards require, signed in just now. */
  tokens(callers: number): Promise<readonly string[]>;
}

/** Makes a key, and a JWKS file in the folder. */
export async function createBenchIssuer(folder: string): Promise<BenchIssuer> {
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const jwks = join(folder, "issuer-jwks.json");
  writeFileSync(
    jwks,
    JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: "bench-1", alg: "ES256", use: "sig" }] }),
  );
  return {
    settings: { issuer: ISSUER, audience: AUDIENCE, jwks, trustAuthTime: true },
    tokens: (callers) =>
      Promise.all(
        Array.from({ length: callers }, (_, index) => {
          const now = Math.floor(Date.now() / 1000);
          return new SignJWT({
            sid: `session-${index}`,
            auth_time: now,
            scope: HELD_SCOPES.join(" "),
            client_id: "bench",
          })
            .setProtectedHeader({ alg: "ES256", kid: "bench-1", typ: "at+jwt" })
            .setIssuer(ISSUER)
            .setAudience(AUDIENCE)
            .setSubject(`caller-${index}`)
            .setJti(`token-${index}`)
            .setIssuedAt(now)
            .setExpirationTime(now + LIFETIME_SECONDS)
            .sign(privateKey);
        }),
      ),
  };
}
