import type { SessionId, TenantId } from "./brand.js";
import type { UnixSeconds } from "./time.js";

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
  /** Only tokens with exactly this epoch are good. */
  | {
      readonly kind: "user";
      readonly tenant: TenantId;
      readonly subject: string;
      readonly epoch: number;
      readonly until: UnixSeconds;
    }
  /** One access token by its `jti`. */
  | {
      readonly kind: "token";
      readonly issuer: string;
      readonly tokenId: string;
      readonly until: UnixSeconds;
    }
  /** Somebody of an outside issuer: tokens issued before `notBefore`. */
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

/** What an operator may end of an outside issuer, where nothing of ours ends with it (sessions §8). */
export type OutsideRevocation = Extract<Revocation, { readonly issuer: string }>;
