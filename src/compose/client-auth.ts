import {
  type ClientAuthentication,
  type ClientCredential,
  createClientAuthentication,
} from "../client-auth/authenticate.js";
import { createSecretCheck } from "../client-auth/secrets.js";
import { createUsedAssertions } from "../client-auth/used-assertions.js";
import type { ResolvedClientAuth } from "../config/client-auth.js";
import type { CardeaConfig } from "../config/resolve.js";
import { type ClientId, clientId } from "../domain/brand.js";
import { ConfigError, type Problem } from "../domain/errors.js";
import type { Emit } from "../domain/events.js";
import type { Clock } from "../domain/time.js";
import { createLocalLimiter } from "../limits/local-limiter.js";
import type { Stores } from "../sessions/stores.js";
import { VERIFYING_ALGORITHMS } from "../tokens/algorithms.js";
import { isHttps, isUrl, locationProblem, readJwksDocument } from "../tokens/jwks-document.js";
import { createOutsideKeys, type OutsideKeys } from "../tokens/outside-keys.js";
import { readJwks } from "../tokens/public-keys.js";

export interface ClientAuthParts {
  readonly issuer: string;
  readonly stores: Pick<Stores, "limiter">;
  readonly clock: Clock;
  readonly emit: Emit;
}

export interface OpenedClientAuth {
  readonly clients: ClientAuthentication;
  /** One message for each key set behind a URL that cannot be read now; assertions of its client get 503. */
  readonly notes: readonly string[];
}

type KeyLocation = Extract<ResolvedClientAuth, { method: "private_key_jwt" }>;

/**
 * Opens the authentication of the configured clients, and reads their key sets.
 *
 * @throws ConfigError for a key set that may not be read from its location, and for a file without a usable key
 */
export async function openClientAuth(
  config: CardeaConfig,
  parts: ClientAuthParts,
): Promise<OpenedClientAuth> {
  const { issuer, stores, clock, emit } = parts;
  const confidential = new Map<ClientId, ClientCredential>();
  const problems: Problem[] = [];
  const notes: string[] = [];
  for (const [id, { auth }] of Object.entries(config.clients)) {
    if (auth === undefined) continue;
    if (auth.method === "client_secret_basic") {
      confidential.set(clientId(id), { method: auth.method, isSecret: createSecretCheck(auth.secrets) });
      continue;
    }
    const where = `clients.${id}.auth`;
    const refused = locationProblems(where, auth);
    problems.push(...refused);
    if (refused.length > 0) continue;
    const keys = keysOf(id, auth, clock);
    confidential.set(clientId(id), { method: auth.method, keys });
    const failure = await keys.prepare();
    if (failure === undefined) continue;
    if (isUrl(auth.jwks))
      notes.push(`${failure}; assertions of client ${id} are answered with 503 until it can be read`);
    else
      problems.push({
        kind: "BAD_KEY",
        where: `${where}.jwks`,
        found: failure,
        allowed: "a JWKS file with a public key for an asymmetric algorithm, and no private one",
        fix: "write the public keys of the client into the file",
      });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    notes,
    clients: createClientAuthentication({
      confidential,
      rules: { issuer, clockToleranceSeconds: config.tokens.clockToleranceSeconds },
      used: createUsedAssertions({ limiter: stores.limiter, clock, emit }),
      local: createLocalLimiter(clock),
      maxFailures: config.limits.clientAuthFailures,
      clock,
      emit,
    }),
  };
}

const keysOf = (id: string, location: KeyLocation, clock: Clock): OutsideKeys =>
  createOutsideKeys(
    `client ${id} at ${location.jwks}`,
    async () => {
      const text = await readJwksDocument(location);
      const keys = readJwks(text, VERIFYING_ALGORITHMS);
      if (keys.length === 0) throw new TypeError("the key set has no usable public key");
      // Whoever can read the set could sign as the client.
      if (hasPrivateMember(text)) throw new TypeError("the key set has a private key in it");
      return keys;
    },
    clock,
  );

const PRIVATE_MEMBERS = ["d", "k", "p", "q"];

function hasPrivateMember(text: string): boolean {
  const { keys } = JSON.parse(text) as { readonly keys: readonly unknown[] }; // readJwks has checked it
  return keys.some(
    (jwk) =>
      typeof jwk === "object" && jwk !== null && PRIVATE_MEMBERS.some((name) => Object.hasOwn(jwk, name)),
  );
}

function locationProblems(where: string, location: KeyLocation): readonly Problem[] {
  const problems: Problem[] = [];
  const found = locationProblem(location);
  if (found !== undefined)
    problems.push({
      kind: "INVALID_SETTING",
      where: `${where}.jwks`,
      found,
      allowed: "a file, or an https URL with a public address",
      fix: "use a public https URL, or set allowPrivateAddresses",
    });
  if (location.tls !== undefined && !isHttps(location.jwks))
    problems.push({
      kind: "CONFLICTING_SETTINGS",
      where: `${where}.tls`,
      found: "TLS settings for a key set that is not read over https",
      allowed: "an https URL in jwks",
      fix: `remove ${where}.tls, or use an https URL`,
    });
  return problems;
}
