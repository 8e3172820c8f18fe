import { randomBytes } from "node:crypto";
import { type ClientId, DEFAULT_TENANT } from "../domain/brand.js";
import type { ClientAuthMethod, Emit } from "../domain/events.js";
import { type Clock, nowSeconds, type Seconds } from "../domain/time.js";
import type { LocalLimiter } from "../limits/local-limiter.js";
import { clientAuthFailures } from "../limits/policy.js";
import type { OutsideKeys } from "../tokens/outside-keys.js";
import { type AssertionRules, readAssertion, signatureProblem } from "./assertion.js";
import type { PresentedClient } from "./presented.js";
import { createSecretCheck, type SecretCheck } from "./secrets.js";
import type { UsedAssertions } from "./used-assertions.js";

/** How a confidential client proves who it is. */
export type ClientCredential =
  | { readonly method: "client_secret_basic"; readonly isSecret: SecretCheck }
  | { readonly method: "private_key_jwt"; readonly keys: Pick<OutsideKeys, "find"> };

export type ClientVerdict =
  /** A client that does not authenticate. Its `client_id`, if it sent one, may be unknown. */
  | { readonly kind: "public"; readonly clientId?: ClientId }
  | { readonly kind: "authenticated"; readonly clientId: ClientId }
  | { readonly kind: "refused" }
  | { readonly kind: "limited"; readonly retryAfterSeconds: Seconds };

/** Decides which client a request comes from. */
export interface ClientAuthentication {
  /**
   * Synchronous unless a key set or the store has to be asked. A refusal is counted and reported as `client.refused`.
   *
   * @param address - of the connection, never one that the client names
   * @throws FaultError `SERVICE_UNAVAILABLE` while the key set of the named client cannot be read
   */
  authenticate(presented: PresentedClient, address: string): ClientVerdict | Promise<ClientVerdict>;
}

export interface ClientAuthenticationOptions {
  /** The clients that must authenticate. All others are public, also unknown ones. */
  readonly confidential: ReadonlyMap<ClientId, ClientCredential>;
  readonly rules: AssertionRules;
  readonly used: UsedAssertions;
  readonly local: LocalLimiter;
  /** Failed attempts per client and address, and per address, in a minute. */
  readonly maxFailures: number;
  readonly clock: Clock;
  readonly emit: Emit;
}

/** Client ids are quoted in the log as the request had them, so they are shortened first. */
const MAX_LOGGED_ID = 64;

/**
 * Client authentication (RFC 6749 §2.3): exactly the method that is configured for the client, and no other. Wrong
 * attempts are limited per client and address before anything is compared.
 */
export function createClientAuthentication(options: ClientAuthenticationOptions): ClientAuthentication {
  const { confidential, rules, used, local, maxFailures, clock, emit } = options;
  // An unknown client takes as long as a wrong secret.
  const dummySecret = createSecretCheck([randomBytes(32).toString("base64url")]);

  const refuse = (
    method: ClientAuthMethod,
    id: ClientId | undefined,
    address: string,
    reason: string,
  ): ClientVerdict => {
    local.take(clientAuthFailures(maxFailures, id ?? "", address));
    const clientId = loggedId(id ?? "");
    emit({ type: "client.refused", tenant: DEFAULT_TENANT, clientId, address, reason, method });
    return { kind: "refused" };
  };

  const byAssertion = async (
    presented: Extract<PresentedClient, { kind: "private_key_jwt" }>,
    address: string,
  ): Promise<ClientVerdict> => {
    const method = "private_key_jwt";
    const assertion = readAssertion(presented.assertion, rules, nowSeconds(clock));
    const id = assertion.clientId ?? presented.clientId;
    const limited = limitOf(id, address);
    if (limited !== undefined) return limited;
    if (assertion.kind === "refused") return refuse(method, id, address, assertion.reason);
    if (presented.clientId !== undefined && presented.clientId !== assertion.clientId)
      return refuse(method, id, address, "client_id is another client than that of the assertion");
    const credential = confidential.get(assertion.clientId);
    if (credential?.method !== method)
      return refuse(method, id, address, `the client is not configured for ${method}`);
    const problem = await signatureProblem(assertion, credential.keys);
    if (problem !== undefined) return refuse(method, id, address, problem);
    // Only now: an assertion that anybody can make up must not fill the memory.
    if (!(await used.use(assertion.clientId, assertion.assertionId, assertion.until)))
      return refuse(method, id, address, "the assertion was used before");
    return { kind: "authenticated", clientId: assertion.clientId };
  };

  const limitOf = (id: ClientId | undefined, address: string): ClientVerdict | undefined => {
    const outcome = local.check(clientAuthFailures(maxFailures, id ?? "", address));
    return outcome.kind === "limited"
      ? { kind: "limited", retryAfterSeconds: outcome.retryAfterSeconds }
      : undefined;
  };

  return {
    authenticate(presented, address) {
      if (presented.kind === "none") {
        const { clientId } = presented;
        if (clientId === undefined || !confidential.has(clientId)) return { ...presented, kind: "public" };
        return (
          limitOf(clientId, address) ?? refuse("none", clientId, address, "the client must authenticate")
        );
      }
      if (presented.kind === "private_key_jwt") return byAssertion(presented, address);
      const { clientId } = presented;
      const limited = limitOf(clientId, address);
      if (limited !== undefined) return limited;
      if (presented.kind === "unusable") return refuse("unusable", clientId, address, presented.reason);
      const credential = confidential.get(presented.clientId);
      if (credential?.method !== presented.kind) {
        dummySecret(presented.secret);
        return refuse(
          presented.kind,
          clientId,
          address,
          `the client is not configured for ${presented.kind}`,
        );
      }
      return credential.isSecret(presented.secret)
        ? { kind: "authenticated", clientId: presented.clientId }
        : refuse(presented.kind, clientId, address, "wrong secret");
    },
  };
}

const loggedId = (id: string): string => id.replace(/\p{C}|[\u2028\u2029]/gu, "").slice(0, MAX_LOGGED_ID);
