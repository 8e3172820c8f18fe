import type { SessionId, TenantId, UserId } from "./brand.js";
import type { Authenticated } from "./principal.js";
import type { Seconds, UnixSeconds } from "./time.js";

/** The issuer name of our own tokens in principals and revocations. */
export const LOCAL_ISSUER = "local";

/**
 * One revocation as every gateway keeps it. `until` is an absolute time: the latest expiry of an access token that it
 * revokes. Entries with the same target are merged by maximum (docs/spec/sessions.md §5.3).
 */
export type Revocation =
  | {
      readonly kind: "session";
      readonly tenant: TenantId;
      readonly sessionId: SessionId;
      readonly until: UnixSeconds;
    }
  /**
   * Ends tokens of a lower epoch, and outside tokens mapped to the user that were issued before the epoch (which is a
   * time). Tokens of the same or a higher epoch belong to later sessions, however late this entry arrives.
   */
  | {
      readonly kind: "user";
      readonly tenant: TenantId;
      readonly subject: string;
      readonly epoch: number;
      readonly until: UnixSeconds;
    }
  /**
   * A sign-out everywhere that was accepted while the store did not answer. Only this gateway knows it; no store has
   * it. It ends tokens of this epoch or a lower one, unless their proof of identity is later than `provedBy`.
   */
  | {
      readonly kind: "signOut";
      readonly tenant: TenantId;
      readonly subject: string;
      readonly epoch: number;
      readonly provedBy: UnixSeconds;
      readonly until: UnixSeconds;
    }
  /** Ends one access token, by its `jti`. */
  | {
      readonly kind: "token";
      readonly issuer: string;
      readonly tokenId: string;
      readonly until: UnixSeconds;
    }
  /**
   * Ends the tokens of an outside subject that were issued before `notBefore`. With the issuer `local`: outside tokens
   * that are mapped to this local user.
   */
  | {
      readonly kind: "subject";
      readonly issuer: string;
      readonly subject: string;
      readonly notBefore: UnixSeconds;
      readonly until: UnixSeconds;
    }
  /** Ends the tokens of an outside issuer that have this `sid`. */
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
 * Ends the outside tokens issued so far that are mapped to a local user. Used together with a revocation of the user's
 * own tokens. `iat` has whole seconds: a token of the current second counts as issued before.
 *
 * @param lifeSeconds - the longest life of such a token, clock tolerance included
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

/**
 * A revocation of tokens of an outside issuer; sessions of this gateway do not end by it (docs/spec/sessions.md §8.5).
 */
export type OutsideRevocation = Extract<Revocation, { readonly issuer: string }>;

/**
 * The parts of a verified token by which it can be revoked. Not its bytes: one ECDSA signature has several encodings.
 */
export type RevocableToken = {
  /** `local`, or the outside issuer's `iss`. */
  readonly issuer: string;
  readonly subject: string;
  readonly tenant: TenantId;
  /** The local user that an outside token is mapped to: a revocation of that user's tokens ends it too. */
  readonly localUser?: UserId;
  readonly sessionId?: SessionId;
  readonly tokenId?: string;
  readonly issuedAt: UnixSeconds;
} & (
  | { readonly epoch?: undefined; readonly authTime?: UnixSeconds | undefined }
  | {
      readonly epoch: number;
      /** Required when there is an epoch. `undefined` counts as older than every sign-out. */
      readonly authTime: UnixSeconds | undefined;
    }
);

/** The parts of a caller's token by which it can be revoked. */
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
 * The reference rule of revocation: a token is revoked when any mark ends it. A mark is valid until its `until`, when
 * the last token that it could end has expired. The revocation memory of a gateway must give the same answers.
 */
export function endsToken(mark: Revocation, token: RevocableToken, now: UnixSeconds): boolean {
  if (mark.until <= now) return false;
  const isLocal = token.issuer === LOCAL_ISSUER;
  switch (mark.kind) {
    case "session":
      return isLocal && token.tenant === mark.tenant && token.sessionId === mark.sessionId;
    case "user":
      if (token.tenant !== mark.tenant) return false;
      // An epoch is the time at which it was raised: outside tokens of the user issued until then end too.
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

/** The target of an entry as a key: entries with the same key are merged. */
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

/** The epoch or not-before of an entry; 0 for entries without one. */
export const levelOf = (entry: Revocation): number =>
  "epoch" in entry ? entry.epoch : "notBefore" in entry ? entry.notBefore : 0;
