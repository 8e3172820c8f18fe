import { Field, InputType } from "type-graphql";
import { type Secret, SecretScalar } from "../secret.js";

@InputType()
export class SignOutInput {
  @Field(() => SecretScalar, { nullable: true, description: "Left out in cookie mode." })
  refreshToken?: Secret | null;
}
