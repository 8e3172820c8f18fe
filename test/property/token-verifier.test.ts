import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTokenSealer } from "../../src/tokens/seal.js";
import { anAccessToken, aTokenHarness, encodePart, NOW } from "../support/token-builders.js";

/** Printed on failure by fast-check; set it to repeat a run. */
const seed = Number(process.env["CARDEA_SEED"] ?? Date.now() % 2_147_483_647);
const runs = (numRuns: number) => ({ seed, numRuns });

const REFUSED = expect.objectContaining({ kind: "refused", reason: expect.stringMatching(/^TOKEN_/) });

const base64urlText = fc
  .uint8Array({ maxLength: 60 })
  .map((bytes) => Buffer.from(bytes).toString("base64url"));
const jsonPart = fc.jsonValue().map(encodePart);
const headerPart = fc
  .record(
    {
      alg: fc.constantFrom<unknown>("ES256", "RS256", "none", "HS256", "", null, 1),
      kid: fc.oneof(fc.string(), fc.constantFrom<unknown>(null, 1, "__proto__")),
      typ: fc.constantFrom<unknown>("at+jwt", "JWT", null),
      crit: fc.constantFrom<unknown>(undefined, [], ["exp"]),
    },
    { requiredKeys: [] },
  )
  .map(encodePart);

describe("the verifier, asked anything", () => {
  it("refuses and never throws, whatever the text", async () => {
    const { verifier } = await aTokenHarness();
    const anything = fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc
        .array(fc.oneof(base64urlText, jsonPart, headerPart), { maxLength: 6 })
        .map((parts) => parts.join(".")),
      fc.tuple(headerPart, jsonPart, base64urlText).map((parts) => parts.join(".")),
      base64urlText.map((text) => `cat_${text}`),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (text) => {
        expect(await verifier.verify(text)).toEqual(REFUSED);
      }),
      runs(3000),
    );
  });

  it("refuses an honest token with any one character changed, taken out or put in", async () => {
    const { verifier, issuer } = await aTokenHarness();
    const { token } = await issuer.issue(anAccessToken(), NOW);
    expect(verifier.verify(token)).toMatchObject({ kind: "verified" });
    const position = fc.nat({ max: token.length - 1 });
    const char = fc.oneof(
      fc.constantFrom(..."ABab01-_.=+/ \n%"),
      fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    );
    const twisted = fc.oneof(
      fc.tuple(position, char).map(([at, put]) => token.slice(0, at) + put + token.slice(at + 1)),
      fc.tuple(position, char).map(([at, put]) => token.slice(0, at) + put + token.slice(at)),
      position.map((at) => token.slice(0, at) + token.slice(at + 1)),
      fc.tuple(position, position).map(([from, to]) => token.slice(Math.min(from, to), Math.max(from, to))),
    );
    await fc.assert(
      fc.asyncProperty(
        twisted.filter((text) => text !== token),
        async (text) => {
          expect(await verifier.verify(text)).toEqual(REFUSED);
        },
      ),
      runs(2000),
    );
  });

  it("reads any honestly signed claims as a principal with sane parts, or refuses them", async () => {
    const { verifier, keyRing, clock } = await aTokenHarness();
    const honest = {
      iss: "https://gateway.example",
      aud: "https://gateway.example/graphql",
      iat: NOW,
      exp: NOW + 60,
    };
    const names = [
      "sub",
      "sid",
      "gen",
      "ep",
      "jti",
      "auth_time",
      "acr",
      "amr",
      "scope",
      "client_id",
      "tid",
      "nbf",
      "exp",
    ];
    const claims = fc.dictionary(fc.constantFrom(...names), fc.jsonValue());
    const likely = fc.record({
      sub: fc.string(),
      sid: fc.string(),
      gen: fc.nat(),
      ep: fc.nat(),
      jti: fc.string(),
      client_id: fc.string(),
      tid: fc.string(),
    });
    await fc.assert(
      fc.asyncProperty(likely, claims, async (base, twisted) => {
        const payload = { ...honest, ...base, ...twisted };
        const outcome = await verifier.verify(String(keyRing.signing(NOW).signJwt("at+jwt", payload)));
        if (outcome.kind === "refused") return;
        const { principal } = outcome;
        expect(principal.subject).not.toBe("");
        expect(principal.expiresAt * 1000).toBeGreaterThan(clock.nowMs());
        for (const scope of principal.scopes) expect(scope).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/);
        expect(principal.authTime ?? 0).toSatisfy((time: number) => Number.isSafeInteger(time) && time >= 0);
        expect(principal.amr.every((method) => typeof method === "string")).toBe(true);
      }),
      runs(1000),
    );
  });
});

describe("a sealed token", () => {
  const sealer = createTokenSealer([{ id: 7, secret: randomBytes(32) }]);

  it("opens to exactly what was sealed", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (claims) => {
        const opened = sealer.open(sealer.seal(claims));
        expect(JSON.stringify(opened?.claims)).toBe(JSON.stringify(JSON.parse(JSON.stringify(claims))));
      }),
      runs(500),
    );
  });

  it("opens not at all with any one bit changed", () => {
    const token = sealer.seal({ sub: "u-ada" });
    const bytes = Buffer.from(token.slice(4), "base64url");
    fc.assert(
      fc.property(fc.nat({ max: bytes.length * 8 - 1 }), (bit) => {
        const twisted = Buffer.from(bytes);
        twisted[bit >> 3] = (twisted[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(sealer.open(`cat_${twisted.toString("base64url")}`)).toBeUndefined();
      }),
      runs(800),
    );
  });
});
