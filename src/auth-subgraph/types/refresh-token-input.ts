import { Field, InputType } from "type-graphql";
import { type Secret, SecretScalar } from "../secret.js";

@InputType()
export class RefreshTokenInput {
  @Field(() => SecretScalar, { nullable: true, description: "Left out in cookie mode." })
  refreshToken?: Secret | null;

  @Field(() => String, {
    nullable: true,
    description: "Fewer scopes for this access token; the grant stays.",
  })
  scope?: string | null;
}
