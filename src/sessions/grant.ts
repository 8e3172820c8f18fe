import type { User } from "../credentials/user-directory.js";
import { chosenClaims } from "../domain/claims.js";
import { FaultError } from "../domain/errors.js";
import { lastSeenAt, type Session } from "../domain/session.js";
import { nowSeconds } from "../domain/time.js";
import { ISSUE_SLACK_SECONDS, type ServiceContext } from "./context.js";
import type { TokenPair } from "./delivery.js";
import type { ClientSettings } from "./dependencies.js";
import { readMetadata } from "./metadata.js";
import { allowedScopes } from "./scope.js";
import type { Grant, RequestOrigin, SessionView } from "./session-service.js";

/** Stated to the store before it decides: no access token of this command will expire later. */
export const accessExpiresBy = (context: ServiceContext, ttlSeconds = context.longestTtlSeconds): number =>
  nowSeconds(context.clock) + ttlSeconds + ISSUE_SLACK_SECONDS;

export interface GrantInput {
  readonly session: Session;
  readonly user: User;
  readonly client: ClientSettings;
  readonly refreshToken: string;
  /** Narrower than the session's grant, where asked for. */
  readonly requested?: readonly string[] | undefined;
  /** What the store was told. */
  readonly expiresBy: number;
  /** The token lives no longer than until then. */
  readonly notAfter?: number;
}

/**
 * Signs the access token and hands the pair to the client. Times are taken here, after the store has decided, so that
 * a token is never older than the revocation it must obey.
 *
 * @throws FaultError `SERVICE_UNAVAILABLE` when issuing stalled for longer than the store was told
 */
export async function grant(
  context: ServiceContext,
  input: GrantInput,
  origin: RequestOrigin,
): Promise<Grant> {
  const { session, user, client, refreshToken, expiresBy } = input;
  const now = nowSeconds(context.clock);
  const stated = Math.min(client.accessTtlSeconds ?? context.policy.accessTtlSeconds, expiresBy - now);
  if (stated <= 0) throw new FaultError("SERVICE_UNAVAILABLE", "issuing an access token took too long");
  // A token does not outlive its session. Where the store's clock runs behind ours a moment of life is left to it.
  const ttlSeconds = Math.max(
    1,
    Math.min(stated, session.absoluteExpiresAt - now, (input.notAfter ?? Infinity) - now),
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
      // The directory's word counts more than what a session was given along.
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
  origin.delivery.deliver(pair);
  return { mode: session.delivery, pair, scope: scopes.join(" "), session: viewOf(session, true) };
}

/** A session as its owner sees it: no hash, no epoch, no pepper. */
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
