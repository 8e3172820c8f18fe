import { Field, InputType } from "type-graphql";
import { type Secret, SecretScalar } from "../secret.js";

@InputType()
export class RefreshTokenInput {
  @Field(() => SecretScalar, { nullable: true, description: "Left out in cookie mode." })
  refreshToken?: Secret | null;

  @Field(() => SecretScalar, {
    nullable: true,
    description: "In place of a refresh token, for clients configured for silent renewal.",
  })
  accessToken?: Secret | null;

  @Field(() => String, {
    nullable: true,
    description: "Fewer scopes for this access token; the grant stays.",
  })
  scope?: string | null;
}
