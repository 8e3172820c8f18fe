import { Field, InputType } from "type-graphql";
import { type Secret, SecretScalar } from "../secret.js";

@InputType()
export class RefreshTokenInput {
  @Field(() => SecretScalar, { nullable: true, description: "Left out in cookie mode." })
  refreshToken?: Secret | null;

  @Field(() => SecretScalar, {
    nullable: true,
    description: "Instead of a refresh token, for clients that are configured for silent renewal.",
  })
  accessToken?: Secret | null;

  @Field(() => String, {
    nullable: true,
    description: "Fewer scopes for this access token, separated by spaces. The session keeps its scopes.",
  })
  scope?: string | null;
}
