import { describe, expect, it } from "vitest";
import { generateKey } from "../../../src/tokens/generate-key.js";
import { createKeyRing } from "../../../src/tokens/key-ring.js";
import { alwaysOff } from "../../support/interleaved-times.js";
import { anAccessToken, aTokenHarness, decodePart, encodePart, NOW } from "../../support/token-builders.js";

/*
 * What the time of a refusal reveals about a token: whether a signature was checked, which depends only on what the
 * sender wrote (form, issuer, type, published key id), and nothing about the result.
 */
const ROUNDS = 60;
const ATTEMPTS = 5;
const FORGED = "a forged signature";

const harness = await aTokenHarness();
const strange = await generateKey();
const honest = (await harness.issuer.issue(anAccessToken(), NOW)).token;
const claims = decodePart(honest, 1);
const ours = harness.keyRing.signing(NOW);
const signed = (changes: object, key = ours): string =>
  String(key.signJwt("at+jwt", { ...claims, ...changes }));
const [strangeSigner, strangeUnderOurId] = [strange, { ...strange, kid: harness.key.kid }].map((key) =>
  createKeyRing([key]).signing(NOW),
);
const withHeader = (header: object): string =>
  [encodePart({ ...decodePart(honest, 0), ...header }), ...honest.split(".").slice(1)].join(".");

/** Refused for what the sender wrote: no signature is checked. */
const UNCHECKED: Readonly<Record<string, string>> = {
  "no token at all": "x",
  "a lost signature": honest.split(".").slice(0, 2).join("."),
  "a lost end": honest.slice(0, -10),
  "parts too many": `${honest}.e30.e30`,
  "another spelling": `${honest}=`,
  "more than 16 KiB": "A".repeat(16_385),
  "another issuer": signed({ iss: "https://other.example" }),
  "a key of nobody's": signed({}, strangeSigner),
  "another type": withHeader({ typ: "JWT" }),
  "another algorithm": withHeader({ alg: "RS256" }),
  "a key it brings along": withHeader({ jwk: { kty: "EC" } }),
  "a sealed one of nobody's": `cat_${"A".repeat(400)}`,
  "a refresh token": `crt_${"A".repeat(116)}`,
};

/** Refused after the signature was checked. New tokens in each round: for a cached one the signature check is skipped. */
const CHECKED: Readonly<Record<string, (jti: string) => string>> = {
  [FORGED]: (jti) => signed({ jti }, strangeUnderOurId),
  "a forged one, expired": (jti) => signed({ jti, iat: NOW - 400, exp: NOW - 100 }, strangeUnderOurId),
  "a forged one of a revoked session": (jti) => signed({ jti, sid: "revoked" }, strangeUnderOurId),
  "a forged one for another audience": (jti) =>
    signed({ jti, aud: "https://other.example" }, strangeUnderOurId),
  "a revoked session": (jti) => signed({ jti, sid: "revoked" }),
  "an expired one": (jti) => signed({ jti, iat: NOW - 400, exp: NOW - 100 }),
  "one of the future": (jti) => signed({ jti, iat: NOW + 3600, exp: NOW + 7200 }),
  "one not valid yet": (jti) => signed({ jti, nbf: NOW + 3600 }),
  "another audience": (jti) => signed({ jti, aud: "https://other.example" }),
  "no session": (jti) => signed({ jti, sid: "" }),
};

harness.revocations.revokes = ({ sessionId }) => sessionId === "revoked";
const outcomes: ReturnType<typeof harness.verifier.verify>[] = [];
const ask = (token: string): number => outcomes.push(harness.verifier.verify(token));

const unchecked = Object.entries(UNCHECKED).map(([name, token]) => ({ name, run: () => ask(token) }));
const checked = Object.entries(CHECKED).map(([name, make]) => {
  const fresh = Array.from({ length: ROUNDS * ATTEMPTS }, (_, at) => make(`${name} ${at}`));
  return { name, run: () => ask(fresh.pop() ?? "") };
});

describe("the time a refusal takes", () => {
  it("is one check of a signature for whatever names our key, and none for all else", async () => {
    const times = [...unchecked, ...checked];
    const off = await alwaysOff(times, { rounds: ROUNDS, attempts: ATTEMPTS }, (taken) => {
      const check = taken.get(FORGED) ?? Number.NaN;
      const is = (name: string): number => (taken.get(name) ?? Number.NaN) / check;
      return [
        ...unchecked.filter(({ name }) => !(is(name) < 0.5)),
        ...checked.filter(({ name }) => !(is(name) > 0.6 && is(name) < 1.6)),
      ].map(({ name }) => name);
    });
    expect(off).toEqual([]);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ kind: "refused" });
  });
});
