import type { Mutant } from "./mutant.js";

const VERIFY = "test/unit/tokens/issue-and-verify.test.ts";
const ATTACKS = "test/security/jose-attacks.test.ts";
const TURNS = "test/security/connection-tokens.test.ts";
const GARBAGE = "test/security/garbage-tokens.test.ts";
const TIMES = "test/unit/tokens/refusal-times.test.ts";
const OUTSIDE = "test/unit/tokens/outside-issuers.test.ts";
const SIGN = "test/unit/identity/sign.test.ts";
const RING = "test/unit/tokens/key-ring.test.ts";

/** Faults in tokens, identity, credentials and the auth subgraph. */
export const tokenMutants: readonly Mutant[] = [
  {
    name: "a token from two minutes ahead is accepted",
    file: "src/tokens/own-token.ts",
    find: "const horizon = now + rules.clockToleranceSeconds;",
    replace: "const horizon = now + 2 * rules.clockToleranceSeconds;",
    caughtBy: { file: VERIFY, test: "accepts a token issued by a clock up to a minute ahead" },
  },
  {
    name: "a remembered token lives a second longer than it says",
    file: "src/tokens/verify.ts",
    find: "if (now >= known.unusableFrom)",
    replace: "if (now > known.unusableFrom)",
    caughtBy: { file: VERIFY, test: "refuses our own token in its very second of expiry" },
  },
  {
    name: "a remembered token is not asked for revocation again",
    file: "src/tokens/verify.ts",
    find: "if (options.revocations.isRevoked(known.revocable))",
    replace: "if (false as boolean)",
    caughtBy: { file: VERIFY, test: "asks for revocation at every use" },
  },
  {
    name: "a remembered token outlives its key",
    file: "src/tokens/verify.ts",
    find: "if (!known.isKeyTrusted(now)) {",
    replace: "if (false as boolean) {",
    caughtBy: { file: VERIFY, test: "forgets a remembered token together with its key" },
  },
  {
    name: "tokens of one connection are told apart by their length",
    file: "src/tokens/connection-digests.ts",
    find: "if (last.token !== token) {",
    replace: "if (last.token.length !== token.length) {",
    caughtBy: { file: TURNS, test: "in their last character alone" },
  },
  {
    name: "a connection's next token has the digest of the one before",
    file: "src/tokens/connection-digests.ts",
    find: "last.digest = tokenDigest(token);",
    replace: "",
    caughtBy: { file: TURNS, test: "are each their own user's, in any order" },
  },
  {
    name: "a key is known by its id alone",
    file: "src/tokens/own-token.ts",
    find: "rules.keyRing.verifying(key.kid, later)?.publicKey === key.publicKey",
    replace: "rules.keyRing.verifying(key.kid, later) !== undefined",
    caughtBy: { file: VERIFY, test: "forgets a remembered token when its key id comes to name another key" },
  },
  {
    name: "the token chooses the algorithm",
    file: "src/tokens/own-token.ts",
    find: 'if (ownMember(header, "alg") !== key.algorithm) return refused("alg is not the algorithm of the key");',
    replace: "",
    caughtBy: { file: ATTACKS, test: "is refused ('alg swap')" },
  },
  {
    name: "the signature is not looked at",
    file: "src/tokens/own-token.ts",
    find: 'if (!hasValidSignature(jws, key.algorithm, key.publicKey)) return refused("bad signature");',
    replace: "",
    caughtBy: { file: ATTACKS, test: "is refused ('signature')" },
  },
  {
    name: "an unknown key id costs a check of a signature",
    file: "src/tokens/own-token.ts",
    find: 'if (key === undefined) return refused("unknown or retired key");',
    replace:
      'if (key === undefined) {\n    const { kid: other } = rules.keyRing.signing(now);\n    const any = rules.keyRing.verifying(other, now);\n    if (any !== undefined) hasValidSignature(jws, any.algorithm, any.publicKey);\n    return refused("unknown or retired key");\n  }',
    caughtBy: { file: TIMES, test: "is one check of a signature for whatever names our key" },
  },
  {
    name: "claims are looked at before the signature",
    file: "src/tokens/own-token.ts",
    find: "  const kid = readText(",
    replace:
      '  if (Number(jws.payload["exp"]) <= now) return refused("bad signature");\n  const kid = readText(',
    caughtBy: { file: TIMES, test: "is one check of a signature for whatever names our key" },
  },
  {
    name: "a refresh token asks the store before anybody has looked at it",
    file: "src/sessions/refresh.ts",
    find: "  const token = readToken(context, command, origin);\n  const requested",
    replace:
      "  await store.find(publicSessionId(0, Buffer.alloc(16)));\n  const token = readToken(context, command, origin);\n  const requested",
    caughtBy: { file: GARBAGE, test: "costs no round trip to the store" },
  },
  {
    name: "too long a secret is told apart from a wrong one",
    file: "src/auth-subgraph/secret.ts",
    find: 'if (typeof value === "string")',
    replace: 'if (typeof value === "string" && value.length <= 4096)',
    caughtBy: { file: GARBAGE, test: "at the mutation's endpoint and is as long as a form may be" },
  },
  {
    name: "any type of token is an access token",
    file: "src/tokens/own-token.ts",
    find: 'if (ownMember(header, "typ") !== ACCESS_TOKEN_TYP) return refused("typ is not at+jwt");',
    replace: "",
    caughtBy: { file: ATTACKS, test: "is refused ('type confusion')" },
  },
  {
    name: "any audience will do",
    file: "src/tokens/own-token.ts",
    find: 'if (!audienceMatches(payload["aud"], [rules.audience])) return refused("another audience");',
    replace: "",
    caughtBy: { file: ATTACKS, test: "another audience" },
  },
  {
    name: "critical extensions are passed over",
    file: "src/tokens/jws.ts",
    find: 'if (Object.hasOwn(header, "crit") || Object.hasOwn(header, "b64")) return malformed("critical extension");',
    replace: "",
    caughtBy: { file: ATTACKS, test: "is refused ('crit')" },
  },
  {
    name: "base64url may be spelt in several ways",
    file: "src/tokens/base64url.ts",
    find: 'if (rest === 2) return "AQgw".includes(last);',
    replace: "if (rest === 2) return true;",
    caughtBy: { file: ATTACKS, test: "is refused ('encoding')" },
  },
  {
    name: "no size is too large",
    file: "src/tokens/jws.ts",
    find: "export const MAX_TOKEN_LENGTH = 16_384;",
    replace: "export const MAX_TOKEN_LENGTH = 1_638_400;",
    caughtBy: { file: ATTACKS, test: "more than 16 KiB" },
  },
  {
    name: "outside issuers may grant cardea: scopes",
    file: "src/tokens/outside-token.ts",
    find: "&& !scope.startsWith(RESERVED_SCOPE_PREFIX)",
    replace: "",
    caughtBy: { file: OUTSIDE, test: "cardea: scopes never" },
  },
  {
    name: "elements of a scope array are split",
    file: "src/domain/claims.ts",
    find: "return new Set(claim.filter(isScopeToken));",
    replace: 'return new Set(claim.flatMap((element) => element.split(" ")).filter(isScopeToken));',
    caughtBy: { file: OUTSIDE, test: "an array, never split" },
  },
  {
    name: "an outside auth_time is always believed",
    file: "src/tokens/outside-token.ts",
    find: "...(rules.trustAuthTime && authTime !== undefined ? { authTime } : {}),",
    replace: "...(authTime !== undefined ? { authTime } : {}),",
    caughtBy: { file: OUTSIDE, test: "is fresh only where the operator trusts its auth_time" },
  },
  {
    name: "a mapped outside subject is revoked by its local name only",
    file: "src/tokens/outside-token.ts",
    find: "      subject: outsideSubject,\n      tenant: rules.tenant,\n      issuedAt,",
    replace: "      subject: principal.subject,\n      tenant: rules.tenant,\n      issuedAt,",
    caughtBy: { file: OUTSIDE, test: "is revocable by the name its issuer gave it" },
  },
  {
    name: "every unknown key id asks the provider again",
    file: "src/tokens/outside-keys.ts",
    find: "const COOL_DOWN_MS: Milliseconds = 30_000;",
    replace: "const COOL_DOWN_MS: Milliseconds = 0;",
    caughtBy: { file: OUTSIDE, test: "not more often than every 30 s" },
  },
  {
    name: "IPv4 inside IPv6 passes for public",
    file: "src/tokens/private-address.ts",
    find: "if (mapped !== undefined) return isPrivateAddress(mapped);",
    replace: "if (mapped !== undefined) return false;",
    caughtBy: { file: OUTSIDE, test: "judges ::ffff:127.0.0.1" },
  },
  {
    name: "signatures are shared by session and audience",
    file: "src/identity/sign.ts",
    find: ".update(JSON.stringify([typ, claims]))",
    replace: '.update(JSON.stringify([typ, principal.sessionId ?? "", audience]))',
    caughtBy: { file: SIGN, test: "never shares a signature between callers that differ in any claim" },
  },
  {
    name: "a signed identity is used until it expires",
    file: "src/identity/sign.ts",
    find: "const reuseUntil = now + ASSERTION_LIFETIME_SECONDS / 2;",
    replace: "const reuseUntil = now + ASSERTION_LIFETIME_SECONDS;",
    caughtBy: { file: SIGN, test: "happens once per claim set and subgraph, for half a life" },
  },
  {
    name: "an outside subject looks like a local user to subgraphs",
    file: "src/identity/identity-claims.ts",
    find: ": qualifiedSubject(principal.issuer, principal.subject);",
    replace: ": principal.subject;",
    caughtBy: { file: SIGN, test: "names the issuer of an outside subject" },
  },
  {
    name: "a passage token passes for an identity",
    file: "src/identity/assertion.ts",
    find: "}#gateway`",
    replace: "}`",
    caughtBy: { file: SIGN, test: "is a passage token, and no Authorization" },
  },
  {
    name: "a key signs before others can know it",
    file: "src/tokens/key-rotation.ts",
    find: "activeFrom: nowSeconds + leadSeconds",
    replace: "activeFrom: nowSeconds",
    caughtBy: { file: RING, test: "publishes a key before it signs" },
  },
  {
    name: "a replaced key is never gone",
    file: "src/tokens/key-ring.ts",
    find: 'return replacedAt(entry, now) + retentionSeconds <= now ? "gone" : "retiring";',
    replace: 'return "retiring";',
    caughtBy: { file: RING, test: "takes a key from next to active" },
  },
  {
    name: "a status of the account is revealed to whoever guesses",
    file: "src/credentials/password.ts",
    find: 'if (!fits || tooLong) return { kind: "refused", reason: "wrong password", user };',
    replace: "",
    caughtBy: {
      file: "test/unit/credentials/password.test.ts",
      test: "nor does a wrong one reveal the state",
    },
  },
  {
    name: "an unknown user costs nothing",
    file: "src/credentials/password.ts",
    find: "const work = costs.of(stored);",
    replace: "const work = user === undefined ? [] : costs.of(stored);",
    caughtBy: { file: "test/unit/credentials/password.test.ts", test: "costs as much as a wrong password" },
  },
  {
    name: "an outside caller is a local user by bearing the id",
    file: "src/auth-subgraph/context.ts",
    find: 'if (principal.issuer === "local") return principal;',
    replace: "return principal;",
    caughtBy: {
      file: "test/unit/auth-subgraph/execute.test.ts",
      test: "is refused to an outside caller whom no rule maps",
    },
  },
  {
    name: "anybody may end anybody's sessions",
    file: "src/auth-subgraph/resolvers/session.ts",
    find: "if (target != null && !principal.scopes.has(SESSIONS_ADMIN_SCOPE))",
    replace: "if (false as boolean)",
    caughtBy: { file: "test/unit/auth-subgraph/execute.test.ts", test: "only for an administrator" },
  },
  {
    name: "a secret may stand in the document",
    file: "src/auth-subgraph/secret.ts",
    find: 'throw new GraphQLError("A secret must not be written into the document: send it in a variable.");',
    replace: 'return new Secret("anything");',
    caughtBy: {
      file: "test/unit/auth-subgraph/execute.test.ts",
      test: "is refused inline, without being echoed",
    },
  },
];
