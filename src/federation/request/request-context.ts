import type { ClientId } from "../../domain/brand.js";
import type { Principal } from "../../domain/principal.js";
import type { PresentedProof, ProofRefusal } from "../../tokens/dpop/presented-proof.js";
import type { TokenRefusal } from "../../tokens/token-verifier.js";

/** The credential as read by the HTTP layer, before it is verified. */
export type RawCredential =
  | { readonly kind: "none" }
  /** `connection`: the connection of the request, used only by the verifier. */
  | { readonly kind: "bearer"; readonly token: string; readonly connection?: object }
  /** Sent with the scheme `DPoP`: a token that is bound to a key, with a proof beside it (RFC 9449 §7.1). */
  | { readonly kind: "dpop"; readonly token: string; readonly connection?: object }
  /** An access token in a cookie of this client. */
  | {
      readonly kind: "cookie";
      readonly token: string;
      readonly clientId: ClientId;
      readonly connection?: object;
    }
  /** The cookie with the access token is gone, but a session is there: expired, never anonymous. */
  | { readonly kind: "expired" }
  /** A non-empty `Authorization` of another scheme, or one that is not one credential. */
  | { readonly kind: "malformed"; readonly detail: string };

/** Why a credential was refused, as the client sees it. */
export type CredentialRefusal = TokenRefusal | ProofRefusal;

/** The combined requirement of one operation, so that one step-up satisfies the retry (docs/spec/directive.md §5.3). */
export interface Challenge {
  readonly code: "UNAUTHENTICATED" | "FORBIDDEN" | "STEP_UP_REQUIRED" | "SERVICE_UNAVAILABLE";
  /** Seconds; the smallest of all unmet freshness requirements. */
  readonly maxAge?: number;
  /** Minimal disjunctive form, at most 8 alternatives; only with disclosure `full`. */
  readonly scopes?: readonly (readonly string[])[];
}

/** Written by the executor, and read once to decide status and headers. */
export interface RequestOutcome {
  principal?: Principal;
  credentialRefused?: CredentialRefusal;
  /** The operation contains a guarded coordinate: the answer is `private` and varies by credential. */
  touchedGuarded: boolean;
  /** The auth subgraph issued tokens: the answer is `no-store`. */
  carriesTokens: boolean;
  challenge?: Challenge;
  /** Seconds, for `Retry-After`. */
  retryAfter?: number;
  /** `Set-Cookie` values of subgraphs, already filtered by the allow-list. */
  readonly setCookies: string[];
}

/** The part of an AbortSignal that is used. */
export interface ClientSignal {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: (event?: unknown) => void): void;
  removeEventListener(type: "abort", listener: (event?: unknown) => void): void;
}

/** How many fields of one operation concern the tokens of the caller. */
export interface TokenFields {
  /** Each issues tokens. */
  readonly issuing: number;
  /** Each can end the caller's session. */
  readonly ending: number;
}

/** One per HTTP request (batch members share nothing but the socket). Apollo Server's `contextValue`. */
export interface RequestContext<Origin = unknown> {
  readonly requestId: string;
  readonly credential: RawCredential;
  /** The DPoP proof of the request. Absent: none was read, so none can be valid. */
  readonly proof?: PresentedProof | undefined;
  /** The client's address, for limits and the session record. */
  readonly address: string;
  /** Inbound headers with lower-case names; the transport's allow-list decides which are forwarded. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Aborted when the client disconnects. */
  readonly signal: ClientSignal;
  /**
   * Counts the fields of this HTTP request that set or clear its cookies, over all operations of a batch. Returns false
   * where two of them would collide. Absent where tokens are part of the body.
   */
  readonly claimTokens?: (fields: TokenFields) => boolean;
  /** Opaque to federation; passed to the local auth subgraph. */
  readonly origin: Origin;
  readonly outcome: RequestOutcome;
}
