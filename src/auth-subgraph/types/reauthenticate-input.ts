import { Field, InputType } from "type-graphql";
import { type Secret, SecretScalar } from "../secret.js";
import { SecondFactorMethod } from "./second-factor.js";

@InputType()
export class ReauthenticateInput {
  @Field(() => SecretScalar, { nullable: true })
  password?: Secret | null;

  @Field(() => SecondFactorMethod, { nullable: true })
  method?: SecondFactorMethod | null;

  @Field(() => SecretScalar, { nullable: true })
  code?: Secret | null;
}
