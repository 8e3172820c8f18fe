import type { User } from "../credentials/user-directory.js";
import { chosenClaims } from "../domain/claims.js";
import { AuthError, FaultError } from "../domain/errors.js";
import { lastSeenAt, type Session } from "../domain/session.js";
import { nowSeconds } from "../domain/time.js";
import { ISSUE_SLACK_SECONDS, type ServiceContext } from "./context.js";
import type { RequestOrigin, TokenPair } from "./delivery.js";
import type { ClientSettings } from "./dependencies.js";
import { readMetadata } from "./metadata.js";
import { allowedScopes } from "./scope.js";
import type { Grant, SessionView } from "./session-service.js";

/** The latest expiry of an access token of this command, recorded in the store before it decides. */
export const accessExpiresBy = (context: ServiceContext, ttlSeconds = context.longestTtlSeconds): number =>
  nowSeconds(context.clock) + ttlSeconds + ISSUE_SLACK_SECONDS;

export interface GrantInput {
  readonly session: Session;
  readonly user: User;
  readonly client: ClientSettings;
  readonly refreshToken: string;
  /** The `jkt` that the tokens are bound to. Absent: bearer tokens. */
  readonly keyThumbprint: string | undefined;
  /** The requested scopes. Absent: the request names none. */
  readonly requested?: readonly string[] | undefined;
  /** The latest expiry that was recorded in the store. */
  readonly expiresBy: number;
  /** The token expires at this time at the latest. */
  readonly notAfter?: number;
  /** Only at a login. */
  readonly deviceToken?: string;
  /** Only at a login: see `LoginCommand.remember`. */
  readonly remember?: boolean | undefined;
}

/**
 * Signs the access token and sends the pair to the client. `iat` is taken here, after the store has decided, so that a
 * token is never older than a revocation that applies to it.
 *
 * @throws AuthError `INVALID_GRANT` for a cookie session in a request that cannot set its cookies
 * @throws FaultError `SERVICE_UNAVAILABLE` when it took longer than the recorded expiry allows; `INTERNAL_SERVER_ERROR`
 *   for a token that does not fit into a cookie
 */
export async function grant(
  context: ServiceContext,
  input: GrantInput,
  origin: RequestOrigin,
): Promise<Grant> {
  const { session, user, client, refreshToken, keyThumbprint, expiresBy } = input;
  if (session.delivery === "cookie" && origin.delivery.cookieClient !== session.clientId)
    throw new AuthError(
      "INVALID_GRANT",
      "the session has delivery: cookie, and the request is not of its client",
    );
  const now = nowSeconds(context.clock);
  const allowed = Math.min(client.accessTtlSeconds ?? context.policy.accessTtlSeconds, expiresBy - now);
  if (allowed <= 0)
    throw new FaultError(
      "SERVICE_UNAVAILABLE",
      `issuing an access token took longer than ${ISSUE_SLACK_SECONDS} s after the store's decision`,
    );
  // A token does not outlive its session. It gets at least a second, in case the store's clock is behind ours.
  const ttlSeconds = Math.max(
    1,
    Math.min(allowed, session.absoluteExpiresAt - now, (input.notAfter ?? Infinity) - now),
  );

  const mayHave = allowedScopes(user.scopes, client.scopes);
  const scopes = (input.requested ?? session.scopes).filter(
    (scope) => session.scopes.includes(scope) && mayHave.includes(scope),
  );
  const issued = await context.issuer.issue(
    {
      userId: session.userId,
      tenant: session.tenant,
      sessionId: session.id,
      clientId: session.clientId,
      generation: session.generation,
      ...(session.retiredGeneration === undefined ? {} : { retiredGeneration: session.retiredGeneration }),
      epoch: session.epoch,
      scopes,
      authTime: session.authTime,
      ...(session.acr === undefined ? {} : { acr: session.acr }),
      amr: session.amr,
      ttlSeconds,
      ...(session.delivery === "cookie" ? { delivery: session.delivery } : {}),
      ...(client.access === undefined ? {} : { format: client.access }),
      keyThumbprint,
      // Attributes of the directory overwrite session metadata of the same name.
      claims: chosenClaims(context.claimNames ?? [], readMetadata(session), user.attributes),
    },
    now,
  );
  const pair: TokenPair = {
    accessToken: issued.token,
    ...(client.refresh === false ? {} : { refreshToken }),
    accessExpiresAt: issued.expiresAt,
    sessionExpiresAt: session.expiresAt,
  };
  // A bearer client may use an origin that also has a cookie client: its tokens are in the body alone.
  if (session.delivery === "cookie")
    origin.delivery.deliver({ ...pair, deviceToken: input.deviceToken, remember: input.remember });
  return {
    mode: session.delivery,
    tokenType: keyThumbprint === undefined ? "Bearer" : "DPoP",
    pair,
    scope: scopes.join(" "),
    session: viewOf(session, true),
  };
}

/** A session as its owner sees it, without hash, epoch and pepper. */
export function viewOf(session: Session, current: boolean): SessionView {
  return {
    id: session.id,
    userId: session.userId,
    createdAt: session.createdAt,
    lastSeenAt: lastSeenAt(session),
    expiresAt: session.expiresAt,
    authTime: session.authTime,
    ...(session.acr === undefined ? {} : { acr: session.acr }),
    amr: session.amr,
    scopes: session.scopes,
    ...(session.device === undefined ? {} : { device: session.device }),
    ...(session.ip === undefined ? {} : { ip: session.ip }),
    current,
    ...(session.metadata === undefined ? {} : { metadata: readMetadata(session) }),
  };
}
