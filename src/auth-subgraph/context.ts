import { AuthError } from "../domain/errors.js";
import type { Authenticated, Principal } from "../domain/principal.js";
import type { Clock } from "../domain/time.js";
import type { RequestOrigin } from "../sessions/delivery.js";
import type { SessionService } from "../sessions/session-service.js";
import type { Loaders } from "./loaders.js";

/** What the resolvers of one request work with. */
export interface AuthContext {
  readonly principal: Principal;
  readonly origin: RequestOrigin;
  readonly sessions: SessionService;
  readonly loaders: Loaders;
  readonly clock: Clock;
  /** Called when tokens are issued, in every delivery mode. */
  readonly onTokens: () => void;
}

/**
 * The caller as a local user. The guards of the SDL were enforced before planning; this is a second check, and the only
 * place that decides which outside callers count as local users.
 *
 * @throws AuthError `UNAUTHENTICATED` for an anonymous caller, `FORBIDDEN` for an outside one without a local user
 *   (docs/spec/sessions.md §8.4)
 */
export function localUser({ principal }: Pick<AuthContext, "principal">): Authenticated {
  if (principal.kind !== "user")
    throw new AuthError("UNAUTHENTICATED", "this field of the auth subgraph needs a signed-in user");
  if (principal.issuer === "local") return principal;
  if (principal.localUserId === undefined) {
    throw new AuthError(
      "FORBIDDEN",
      "the caller's outside issuer maps them to no local user, so they have no sessions here (issuers[].subject)",
    );
  }
  // Its `sid` belongs to the outside issuer; kept, it would be taken for a session of ours.
  const { sessionId: _, ...mapped } = principal;
  return { ...mapped, issuer: "local", subject: principal.localUserId };
}
