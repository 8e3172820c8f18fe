import { GraphQLError } from "graphql";
import { ERROR_TABLE } from "../../domain/errors.js";
import type { Emit } from "../../domain/events.js";
import { ANONYMOUS, type Authenticated, type Principal } from "../../domain/principal.js";
import { LOCAL_ISSUER } from "../../domain/revocation.js";
import type { ProofOutcome } from "../../tokens/dpop/presented-proof.js";
import type { RevocableToken } from "../../tokens/revocation-view.js";
import type { TokenVerifier, VerifyOutcome } from "../../tokens/token-verifier.js";
import type { CredentialRefusal, RawCredential, RequestContext } from "./request-context.js";

/** The caller, with the revocable token of the request. */
export interface Caller {
  readonly principal: Principal;
  readonly revocable?: RevocableToken;
}

export const NOBODY: Caller = { principal: ANONYMOUS };

export interface AuthenticationParts {
  readonly verifier: TokenVerifier;
  readonly emit: Emit;
  /** A proof for a mutation is accepted once by all gateways together. */
  readonly isMutation: boolean;
  /** Called for each request with a bound token and a valid proof, or a cookie with a token that was issued for it. */
  readonly onProvenUse: (principal: Authenticated) => void;
}

/**
 * Verifies the raw credential and returns the caller, synchronously for anonymous callers and known tokens.
 *
 * @throws GraphQLError `UNAUTHENTICATED` with status 401 and a reason, before anything runs
 */
export const authenticate = (
  context: RequestContext,
  { verifier, emit, isMutation, onProvenUse }: AuthenticationParts,
): Caller | Promise<Caller> => {
  const { credential } = context;
  if (credential.kind === "none") return NOBODY;
  const admitted = (outcome: VerifyOutcome): Caller | Promise<Caller> => {
    if (outcome.kind === "refused") {
      const { reason, detail, issuer = "unknown" } = outcome;
      emit({ type: "credential.refused", reason, detail, issuer, requestId: context.requestId });
      throw refuse(context, reason);
    }
    const isBound = outcome.principal.keyThumbprint !== undefined;
    if (!isBound && credential.kind !== "dpop") {
      if (credential.kind === "cookie") onProvenUse(outcome.principal);
      return outcome;
    }
    const invalid = (detail: string): Caller | Promise<Caller> =>
      admitted({
        kind: "refused",
        reason: "TOKEN_INVALID",
        detail,
        issuer: outcome.revocable.issuer,
      });
    // RFC 9449 §7.1, §7.2: the scheme must be that of the token. A stolen bound token is often tried as a bearer token.
    if (credential.kind !== "dpop") {
      const reason = "a bound token was sent with the scheme Bearer";
      emit({ type: "dpop.refused", check: "scheme", reason, requestId: context.requestId });
      return invalid(reason);
    }
    if (!isBound) return invalid("a bearer token was sent with the scheme DPoP");
    return proven(context, outcome, credential.token, { isMutation, onProvenUse });
  };
  if (credential.kind === "malformed")
    return admitted({ kind: "refused", reason: "TOKEN_INVALID", detail: credential.detail });
  if (credential.kind === "expired")
    return admitted({
      kind: "refused",
      reason: "TOKEN_EXPIRED",
      detail: "the cookie with the access token is gone",
      issuer: LOCAL_ISSUER,
    });
  const conclude = (outcome: VerifyOutcome): Caller | Promise<Caller> =>
    admitted(fitting(credential, outcome));
  const outcome = verifier.verify(credential.token, credential.connection);
  return outcome instanceof Promise ? outcome.then(conclude) : conclude(outcome);
};

/**
 * Was the token issued for where it came from? Its verification may be remembered from either place, so this is checked
 * at every use: a token of a cookie session is no use in `Authorization`, and no other token is in a cookie.
 */
export const fitting = (
  credential: Extract<RawCredential, { readonly token: string }>,
  outcome: VerifyOutcome,
): VerifyOutcome => {
  if (outcome.kind === "refused") return outcome;
  const { delivery, clientId, issuer } = outcome.principal;
  const fits =
    credential.kind === "cookie"
      ? issuer === LOCAL_ISSUER && delivery === "cookie" && clientId === credential.clientId
      : delivery === undefined;
  if (fits) return outcome;
  const detail =
    credential.kind === "cookie"
      ? "the cookie holds a token that was not issued for it"
      : "the token of a cookie session in Authorization";
  return { kind: "refused", reason: "TOKEN_INVALID", detail, issuer };
};

/** A verified bound token, with the proof that its sender has the key. */
function proven(
  context: RequestContext,
  caller: Extract<VerifyOutcome, { kind: "verified" }>,
  accessToken: string,
  { isMutation, onProvenUse }: Pick<AuthenticationParts, "isMutation" | "onProvenUse">,
): Caller | Promise<Caller> {
  const { keyThumbprint: thumbprint } = caller.principal;
  if (context.proof === undefined || thumbprint === undefined) throw refuse(context, "DPOP_PROOF_INVALID");
  const decide = (outcome: ProofOutcome): Caller => {
    if (outcome.kind === "refused")
      throw refuse(context, outcome.isAmbiguous ? "TOKEN_INVALID" : outcome.reason);
    onProvenUse(caller.principal);
    return caller;
  };
  const outcome = context.proof.check({ accessToken, thumbprint, lasting: isMutation });
  return outcome instanceof Promise ? outcome.then(decide) : decide(outcome);
}

/** Records a refused credential in the outcome. @returns the error */
export const refuse = (context: RequestContext, reason: CredentialRefusal): GraphQLError => {
  context.outcome.credentialRefused = reason;
  return new GraphQLError(ERROR_TABLE.UNAUTHENTICATED.publicText, {
    extensions: {
      code: "UNAUTHENTICATED",
      reason,
      http: { status: ERROR_TABLE.UNAUTHENTICATED.status },
    },
  });
};
