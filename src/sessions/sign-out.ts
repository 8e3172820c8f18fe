import { AuthError } from "../domain/errors.js";
import { invalidRefreshAttempt, refreshAttempt } from "../limits/policy.js";
import { mayActForClient, unproven } from "./client-proof.js";
import type { ServiceContext } from "./context.js";
import type { RequestOrigin } from "./delivery.js";
import { endSession } from "./end-session.js";
import type { RevokeOutcome, SignOutCommand } from "./session-service.js";

const NOTHING: RevokeOutcome = { status: "DONE", revoked: 0 };

/**
 * Ends the session of a refresh token. The access token is not needed, because it has often expired before users sign
 * out. Every refresh token of the session is accepted, also an older one: its MAC proves that we issued it. An unknown
 * token, or one of a session that has ended, answers `DONE, 0` (RFC 7009 §2.2).
 *
 * In cookie mode the cookies are cleared, even if the session had ended before. They stay when the answer is an error:
 * the user is still signed in then.
 *
 * @throws AuthError `RATE_LIMITED`; `UNAUTHENTICATED` for two refresh-token cookies
 * @throws FaultError `SERVICE_UNAVAILABLE` when the store does not answer and the user cannot be found without it, and
 *   for a token with a pepper that this gateway does not have
 */
export async function signOut(
  context: ServiceContext,
  command: SignOutCommand,
  origin: RequestOrigin,
): Promise<RevokeOutcome> {
  const { ring } = context;
  if (origin.client?.kind === "refused") return NOTHING;
  const presented = command.refreshToken ?? origin.delivery.presentedRefreshToken();
  const token = ring.parse(presented);
  count(context, token !== undefined, origin.address);
  const pepper = token === undefined ? ring.unknownPepper(presented) : undefined;
  if (pepper !== undefined) throw context.unknownPeppers.refuse(pepper);
  const outcome: RevokeOutcome =
    token === undefined
      ? NOTHING
      : await endSession(context, token, {
          clientId: command.clientId,
          delivery: command.delivery,
          event: "session.revoked",
          mayActFor(id) {
            const isAllowed = mayActForClient(context, origin, id);
            if (!isAllowed) unproven(context, id, origin);
            return isAllowed;
          },
        });
  // A token from the body says nothing about the cookies of the request.
  if (command.refreshToken === undefined) origin.delivery.clear();
  return outcome;
}

/** As for a refresh: requests with invalid tokens do not delay clients with valid ones at the same address. */
function count({ local, limits }: ServiceContext, isOurs: boolean, address: string): void {
  const outcome = local.take([(isOurs ? refreshAttempt : invalidRefreshAttempt)(limits, address)]);
  if (outcome.kind === "limited")
    throw new AuthError("RATE_LIMITED", "too many sign-outs from this address", {
      retryAfter: outcome.retryAfterSeconds,
    });
}
