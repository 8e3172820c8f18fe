import type { SessionId, TenantId, UserId } from "./brand.js";
import type { Authenticated } from "./principal.js";
import type { Seconds, UnixSeconds } from "./time.js";

/** Issuer name of our own tokens in revocations. */
export const LOCAL_ISSUER = "local";

/**
 * One revocation as every gateway remembers it. `until` is absolute and taken from the latest access-token expiry
 * issued for what is revoked; entries about the same thing are merged by maximum (sessions §5).
 */
export type Revocation =
  | {
      readonly kind: "session";
      readonly tenant: TenantId;
      readonly sessionId: SessionId;
      readonly until: UnixSeconds;
    }
  /**
   * Tokens of a lower epoch, and outside tokens that stand for the user and were issued before the time it tells. Higher
   * ones are of sessions that began since, however late this is heard of.
   */
  | {
      readonly kind: "user";
      readonly tenant: TenantId;
      readonly subject: string;
      readonly epoch: number;
      readonly until: UnixSeconds;
    }
  /**
   * What a user was promised who signed out everywhere while the store did not answer. Known to this gateway alone, never
   * in a store. Of those who are still of that epoch it spares whoever proved who they are since.
   */
  | {
      readonly kind: "signOut";
      readonly tenant: TenantId;
      readonly subject: string;
      readonly epoch: number;
      readonly provedBy: UnixSeconds;
      readonly until: UnixSeconds;
    }
  /** One access token by its `jti`. */
  | {
      readonly kind: "token";
      readonly issuer: string;
      readonly tokenId: string;
      readonly until: UnixSeconds;
    }
  /**
   * Somebody of an outside issuer: tokens issued before `notBefore`. Of the issuer `local`: outside tokens that were
   * mapped to this local user.
   */
  | {
      readonly kind: "subject";
      readonly issuer: string;
      readonly subject: string;
      readonly notBefore: UnixSeconds;
      readonly until: UnixSeconds;
    }
  /** Tokens of an outside issuer that carry this `sid`. */
  | {
      readonly kind: "outsideSession";
      readonly issuer: string;
      readonly sessionId: string;
      readonly until: UnixSeconds;
    }
  | {
      readonly kind: "tenant";
      readonly tenant: TenantId;
      readonly notBefore: UnixSeconds;
      readonly until: UnixSeconds;
    }
  | { readonly kind: "global"; readonly notBefore: UnixSeconds; readonly until: UnixSeconds };

/**
 * Ends the outside tokens issued so far that stand for a local user, with whatever ends this user's own. Their `iat`
 * has whole seconds: one of this very second is taken for older.
 *
 * @param lifeSeconds - how long such a token may be good at most, tolerance included
 */
export const mappedTokensOf = (
  user: UserId,
  now: UnixSeconds,
  lifeSeconds: Seconds,
): Extract<Revocation, { readonly kind: "subject" }> => ({
  kind: "subject",
  issuer: LOCAL_ISSUER,
  subject: user,
  notBefore: now + 1,
  until: now + 1 + lifeSeconds,
});

/** What an operator may end of an outside issuer, where nothing of ours ends with it (sessions §8). */
export type OutsideRevocation = Extract<Revocation, { readonly issuer: string }>;

/** What of a verified token can be revoked. Never the token's bytes: one ECDSA signature has several spellings. */
export type RevocableToken = {
  /** `local`, or the outside issuer's `iss`. */
  readonly issuer: string;
  readonly subject: string;
  readonly tenant: TenantId;
  /** The local user an outside token was mapped to: what ends this user's tokens ends it too. */
  readonly localUser?: UserId;
  readonly sessionId?: SessionId;
  readonly tokenId?: string;
  readonly issuedAt: UnixSeconds;
} & (
  | { readonly epoch?: undefined; readonly authTime?: UnixSeconds | undefined }
  | {
      readonly epoch: number;
      /** Never left out where there is an epoch: `undefined` stands for a proof from before any promise. */
      readonly authTime: UnixSeconds | undefined;
    }
);

/** What of a caller can be revoked. */
export function revocableOf(caller: Authenticated): RevocableToken {
  const { issuer, subject, tenant, sessionId, tokenId, epoch, issuedAt, authTime } = caller;
  const token = {
    issuer,
    subject,
    tenant,
    issuedAt,
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(tokenId === undefined ? {} : { tokenId }),
  };
  return epoch === undefined ? token : { ...token, epoch, authTime };
}

/**
 * The law of what is revoked, one mark at a time: a token is revoked when any mark ends it. A mark counts until its
 * `until`, when the last token it could end has expired. What a gateway remembers, and however it stores that, must
 * answer as this does.
 */
export function endsToken(mark: Revocation, token: RevocableToken, now: UnixSeconds): boolean {
  if (mark.until <= now) return false;
  const isLocal = token.issuer === LOCAL_ISSUER;
  switch (mark.kind) {
    case "session":
      return isLocal && token.tenant === mark.tenant && token.sessionId === mark.sessionId;
    case "user":
      if (token.tenant !== mark.tenant) return false;
      // An epoch tells when it was raised: with it end the outside tokens that stood for the user by then.
      if (!isLocal) return token.localUser === mark.subject && token.issuedAt * 1000 <= mark.epoch;
      return token.subject === mark.subject && token.epoch !== undefined && token.epoch < mark.epoch;
    case "signOut":
      return (
        isLocal &&
        token.tenant === mark.tenant &&
        token.subject === mark.subject &&
        token.epoch !== undefined &&
        token.epoch <= mark.epoch &&
        (token.authTime ?? 0) <= mark.provedBy
      );
    case "token":
      return token.issuer === mark.issuer && token.tokenId === mark.tokenId;
    case "subject":
      return (
        !isLocal &&
        (mark.issuer === LOCAL_ISSUER
          ? token.localUser === mark.subject
          : token.issuer === mark.issuer && token.subject === mark.subject) &&
        token.issuedAt < mark.notBefore
      );
    case "outsideSession":
      return !isLocal && token.issuer === mark.issuer && token.sessionId === mark.sessionId;
    case "tenant":
      return token.tenant === mark.tenant && token.issuedAt < mark.notBefore;
    case "global":
      return token.issuedAt < mark.notBefore;
    default:
      return mark satisfies never;
  }
}

/** What an entry is about, without how far it goes. */
export function nameOf(entry: Revocation): string {
  const { kind } = entry;
  switch (kind) {
    case "session":
      return JSON.stringify([kind, entry.tenant, entry.sessionId]);
    case "user":
    case "signOut":
      return JSON.stringify([kind, entry.tenant, entry.subject]);
    case "token":
      return JSON.stringify([kind, entry.issuer, entry.tokenId]);
    case "subject":
      return JSON.stringify([kind, entry.issuer, entry.subject]);
    case "outsideSession":
      return JSON.stringify([kind, entry.issuer, entry.sessionId]);
    case "tenant":
      return JSON.stringify([kind, entry.tenant]);
    case "global":
      return kind;
    default:
      return kind satisfies never;
  }
}

/** An epoch or a not-before; other entries have none. */
export const levelOf = (entry: Revocation): number =>
  "epoch" in entry ? entry.epoch : "notBefore" in entry ? entry.notBefore : 0;
