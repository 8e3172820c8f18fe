import { GraphQLError } from "graphql";
import { ERROR_TABLE } from "../../domain/errors.js";
import type { Emit } from "../../domain/events.js";
import { ANONYMOUS, type Principal } from "../../domain/principal.js";
import type { RevocableToken } from "../../tokens/revocation-view.js";
import type { TokenRefusal, TokenVerifier, VerifyOutcome } from "../../tokens/token-verifier.js";
import type { RequestContext } from "./request-context.js";

/** The caller, with the revocable token of the request. */
export interface Caller {
  readonly principal: Principal;
  readonly revocable?: RevocableToken;
}

export const NOBODY: Caller = { principal: ANONYMOUS };

/**
 * Verifies the raw credential and returns the caller, synchronously for anonymous callers and known tokens.
 *
 * @throws GraphQLError `UNAUTHENTICATED` with status 401 and a reason, before anything runs
 */
export const authenticate = (
  context: RequestContext,
  verifier: TokenVerifier,
  emit: Emit,
): Caller | Promise<Caller> => {
  const { credential } = context;
  if (credential.kind === "none") return NOBODY;
  const admitted = (outcome: VerifyOutcome): Caller => {
    if (outcome.kind === "verified") return outcome;
    const { reason, detail, issuer = "unknown" } = outcome;
    emit({ type: "credential.refused", reason, detail, issuer, requestId: context.requestId });
    throw refuse(context, reason);
  };
  if (credential.kind === "malformed")
    return admitted({ kind: "refused", reason: "TOKEN_INVALID", detail: credential.detail });
  const outcome = verifier.verify(credential.token, credential.connection);
  return outcome instanceof Promise ? outcome.then(admitted) : admitted(outcome);
};

/** Records a refused credential in the outcome. @returns the error */
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
