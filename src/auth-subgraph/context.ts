import { AuthError } from "../domain/errors.js";
import type { Authenticated, Principal } from "../domain/principal.js";
import type { Clock } from "../domain/time.js";
import type { RequestOrigin, SessionService } from "../sessions/session-service.js";
import type { Loaders } from "./loaders.js";

/** What the resolvers of one request work with. */
export interface AuthContext {
  readonly principal: Principal;
  readonly origin: RequestOrigin;
  readonly sessions: SessionService;
  readonly loaders: Loaders;
  readonly clock: Clock;
  /** Called when tokens are handed out, in whatever mode. */
  readonly onTokens: () => void;
}

/**
 * The local user who calls. The guards of the SDL were enforced before planning; this is the second lock, and the
 * only place that knows which outside callers count as local users.
 *
 * @throws AuthError `UNAUTHENTICATED` for nobody, `FORBIDDEN` for an outside caller no rule maps (sessions §8)
 */
export function localUser({ principal }: Pick<AuthContext, "principal">): Authenticated {
  if (principal.kind !== "user")
    throw new AuthError("UNAUTHENTICATED", "the auth subgraph needs a user here");
  if (principal.issuer === "local") return principal;
  if (principal.localUserId === undefined) {
    throw new AuthError("FORBIDDEN", "an outside subject without a local user has no sessions here");
  }
  // Its `sid` is the other issuer's; here it would name a session of ours.
  const { sessionId: _, ...mapped } = principal;
  return { ...mapped, issuer: "local", subject: principal.localUserId };
}
