/** A signed-in user, as verified by the gateway. */
export interface UserIdentity {
  readonly kind: "user";
  /** Local user id; `<issuer>|<sub>` for a caller of an outside issuer who is not mapped to a local user. */
  readonly subject: string;
  readonly scopes: ReadonlySet<string>;
  readonly sessionId?: string;
  readonly clientId?: string;
  readonly tenant?: string;
  /** Unix seconds of the last proof of identity. Absent: never fresh. */
  readonly authTime?: number;
  readonly acr?: string;
  readonly amr: readonly string[];
  /** All claims of the token, also custom ones. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** A caller without identity, whose request came through the gateway. */
export interface AnonymousIdentity {
  readonly kind: "anonymous";
}

export type Identity = UserIdentity | AnonymousIdentity;

export type IdentityErrorCode = "UNAUTHENTICATED" | "FORBIDDEN" | "STEP_UP_REQUIRED" | "SERVICE_UNAVAILABLE";

const STATUS: Readonly<Record<IdentityErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  STEP_UP_REQUIRED: 403,
  SERVICE_UNAVAILABLE: 503,
};

/**
 * A refusal. When a resolver throws it, GraphQL servers put `extensions.code` into the response. HTTP middleware uses
 * `statusCode`. The message holds no part of a token.
 */
export class IdentityError extends Error {
  override readonly name = "IdentityError";
  readonly extensions: { readonly code: IdentityErrorCode; readonly maxAge?: number };
  readonly statusCode: number;
  constructor(code: IdentityErrorCode, message: string, details: { readonly maxAge?: number } = {}) {
    super(message);
    this.extensions = { code, ...details };
    this.statusCode = STATUS[code];
  }
}

/** An `auth_time` further in the future than this is ignored. */
const CLOCK_SKEW_SECONDS = 60;

/** Requires a signed-in user. @throws IdentityError `UNAUTHENTICATED` */
export function requireUser(identity: Identity): UserIdentity {
  if (identity.kind !== "user") throw new IdentityError("UNAUTHENTICATED", "a signed-in user is required");
  return identity;
}

/**
 * Requires all of these scopes.
 *
 * @throws IdentityError `UNAUTHENTICATED` for an anonymous caller, `FORBIDDEN` for a user without them
 */
export function requireScopes(identity: Identity, ...scopes: readonly string[]): UserIdentity {
  const user = requireUser(identity);
  if (!scopes.every((scope) => user.scopes.has(scope))) {
    throw new IdentityError("FORBIDDEN", "a scope is missing");
  }
  return user;
}

/**
 * Requires that the user proved their identity at most `maxAgeSeconds` ago, inclusive.
 *
 * @param maxAgeSeconds - default 300
 * @param nowSeconds - Unix time in seconds; default: the clock
 * @throws IdentityError `UNAUTHENTICATED` for an anonymous caller, `STEP_UP_REQUIRED` when the proof is too old
 */
export function requireFresh(
  identity: Identity,
  maxAgeSeconds = 300,
  nowSeconds: number = Math.floor(Date.now() / 1000),
): UserIdentity {
  const user = requireUser(identity);
  const age = user.authTime === undefined ? Number.POSITIVE_INFINITY : nowSeconds - user.authTime;
  if (!(age <= maxAgeSeconds && age >= -CLOCK_SKEW_SECONDS)) {
    throw new IdentityError("STEP_UP_REQUIRED", "a more recent sign-in is needed", { maxAge: maxAgeSeconds });
  }
  return user;
}
