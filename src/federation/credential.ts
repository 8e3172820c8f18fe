import { GraphQLError } from "graphql";
import { ERROR_TABLE } from "../domain/errors.js";
import { ANONYMOUS, type Principal } from "../domain/principal.js";
import type { RevocableToken } from "../tokens/revocation-view.js";
import type { TokenRefusal, TokenVerifier } from "../tokens/token-verifier.js";
import type { RequestContext } from "./request-context.js";

/** Who asks, and what of their token can be revoked while they do. */
export interface Caller {
  readonly principal: Principal;
  readonly revocable?: RevocableToken;
}

export const NOBODY: Caller = { principal: ANONYMOUS };

/**
 * Turns the raw credential into a caller. Answers synchronously for anonymous callers and known tokens.
 *
 * @throws GraphQLError `UNAUTHENTICATED` with status 401 and a reason: nothing has run
 */
export const authenticate = (context: RequestContext, verifier: TokenVerifier): Caller | Promise<Caller> => {
  const { credential } = context;
  if (credential.kind === "none") return NOBODY;
  if (credential.kind === "malformed") throw refuse(context, "TOKEN_INVALID");
  const outcome = verifier.verify(credential.token, credential.connection);
  return outcome instanceof Promise
    ? outcome.then((settled) => admitted(context, settled))
    : admitted(context, outcome);
};

const admitted = (context: RequestContext, outcome: Awaited<ReturnType<TokenVerifier["verify"]>>): Caller => {
  if (outcome.kind === "verified") return outcome;
  throw refuse(context, outcome.reason);
};

/** @returns the error of a credential that is good for nothing, and notes the refusal in the outcome */
export const refuse = (context: RequestContext, reason: TokenRefusal): GraphQLError => {
  context.outcome.credentialRefused = reason;
  return new GraphQLError(ERROR_TABLE.UNAUTHENTICATED.publicText, {
    extensions: {
      code: "UNAUTHENTICATED",
      reason,
      http: { status: ERROR_TABLE.UNAUTHENTICATED.status },
    },
  });
};
