import type { Mutant } from "./mutant.js";

const PROOF = "test/unit/tokens/dpop/proof.test.ts";
const READER = "test/unit/tokens/dpop/proof-reader.test.ts";
const RFC = "test/security/dpop-rfc9449.test.ts";

/** Faults in the checks of DPoP proofs, and in what tokens are bound to. */
export const dpopMutants: readonly Mutant[] = [
  {
    name: "a used proof is accepted again",
    file: "src/tokens/dpop/replay-memory.ts",
    find: 'if (used.digests.has(digest)) return "known";',
    replace: "",
    caughtBy: {
      file: "test/unit/tokens/dpop/replay-memory.test.ts",
      test: "knows a proof as long as its nonce is accepted",
    },
  },
  {
    name: "used proofs are forgotten while their nonce is accepted",
    file: "src/tokens/dpop/replay-memory.ts",
    find: "if (window >= oldest || lastMs > before) continue;",
    replace: "if (window >= oldest) continue;",
    caughtBy: {
      file: "test/unit/tokens/dpop/replay-memory.test.ts",
      test: "forgets nothing when the clock jumps forward and is corrected",
    },
  },
  {
    name: "the proof of a mutation is known here alone",
    file: "src/tokens/dpop/proof-reader.ts",
    find: "if (!lasting) {",
    replace: "if (lasting || !lasting) {",
    caughtBy: { file: READER, test: "is used up by the request" },
  },
  {
    name: "a proof that cannot be remembered is accepted",
    file: "src/tokens/dpop/proof-reader.ts",
    find: 'if (this.here === "full") throw this.parts.full();',
    replace: "",
    caughtBy: { file: READER, test: "is refused as an outage when it cannot be remembered" },
  },
  {
    name: "a proof for another token is accepted",
    file: "src/tokens/dpop/proof-reader.ts",
    find: "if (accessToken !== undefined && proof.ath",
    replace: "if (accessToken === undefined && proof.ath",
    caughtBy: { file: READER, test: "is not used up by a request that it is not for" },
  },
  {
    name: "a proof with another key is accepted",
    file: "src/tokens/dpop/proof-reader.ts",
    find: "if (thumbprint !== undefined && proof.thumbprint !== thumbprint)",
    replace: "if (thumbprint === proof.jti)",
    caughtBy: { file: READER, test: "is not used up by a request that it is not for" },
  },
  {
    name: "a proof for another URL is accepted",
    file: "src/tokens/dpop/proof.ts",
    find: 'if (!isTarget(ownMember(payload, "htu"), rules.targets)) return invalid("htu");',
    replace: "",
    caughtBy: { file: PROOF, test: "check 9: for the URL" },
  },
  {
    name: "a proof may give its private key away",
    file: "src/tokens/dpop/proof-key.ts",
    find: "if (PRIVATE_MEMBERS.some((name) => Object.hasOwn(jwk, name))) return undefined;",
    replace: "",
    caughtBy: { file: PROOF, test: "check 7: that gives its private key away" },
  },
  {
    name: "the signature of a proof is not verified",
    file: "src/tokens/dpop/proof.ts",
    find: 'if (!hasValidSignature(jws, algorithm.recipe, key.publicKey)) return invalid("signature");',
    replace: "",
    caughtBy: { file: PROOF, test: "check 6: signed with another key than that of its header" },
  },
  {
    name: "a nonce is accepted a minute longer",
    file: "src/tokens/dpop/nonce.ts",
    find: "[window, window - 1]",
    replace: "[window, window - 1, window - 2]",
    caughtBy: {
      file: "test/unit/tokens/dpop/nonce.test.ts",
      test: "is accepted in its window and in the next one",
    },
  },
  {
    name: "a bound token is accepted as a bearer token",
    file: "src/federation/request/credential.ts",
    find: 'if (!isBound && credential.kind !== "dpop") {',
    replace: 'if (credential.kind !== "dpop") {',
    caughtBy: { file: RFC, test: "RFC 9449 §7.2: a bound token sent as Bearer is refused" },
  },
  {
    name: "the hash of a bound refresh token holds no key",
    file: "src/tokens/refresh-token.ts",
    find: "hash.update(key);",
    replace: "",
    caughtBy: { file: RFC, test: "RFC 9449 §5: a refresh token is bound to the key of its login" },
  },
  {
    name: "a token bound to something unknown is a bearer token",
    file: "src/tokens/binding.ts",
    find: 'return isOnlyKey && THUMBPRINT.test(thumbprint) ? { kind: "key", thumbprint } : { kind: "unknown" };',
    replace:
      'return isOnlyKey && THUMBPRINT.test(thumbprint) ? { kind: "key", thumbprint } : { kind: "none" };',
    caughtBy: {
      file: "test/unit/tokens/binding.test.ts",
      test: "such a token is never taken for a bearer token",
    },
  },
  {
    name: "a thief without the key makes a lost answer look used",
    file: "src/tokens/verify.ts",
    find: "if (principal.keyThumbprint === undefined && principal.delivery === undefined)",
    replace: "if (principal.delivery === undefined)",
    caughtBy: {
      file: "test/security/dpop.test.ts",
      test: "signs nobody out, also when a thief without the key tries the access token",
    },
  },
];
