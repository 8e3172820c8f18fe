import { GraphQLError } from "graphql";
import { ERROR_TABLE } from "../domain/errors.js";
import { ANONYMOUS, type Principal } from "../domain/principal.js";
import type { TokenRefusal, TokenVerifier } from "../tokens/token-verifier.js";
import type { RequestContext } from "./request-context.js";

/**
 * Turns the raw credential into a principal. Answers synchronously for anonymous callers and known tokens.
 *
 * @throws GraphQLError `UNAUTHENTICATED` with status 401 and a reason: nothing has run
 */
export const authenticate = (
  context: RequestContext,
  verifier: TokenVerifier,
): Principal | Promise<Principal> => {
  const { credential } = context;
  if (credential.kind === "none") return ANONYMOUS;
  if (credential.kind === "malformed") throw refuse(context, "TOKEN_INVALID");
  const outcome = verifier.verify(credential.token, credential.connection);
  return outcome instanceof Promise
    ? outcome.then((settled) => admitted(context, settled))
    : admitted(context, outcome);
};

const admitted = (
  context: RequestContext,
  outcome: Awaited<ReturnType<TokenVerifier["verify"]>>,
): Principal => {
  if (outcome.kind === "verified") return outcome.principal;
  throw refuse(context, outcome.reason);
};

const refuse = (context: RequestContext, reason: TokenRefusal): GraphQLError => {
  context.outcome.credentialRefused = reason;
  return new GraphQLError(ERROR_TABLE.UNAUTHENTICATED.publicText, {
    extensions: {
      code: "UNAUTHENTICATED",
      reason,
      http: { status: ERROR_TABLE.UNAUTHENTICATED.status },
    },
  });
};
