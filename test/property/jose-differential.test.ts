import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  jwtVerify,
  SignJWT,
} from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import {
  SIGNING_ALGORITHMS,
  VERIFYING_ALGORITHMS,
  type VerifyingAlgorithm,
} from "../../src/tokens/algorithms.js";
import { generateKey } from "../../src/tokens/generate-key.js";
import {
  AUDIENCE,
  anAccessToken,
  aTokenHarness,
  ISSUER,
  NOW,
  type TokenHarness,
} from "../support/token-builders.js";

const seed = Number(process.env["CARDEA_SEED"] ?? Date.now() % 2_147_483_647);
const RUNS = { seed, numRuns: 150 };
const OUTSIDE = "https://login.example/";

/** What is done to a token on its way: nothing, to its text, or to a part that is then not signed again. */
const twist: fc.Arbitrary<(token: string) => string> = fc.oneof(
  { weight: 6, arbitrary: fc.constant((token: string) => token) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.nat(), fc.constantFrom(..."ABab01-_.=+/ \n", ""), fc.nat(1))
      .map(([at, put, cut]) => (token: string) => {
        const place = at % token.length;
        return token.slice(0, place) + put + token.slice(place + cut);
      }),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      (token: string) => `${token}.`,
      (token: string) => token.split(".").slice(0, 2).join("."),
      (token: string) => token.replace(/\.[^.]*$/, "."),
      (token: string) => token.replace(/[^.]*\./, `${part({ alg: "none" })}.`),
    ),
  },
);
/** Header members beside `alg`, as a hostile or a sloppy issuer writes them; `alg` last, to confuse. */
const headers: fc.Arbitrary<Record<string, unknown>> = fc.record(
  {
    typ: fc.constantFrom("at+jwt", "JWT", "application/at+jwt", "dpop+jwt"),
    kid: fc.constantFrom("k", "other", ""),
    cty: fc.constant("JWT"),
    jku: fc.constant("https://evil.example/keys"),
  },
  { requiredKeys: [] },
);
const claims: fc.Arbitrary<Record<string, unknown>> = fc.record(
  {
    aud: fc.constantFrom<unknown>("cardea", ["x", "cardea"], "other", [], 1),
    exp: fc.constantFrom<unknown>(NOW + 60, NOW + 60.5, NOW - 60, NOW - 59, "soon", NOW),
    iat: fc.constantFrom<unknown>(NOW, NOW - 0.5, NOW + 61, NOW + 59, "now"),
    nbf: fc.constantFrom<unknown>(NOW, NOW + 60, NOW + 61, NOW + 59.5, "now"),
    sub: fc.constantFrom<unknown>("u-ada", "", 1),
  },
  { requiredKeys: [] },
);
/** Half of the time nothing unusual, so that enough is accepted to compare. */
const often = (unusual: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<Record<string, unknown>> =>
  fc.oneof(fc.constant({}), unusual);
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

const joseAccepts = (
  token: string,
  keys: readonly JWK[],
  rules: { issuer: string; audience: string; tolerance: number; algorithms: readonly string[] },
) =>
  jwtVerify(token, createLocalJWKSet({ keys: [...keys] }), {
    issuer: rules.issuer,
    audience: rules.audience,
    algorithms: [...rules.algorithms],
    clockTolerance: rules.tolerance,
    currentDate: new Date(NOW * 1000),
  }).then(
    () => true,
    () => false,
  );

describe("whatever we accept, jose accepts", { timeout: 120_000 }, () => {
  describe.each(VERIFYING_ALGORITHMS)(
    "of outside issuers, signed with %s",
    (algorithm: VerifyingAlgorithm) => {
      let harness: TokenHarness;
      let keys: readonly JWK[];
      let sign: (header: Record<string, unknown>, payload: Record<string, unknown>) => Promise<string>;
      beforeAll(async () => {
        const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
        keys = [{ ...(await exportJWK(publicKey)), kid: "k", alg: algorithm }];
        const jwks = join(mkdtempSync(join(tmpdir(), "cardea-differential-")), "jwks.json");
        writeFileSync(jwks, JSON.stringify({ keys }));
        harness = await aTokenHarness({
          outside: [{ issuer: OUTSIDE, audience: "cardea", jwks, algorithms: [algorithm] }],
        });
        sign = (header, payload) =>
          new SignJWT({ iss: OUTSIDE, aud: "cardea", sub: "u-ada", iat: NOW, exp: NOW + 60, ...payload })
            .setProtectedHeader({ ...header, alg: algorithm } as JWTHeaderParameters)
            .sign(privateKey);
      });

      it("however it is written and bent", async () => {
        let accepted = 0;
        await fc.assert(
          fc.asyncProperty(often(headers), often(claims), twist, async (header, payload, bend) => {
            const token = bend(await sign(header, payload));
            const ours = await harness.verifier.verify(token);
            if (ours.kind === "refused") return;
            accepted += 1;
            const rules = { issuer: OUTSIDE, audience: "cardea", tolerance: 60, algorithms: [algorithm] };
            expect(await joseAccepts(token, keys, rules), token).toBe(true);
          }),
          RUNS,
        );
        // A comparison in which nothing is accepted compares nothing.
        const plain = await sign({ kid: "k" }, {});
        expect(await harness.verifier.verify(plain)).toMatchObject({ kind: "verified" });
        expect(accepted).toBeGreaterThan(0);
      });
    },
  );

  it.each(SIGNING_ALGORITHMS)("of our own, signed with %s", async (algorithm) => {
    const harness = await aTokenHarness({ key: await generateKey(algorithm) });
    const keys = harness.keyRing.describe(NOW).map(({ publicJwk }) => publicJwk as JWK);
    const { token } = await harness.issuer.issue(anAccessToken(), NOW);
    const rules = { issuer: ISSUER, audience: AUDIENCE, tolerance: 60, algorithms: SIGNING_ALGORITHMS };
    expect(harness.verifier.verify(token)).toMatchObject({ kind: "verified" });
    expect(await joseAccepts(token, keys, rules)).toBe(true);
    await fc.assert(
      fc.asyncProperty(twist, async (bend) => {
        const bent = bend(token);
        if ((await harness.verifier.verify(bent)).kind === "refused") return;
        expect(await joseAccepts(bent, keys, rules), bent).toBe(true);
      }),
      RUNS,
    );
  });
});
