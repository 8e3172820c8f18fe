import { luaMutant } from "./lua-mutant.js";
import type { Mutant } from "./mutant.js";

const ASSERTION = "test/unit/client-auth/assertion.test.ts";
const AUTHENTICATE = "test/unit/client-auth/authenticate.test.ts";
const USED = "test/unit/client-auth/used-assertions.test.ts";
const CONFIG = "test/unit/config/client-auth.test.ts";
const RFC_6749 = "test/integration/oauth/rfc-6749.test.ts";
const OTHERS = "test/integration/oauth/rfc-7009-7662-8414.test.ts";
const CLIENTS = "test/security/oauth-clients.test.ts";

/** Faults in which client a request comes from, and in what the OAuth endpoints do with it. */
export const oauthMutants: readonly Mutant[] = [
  {
    name: "an assertion for several servers is accepted",
    file: "src/client-auth/assertion.ts",
    find: 'if (claim("aud") !== rules.issuer)',
    replace: 'if (![claim("aud")].flat().includes(rules.issuer))',
    caughtBy: { file: ASSERTION, test: "is refused with aud as a list" },
  },
  {
    name: "an assertion may live for as long as its client wants",
    file: "src/client-auth/assertion.ts",
    find: "expiresAt <= issuedAt || expiresAt - issuedAt > MAX_ASSERTION_SECONDS",
    replace: "expiresAt <= issuedAt",
    caughtBy: { file: ASSERTION, test: "is refused with a life of 301 s" },
  },
  {
    name: "an access token passes for an assertion",
    file: "src/client-auth/assertion.ts",
    find: 'if (typeof typ !== "string" || !TYPES.has',
    replace: 'if (typeof typ === "string" && typ !== "at+jwt" && !TYPES.has',
    caughtBy: { file: ASSERTION, test: "is refused with the typ of an access token" },
  },
  {
    name: "an assertion can be used again",
    file: "src/client-auth/used-assertions.ts",
    find: "if (before !== undefined && before > now) return false;",
    replace: "",
    caughtBy: { file: USED, test: "remembers in this process while the store is down" },
  },
  {
    name: "an assertion can be used again at another gateway",
    file: "src/client-auth/used-assertions.ts",
    find: 'return outcome.kind === "allowed";',
    replace: "return true;",
    caughtBy: { file: USED, test: "accepts an assertion once, here and at every other gateway" },
  },
  {
    name: "a client may use another method than its own",
    file: "src/client-auth/authenticate.ts",
    find: "if (credential?.method !== method)",
    replace: "if (credential === undefined)",
    caughtBy: { file: AUTHENTICATE, test: "refuses an assertion of a client with a secret" },
  },
  {
    name: "a client may guess for ever",
    file: "src/client-auth/authenticate.ts",
    find: 'return outcome.kind === "limited"',
    replace: "return false as boolean",
    caughtBy: { file: AUTHENTICATE, test: "lets a client try again later that failed too often" },
  },
  {
    name: "two clients may share a secret",
    file: "src/config/secrets.ts",
    find: "if (first === undefined) firstPlaces.set(secret, where);",
    replace: "if (first === undefined) return secret;",
    caughtBy: { file: CONFIG, test: "refuses the secret of another client" },
  },
  {
    name: "a secret may stand in the file",
    file: "src/config/client-auth.ts",
    find: "if (/^(env|file):./.test(reference)) return",
    replace: "if (reference.length > 0) return",
    caughtBy: { file: CONFIG, test: "refuses a secret in the file" },
  },
  {
    name: "two methods at once are as good as one",
    file: "src/http/oauth-client.ts",
    find: 'if (authorization !== undefined) return unusable("two methods of client authentication");',
    replace: "",
    caughtBy: { file: RFC_6749, test: "answers two methods with 401 invalid_client" },
  },
  {
    name: "a secret in the URL is not refused",
    file: "src/http/oauth-endpoint.ts",
    find: "if (search.length > 1)",
    replace: "if (false as boolean)",
    caughtBy: { file: RFC_6749, test: "does not take the secret in the URI" },
  },
  luaMutant(
    "a used token ends the session of a client that did not authenticate",
    "rotate",
    "if not known_client(ARGV[8]) then return {'client', client} end",
    "if kind ~= 'reused' and not known_client(ARGV[8]) then return {'client', client} end",
    { file: RFC_6749, test: "does not end the session of a confidential client for a used token" },
  ),
  {
    name: "anybody revokes the access token of a confidential client",
    file: "src/compose/revoke-token.ts",
    find: "return { ...DONE, isUnproven: true };",
    replace: "return DONE;",
    caughtBy: { file: OTHERS, test: "first validates the client: accessToken" },
  },
  {
    name: "a stale view is taken for the truth",
    file: "src/compose/introspect-token.ts",
    find: "if (revocations.isDegraded(outcome.revocable)) return UNAVAILABLE;",
    replace: "",
    caughtBy: { file: CLIENTS, test: "answers 503 while the view of revocations is stale" },
  },
  {
    name: "a used refresh token is called active",
    file: "src/sessions/inspect.ts",
    find: "if (!isCurrent) return undefined;",
    replace: "",
    caughtBy: { file: OTHERS, test: "tells a client about its own current refresh token alone" },
  },
  {
    name: "the address of the end user is believed of everybody",
    file: "src/http/graphql-client.ts",
    find: "exchange.request.headers[ASSERTION] === undefined\n        ? route.handle(exchange)",
    replace:
      'exchange.request.headers[ASSERTION] === undefined\n        ? route.handle({ ...exchange, endUserAddress: endUserAddress(exchange.request) ?? "" })',
    caughtBy: { file: CLIENTS, test: "is believed of a client that has proven itself, and of nobody else" },
  },
];
