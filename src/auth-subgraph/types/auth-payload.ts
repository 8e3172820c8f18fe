import { Field, Int, ObjectType } from "type-graphql";
import type { UnixSeconds } from "../../domain/time.js";
import type { Grant } from "../../sessions/session-service.js";
import { OutgoingSecret, type Secret, SecretScalar } from "../secret.js";
import { UnixSecondsScalar } from "../unix-seconds.js";
import { AuthSession } from "./auth-session.js";

@ObjectType({
  description: "A pair of tokens. Both are null in cookie mode, where the browser gets them in cookies.",
})
export class AuthPayload {
  @Field(() => SecretScalar, { nullable: true })
  readonly accessToken: Secret | null;

  @Field(() => SecretScalar, { nullable: true })
  readonly refreshToken: Secret | null;

  @Field(() => SecretScalar, {
    nullable: true,
    description:
      "Only after a login. Send it with the next login on this device, so that failed attempts of others do not delay it. It grants no access.",
  })
  readonly deviceToken: Secret | null;

  @Field(() => String, {
    description: "Bearer, or DPoP for tokens that are bound to the key of the client's proof (RFC 9449).",
  })
  readonly tokenType: string;

  @Field(() => Int, { description: "Seconds until the access token expires." })
  readonly expiresIn: number;

  @Field(() => UnixSecondsScalar)
  readonly expiresAt: number;

  @Field(() => String, { description: "Scopes of this access token, separated by spaces." })
  readonly scope: string;

  @Field(() => AuthSession)
  readonly session: AuthSession;

  constructor(grant: Grant, nowSeconds: UnixSeconds) {
    const { mode, pair } = grant;
    // Delivery mode is the client's: the tokens of a cookie session never appear in a body (docs/spec/wire.md §3).
    this.accessToken = mode === "bearer" ? new OutgoingSecret(pair.accessToken) : null;
    this.refreshToken =
      mode === "bearer" && pair.refreshToken !== undefined ? new OutgoingSecret(pair.refreshToken) : null;
    this.deviceToken =
      mode === "bearer" && grant.deviceToken !== undefined ? new OutgoingSecret(grant.deviceToken) : null;
    this.tokenType = grant.tokenType;
    this.expiresIn = Math.max(0, pair.accessExpiresAt - nowSeconds);
    this.expiresAt = pair.accessExpiresAt;
    this.scope = grant.scope;
    this.session = new AuthSession(grant.session);
  }
}
